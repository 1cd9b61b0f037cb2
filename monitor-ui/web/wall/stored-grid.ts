import { gridSizes, type GridSize } from './wall-layout.ts';

const storageKey = 'minh-bach.wall-grid';

/** The grid last chosen on this machine; four tiles when none was. */
export function storedGrid(): GridSize {
  return gridSizes.find((grid) => String(grid) === localStorage.getItem(storageKey)) ?? 4;
}

export function storeGrid(grid: GridSize): void {
  localStorage.setItem(storageKey, String(grid));
}
