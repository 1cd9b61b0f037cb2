import type { Counter, Site } from '@minhbach/shared/protocol';
import type { Quality } from '../live-player/index.ts';

export const gridSizes = [1, 4, 9, 16] as const;
export type GridSize = (typeof gridSizes)[number];

export interface WallLayout {
  readonly grid: GridSize;
  readonly chosenId: string | undefined;
  readonly focused: boolean;
}

export interface SiteCounters {
  readonly site: Site;
  readonly counters: readonly Counter[];
}

/** The first costs a browser tens of milliseconds, which pass here while the answers to be sorted are on their way. */
const order = new Intl.Collator('vi', { numeric: true });

/** Counters under their sites, both by name, as people count: quầy 2 before quầy 10. */
export function bySite(sites: readonly Site[], counters: readonly Counter[]): readonly SiteCounters[] {
  return sites
    .toSorted((a, b) => order.compare(a.name, b.name))
    .map((site) => ({
      site,
      counters: counters
        .filter((counter) => counter.siteId === site.id)
        .toSorted((a, b) => order.compare(a.name, b.name)),
    }))
    .filter((entry) => entry.counters.length > 0);
}

/** One picture alone is worth its full size. */
export function qualityFor(tiles: number): Quality {
  return tiles === 1 ? 'main' : 'sub';
}

/** The counters now on tiles: the page of the grid that holds the chosen one, or the chosen one alone. */
export function onTiles(
  ordered: readonly Counter[],
  { grid, chosenId, focused }: WallLayout,
): readonly Counter[] {
  const index = indexOf(ordered, chosenId);
  const size = focused ? 1 : grid;
  const first = Math.floor(index / size) * size;
  return ordered.slice(first, first + size);
}

export function pageOf(
  ordered: readonly Counter[],
  layout: WallLayout,
): { readonly page: number; readonly pages: number } {
  return {
    page: Math.floor(indexOf(ordered, layout.chosenId) / layout.grid) + 1,
    pages: Math.max(1, Math.ceil(ordered.length / layout.grid)),
  };
}

/** The counter so many steps on, stopping at either end. */
export function step(
  ordered: readonly Counter[],
  chosenId: string | undefined,
  by: number,
): string | undefined {
  const index = Math.max(0, Math.min(ordered.length - 1, indexOf(ordered, chosenId) + by));
  return ordered[index]?.id;
}

/** The counter after this one, beginning again after the last. */
export function next(ordered: readonly Counter[], chosenId: string | undefined): string | undefined {
  return ordered[(indexOf(ordered, chosenId) + 1) % Math.max(1, ordered.length)]?.id;
}

function indexOf(ordered: readonly Counter[], chosenId: string | undefined): number {
  return Math.max(
    0,
    ordered.findIndex((counter) => counter.id === chosenId),
  );
}
