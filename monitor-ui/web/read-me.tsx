import { StrictMode, useEffect } from 'react';
import { createRoot } from 'react-dom/client';
import { EvidenceCheck, useEvidenceText } from './evidence-check/index.ts';
import { languages, useLanguage, type Language } from './i18n/index.ts';
import './ui-kit/tokens.css';
import './read-me.css';

const names = { vi: 'Tiếng Việt', en: 'English' } as const satisfies Record<Language, string>;

/** The page that lies in every evidence package. */
function ReadMe() {
  const text = useEvidenceText();
  const [language, setLanguage] = useLanguage();
  const title = text('page.title');
  useEffect(() => {
    document.title = title;
    document.documentElement.lang = language;
  }, [title, language]);
  return (
    <main>
      <header>
        <h1>{title}</h1>
        <select
          aria-label={text('language')}
          value={language}
          onChange={({ target }) => setLanguage(languages.find((one) => one === target.value) ?? 'vi')}
        >
          {languages.map((one) => (
            <option key={one} value={one}>
              {names[one]}
            </option>
          ))}
        </select>
      </header>
      <p>{text('page.lead')}</p>
      <EvidenceCheck />
      <p className="read-me-doubt">{text('page.doubt')}</p>
    </main>
  );
}

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no root');
createRoot(root).render(
  <StrictMode>
    <ReadMe />
  </StrictMode>,
);
