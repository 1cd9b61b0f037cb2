import { describe, expect, it } from '@jest/globals';
import { entriesOfBundle, entryBundle, tileOfPath, tilePath } from './index.ts';

describe('tile paths', () => {
  it.each([
    ['tile/0/x001/x234/067', { level: 0, index: 1_234_067, width: 256 }],
    ['tile/1/000', { level: 1, index: 0, width: 256 }],
    ['tile/entries/999.p/12', { level: 'entries', index: 999, width: 12 }],
    ['tile/63/x001/000.p/255', { level: 63, index: 1_000, width: 255 }],
  ] as const)('%s', (path, tile) => {
    expect(tilePath(tile)).toBe(path);
    expect(tileOfPath(path)).toEqual(tile);
  });

  it.each([
    ...[
      'tile/00/000',
      'tile/0/1',
      'tile/0/x000/001',
      'tile/0/000.p/256',
      'tile/0/000.p/0',
      'tile/0/000/',
      'entries/000',
    ],
    ...['tile/0/000.p/1/', '../tile/0/000', 'tile/0/x0001/000'],
  ])('%s names none', (path) => expect(tileOfPath(path)).toBeUndefined());
});

describe('entry bundles', () => {
  it('hold what was put in, in order', () => {
    const entries = ['', 'a', 'đơn vị'].map((word) => new Uint8Array(Buffer.from(word)));
    expect(entriesOfBundle(entryBundle(entries))).toEqual(entries);
    expect(entriesOfBundle(new Uint8Array(0))).toEqual([]);
  });

  it('that end too early, or would hold too much, are refused', () => {
    const bundle = entryBundle([new Uint8Array(5)]);
    for (const end of [1, 2, 6])
      expect(() => entriesOfBundle(bundle.subarray(0, end))).toThrow(/ends within entry 0/);
    expect(() => entryBundle([new Uint8Array(65_536)])).toThrow(/longer/);
  });
});
