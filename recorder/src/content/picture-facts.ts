import type { ContentFault } from './content-fault.ts';

/** Brightness of a picture at points of a grid, 0 to 255, row by row. */
export interface LumaGrid {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly luma: Uint8Array;
}

/** The grid pictures are looked at by: points, not means, so that the noise of a sensor is in it. */
export const gridSize = { widthPx: 320, heightPx: 180 };
/** Means over squares of so many points each way take the noise out again. */
const squarePx = 10;

/** What is to be seen in two keyframes of one source, of which the older may be missing. */
export interface PictureFacts {
  readonly brightness: number;
  /** Mean difference in brightness between a square and those beside it: what there is to see. */
  readonly detail: number;
  /** Of all points those that differ between the two, 0 to 1. */
  readonly changedShare: number | undefined;
}

/** Measured: see DESIGN. */
const limits = { blankDetail: 0.5, frozenShare: 0.01 };

export function pictureFacts(older: LumaGrid | undefined, newer: LumaGrid): PictureFacts {
  return {
    brightness: mean(newer.luma),
    detail: detailOf(squaresOf(newer)),
    changedShare: older && changedShare(older.luma, newer.luma),
  };
}

/** What is wrong with such a picture. */
export function pictureFault(facts: PictureFacts): ContentFault | undefined {
  const { brightness, detail, changedShare: changed } = facts;
  if (detail < limits.blankDetail) {
    const evidence = `the picture shows nothing: brightness ${brightness.toFixed(0)} of 255, detail ${detail.toFixed(2)}`;
    return { kind: 'picture-blank', evidence };
  }
  if (changed !== undefined && changed < limits.frozenShare) {
    const evidence = `two keyframes are the same picture: ${(changed * 100).toFixed(1)} % of it differs`;
    return { kind: 'picture-frozen', evidence };
  }
  return undefined;
}

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < values.length; index += 1) sum += values[index] ?? 0;
  return sum / values.length;
}

function changedShare(older: Uint8Array, newer: Uint8Array): number {
  let changed = 0;
  for (let index = 0; index < newer.length; index += 1) if (older[index] !== newer[index]) changed += 1;
  return changed / newer.length;
}

interface Squares {
  readonly means: Float64Array;
  readonly columns: number;
  readonly rows: number;
}

function squaresOf({ widthPx, heightPx, luma }: LumaGrid): Squares {
  const columns = Math.floor(widthPx / squarePx);
  const rows = Math.floor(heightPx / squarePx);
  const means = new Float64Array(columns * rows);
  for (let y = 0; y < rows * squarePx; y += 1) {
    for (let x = 0; x < columns * squarePx; x += 1) {
      const square = Math.floor(y / squarePx) * columns + Math.floor(x / squarePx);
      means[square] = (means[square] ?? 0) + (luma[y * widthPx + x] ?? 0) / squarePx ** 2;
    }
  }
  return { means, columns, rows };
}

/** Light that falls off evenly is no detail: each square is held against the mean of those on its two sides. */
function detailOf({ means, columns, rows }: Squares): number {
  let sum = 0;
  let count = 0;
  const add = (at: number, step: number) => {
    sum += Math.abs((means[at] ?? 0) - ((means[at - step] ?? 0) + (means[at + step] ?? 0)) / 2);
    count += 1;
  };
  for (let y = 0; y < rows; y += 1) {
    for (let x = 0; x < columns; x += 1) {
      const at = y * columns + x;
      if (x > 0 && x + 1 < columns) add(at, 1);
      if (y > 0 && y + 1 < rows) add(at, columns);
    }
  }
  return sum / count;
}
