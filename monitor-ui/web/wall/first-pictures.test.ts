import { describe, expect, it } from '@jest/globals';
import type { Counter, Site } from '@minhbach/shared/protocol';
import { firstPictures } from './first-pictures.ts';

const site = (id: string, name: string) => ({ id, name }) as unknown as Site;
const counter = (id: string, siteId: string, cameras: readonly string[]) =>
  ({
    id,
    name: `Quầy ${id}`,
    siteId,
    sources: [
      { id: `sound-${id}`, kind: 'microphone' },
      ...cameras.map((camera) => ({ id: camera, kind: 'camera' })),
    ],
  }) as unknown as Counter;

const sites = [site('b', 'Điểm B'), site('a', 'Điểm A')];
const counters = [
  counter('10', 'a', ['ten']),
  counter('2', 'a', ['two', 'two-side']),
  counter('1', 'b', ['one']),
  counter('3', 'a', []),
  counter('4', 'a', ['four']),
];

describe('firstPictures', () => {
  it('are the first cameras of the tiles a fresh wall shows, small ones in a grid', () => {
    expect(firstPictures(sites, counters, 4)).toEqual([
      { sourceId: 'two', quality: 'sub' },
      { sourceId: 'four', quality: 'sub' },
      { sourceId: 'ten', quality: 'sub' },
    ]);
  });

  it('is one at full size when there is one tile', () => {
    expect(firstPictures(sites, counters, 1)).toEqual([{ sourceId: 'two', quality: 'main' }]);
  });
});
