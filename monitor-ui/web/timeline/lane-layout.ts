/** Where things lie from top to bottom, in CSS pixels. */
export interface LaneLayout {
  readonly heightPx: number;
  readonly tickHeightPx: number;
  readonly laneHeightPx: number;
  readonly lanesBottomPx: number;
  laneTop(index: number): number;
}

const tickHeightPx = 18;
const bookmarkHeightPx = 16;
const lanePitchPx = 3;

/** Lanes share the height there is: at most 22 px each and at least 8, so that six sources fit a phone. */
export function laneLayout(heightPx: number, lanes: number): LaneLayout {
  const free = heightPx - tickHeightPx - bookmarkHeightPx - 4;
  const laneHeightPx = Math.max(8, Math.min(22, Math.floor(free / Math.max(1, lanes)) - lanePitchPx));
  const laneTop = (index: number) => tickHeightPx + bookmarkHeightPx + index * (laneHeightPx + lanePitchPx);
  return {
    heightPx,
    tickHeightPx,
    laneHeightPx,
    lanesBottomPx: laneTop(Math.max(1, lanes) - 1) + laneHeightPx,
    laneTop,
  };
}
