import { en } from './en.ts';
import { vi } from './vi.ts';

export const languages = ['vi', 'en'] as const;
export type Language = (typeof languages)[number];
type Key = keyof typeof vi;
const catalogues: Readonly<Record<Language, Readonly<Record<Key, string>>>> = { vi, en };

/** The text in that language with its values put in. */
export function textIn(
  language: Language,
  key: Key,
  values: Readonly<Record<string, string | number>> = {},
): string {
  return catalogues[language][key].replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) =>
    String(values[name] ?? ''),
  );
}
