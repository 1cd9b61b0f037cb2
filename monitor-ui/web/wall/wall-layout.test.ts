import { describe, expect, it } from '@jest/globals';
import type { Counter, Site } from '@minhbach/shared/protocol';
import { bySite, next, onTiles, pageOf, step } from './wall-layout.ts';

const site = (id: string, name: string) => ({ id, name }) as Site;
const counter = (id: string, name: string, siteId: string) =>
  ({ id, name, siteId, sources: [] }) as unknown as Counter;
const ordered = Array.from({ length: 11 }, (_, i) => counter(`c${i}`, `Quầy ${i}`, 's'));

describe('the wall', () => {
  it('orders sites and counters as people count', () => {
    const sites = [site('b', 'Xã B'), site('a', 'Xã A'), site('none', 'Xã không quầy')];
    const counters = [
      counter('10', 'Quầy 10', 'a'),
      counter('2', 'Quầy 2', 'a'),
      counter('1', 'Quầy 1', 'b'),
    ];
    expect(bySite(sites, counters).map((entry) => entry.counters.map((c) => c.id))).toEqual([
      ['2', '10'],
      ['1'],
    ]);
  });

  it('shows the page that holds the chosen counter', () => {
    const layout = { grid: 4, chosenId: 'c5', focused: false } as const;
    expect(onTiles(ordered, layout).map((c) => c.id)).toEqual(['c4', 'c5', 'c6', 'c7']);
    expect(pageOf(ordered, layout)).toEqual({ page: 2, pages: 3 });
    expect(onTiles(ordered, { ...layout, chosenId: 'c10' })).toHaveLength(3);
  });

  it('shows one alone when focused, and the first when nothing is chosen', () => {
    expect(onTiles(ordered, { grid: 9, chosenId: 'c5', focused: true }).map((c) => c.id)).toEqual(['c5']);
    expect(onTiles(ordered, { grid: 1, chosenId: undefined, focused: false }).map((c) => c.id)).toEqual([
      'c0',
    ]);
  });

  it('stops at the ends when stepping and goes round on patrol', () => {
    expect(step(ordered, 'c0', -1)).toBe('c0');
    expect(step(ordered, 'c9', 3)).toBe('c10');
    expect(next(ordered, 'c10')).toBe('c0');
    expect(next([], undefined)).toBeUndefined();
  });
});
