import { readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const web = new URL('../', import.meta.url);
const pages = readdirSync(web, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('i18n/vi.ts'))
  .map((path) => path.slice(0, -'i18n/vi.ts'.length));

async function catalogue(page: string, language: string): Promise<Record<string, string>> {
  const module = (await import(new URL(`${page}i18n/${language}.ts`, web).href)) as Record<string, unknown>;
  return module[language] as Record<string, string>;
}
const namesIn = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort();

describe('catalogues', () => {
  it('are found', () => expect(pages.length).toBeGreaterThan(1));

  it.each(pages)('%s says the same things in both languages', async (page) => {
    const vi = await catalogue(page, 'vi');
    const en = await catalogue(page, 'en');
    expect(Object.keys(en).sort()).toEqual(Object.keys(vi).sort());
    for (const [key, text] of Object.entries(vi)) {
      expect(text.trim()).not.toBe('');
      expect(en[key]?.trim()).not.toBe('');
      expect([key, namesIn(en[key] ?? '')]).toEqual([key, namesIn(text)]);
    }
  });
});
