import { languages, useLanguage } from '../i18n/index.ts';
import { useAppText } from './i18n/index.ts';

const names = { vi: 'Tiếng Việt', en: 'English' } as const;

export function LanguageSwitch() {
  const text = useAppText();
  const [chosen, choose] = useLanguage();
  return (
    <div className="app-languages" role="group" aria-label={text('language.label')}>
      {languages.map((language) => (
        <button
          key={language}
          type="button"
          lang={language}
          title={names[language]}
          aria-label={`${language.toUpperCase()} ${names[language]}`}
          aria-pressed={language === chosen}
          onClick={() => choose(language)}
        >
          {language.toUpperCase()}
        </button>
      ))}
    </div>
  );
}
