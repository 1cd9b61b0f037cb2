import { en } from './en.ts';
import { vi } from './vi.ts';

export type PublicLanguage = 'vi' | 'en';
export type PublicTextKey = keyof typeof vi;
export type PublicText = (key: PublicTextKey, values?: Readonly<Record<string, string>>) => string;

const catalogues: Readonly<Record<PublicLanguage, Readonly<Record<PublicTextKey, string>>>> = { vi, en };

export function isPublicTextKey(key: string): key is PublicTextKey {
  return Object.hasOwn(vi, key);
}

/** Vietnamese unless English was asked for. */
export function publicLanguage(asked: unknown): PublicLanguage {
  return asked === 'en' ? 'en' : 'vi';
}

export function publicText(language: PublicLanguage): PublicText {
  return (key, values = {}) =>
    catalogues[language][key].replaceAll(/\{\{(\w+)\}\}/g, (whole, name: string) => values[name] ?? whole);
}
