/**
 * The optional field of `segment-sealed`: only when every keyframe begins a fragment, so that the two lists are parallel.
 * A sound segment has no keyframes, and so nothing to say.
 */
export function offsetsOf(
  keyframeTicks: readonly number[],
  offsets: readonly number[],
): { readonly keyframeOffsets?: number[] } {
  return offsets.length > 0 && offsets.length === keyframeTicks.length
    ? { keyframeOffsets: [...offsets] }
    : {};
}
