import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const web = fileURLToPath(new URL('../', import.meta.url));
const read = (path: string) => readFileSync(join(web, path), 'utf8');
const stylesOf = (text: string) =>
  [...text.matchAll(/'@mantine\/core\/styles(?:\/(\w+))?\.layer\.css'/g)].map(([, name]) => name ?? 'all');
/** Of the kit without looks of their own. */
const bare = new Set(['MantineProvider', 'createTheme']);
const always = new Set(stylesOf(read('main.tsx')));

/** Files that draw with the kit, and which parts they take. */
const users = readdirSync(web, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.tsx') && path !== 'main.tsx')
  .map((path) => {
    const taken = /import \{([^}]*)\} from '@mantine\/core'/.exec(read(path))?.[1] ?? '';
    const parts = taken.split(',').map((part) => part.trim());
    return { path, parts: parts.filter((part) => /^[A-Z]/.test(part) && !bare.has(part)) };
  })
  .filter(({ parts }) => parts.some((part) => !always.has(part)));

describe("the kit's styles", () => {
  it.each(users)('$path has those of all it draws with', ({ path, parts }) => {
    const [room = ''] = path.split('/');
    const index = join(room, 'index.ts');
    const here = new Set([...stylesOf(read(path)), ...(room === 'ui-kit' ? [] : stylesOf(read(index)))]);
    expect(here.has('all') ? [] : parts.filter((part) => !always.has(part) && !here.has(part))).toEqual([]);
  });
});
