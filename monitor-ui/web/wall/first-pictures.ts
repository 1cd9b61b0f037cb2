import type { Counter, Site } from '@minhbach/shared/protocol';
import type { Quality } from '../live-player/index.ts';
import { camerasOf } from './source-condition.ts';
import { bySite, onTiles, qualityFor, type GridSize } from './wall-layout.ts';

export interface FirstPicture {
  readonly sourceId: string;
  readonly quality: Quality;
}

/** The streams a wall begins with that was just opened. */
export function firstPictures(
  sites: readonly Site[],
  counters: readonly Counter[],
  grid: GridSize,
): readonly FirstPicture[] {
  const ordered = bySite(sites, counters).flatMap((entry) => entry.counters);
  return onTiles(ordered, { grid, chosenId: undefined, focused: false }).flatMap((counter) => {
    const [camera] = camerasOf(counter);
    return camera === undefined ? [] : [{ sourceId: camera.id, quality: qualityFor(grid) }];
  });
}
