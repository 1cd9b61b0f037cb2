import i18next from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';
import { storedLanguage, storeLanguage, type Language } from './language.ts';

/** A flat catalogue: key to text. Values are named in it as `{{name}}`. */
export type Catalogue<Key extends string = string> = Readonly<Record<Key, string>>;
export type TextValues = Readonly<Record<string, string | number>>;
export type Text<Key extends string> = (key: Key, values?: TextValues) => string;

export interface Texts<Key extends string> {
  /** The text in the language of the page; the component is drawn again when that changes. */
  readonly useText: () => Text<Key>;
  /** Whether a word that came from elsewhere (a problem's code, a state) is in the catalogue. */
  readonly has: (key: string) => key is Key;
}

void i18next.use(initReactI18next).init({
  lng: storedLanguage(),
  fallbackLng: 'vi',
  resources: {},
  keySeparator: false,
  nsSeparator: false,
  interpolation: { escapeValue: false },
});

/**
 * A page's own catalogue. The English one must have exactly the keys of the Vietnamese one, which the compiler holds
 * it to. Catalogues arrive with the page that needs them.
 */
export function defineTexts<Key extends string>(
  page: string,
  catalogues: { readonly vi: Catalogue<Key>; readonly en: Catalogue<NoInfer<Key>> },
): Texts<Key> {
  i18next.addResourceBundle('vi', page, catalogues.vi);
  i18next.addResourceBundle('en', page, catalogues.en);
  return {
    useText() {
      const { t } = useTranslation(page);
      return (key, values) => t(key, { ...values });
    },
    has: (key): key is Key => Object.hasOwn(catalogues.vi, key),
  };
}

export function useLanguage(): readonly [Language, (language: Language) => void] {
  const { i18n } = useTranslation();
  return [
    i18n.language === 'en' ? 'en' : 'vi',
    (language) => {
      storeLanguage(language);
      document.documentElement.lang = language;
      void i18n.changeLanguage(language);
    },
  ];
}
