export const languages = ['vi', 'en'] as const;
export type Language = (typeof languages)[number];

const storageKey = 'minh-bach.language';

/** The language chosen on this machine earlier; Vietnamese when none was. */
export function storedLanguage(): Language {
  return languages.find((language) => language === localStorage.getItem(storageKey)) ?? 'vi';
}

export function storeLanguage(language: Language): void {
  localStorage.setItem(storageKey, language);
}
