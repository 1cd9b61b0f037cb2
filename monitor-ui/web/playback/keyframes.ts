/** The last keyframe at or before a moment. Times in order, UTC ms. */
export function keyframeBefore(keyframes: readonly number[], atMs: number): number | undefined {
  let low = 0;
  let high = keyframes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keyframes[middle] ?? Infinity) <= atMs) low = middle + 1;
    else high = middle;
  }
  return keyframes[low - 1];
}

/** Where nothing is known of a source's keyframes: a picture for every second. */
export const assumedKeyframe = (atMs: number): number => Math.floor(atMs / 1000) * 1000;
