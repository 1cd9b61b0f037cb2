interface KeyframePlaces {
  readonly keyframes?: readonly number[] | undefined;
  readonly keyframeOffsets?: readonly number[] | undefined;
  readonly initBytes: number;
  readonly bytes: number;
}

/** Whether the offsets are one for each keyframe, rising from the first fragment on, within the file; also when absent. */
export function keyframePlacesFit({
  keyframes = [],
  keyframeOffsets,
  initBytes,
  bytes,
}: KeyframePlaces): boolean {
  if (keyframeOffsets === undefined || keyframeOffsets.length === 0) return true;
  if (keyframeOffsets.length !== keyframes.length || keyframeOffsets[0] !== initBytes) return false;
  return keyframeOffsets.every(
    (offset, index) => offset < bytes && offset > (keyframeOffsets[index - 1] ?? initBytes - 1),
  );
}
