/**
 * Where an element that stands at `positionS` has to be sent to show the frame `frames` on (back, when negative): the
 * middle of that frame, seconds. `frameS` is the start of the frame last known to be on screen; it counts only when
 * the position lies within it, for it may be one the element has left since.
 */
export function steppedMediaS(
  positionS: number,
  frameS: number | undefined,
  frameDurationS: number,
  frames: number,
): number {
  const intoS = frameS === undefined ? Number.NaN : positionS - frameS;
  // A position may be told as a hair before its frame: media times are rounded to microseconds.
  const known = intoS >= -0.002 && intoS < frameDurationS;
  const middleS = known && frameS !== undefined ? frameS + frameDurationS / 2 : positionS;
  return Math.max(0, middleS + frames * frameDurationS);
}
