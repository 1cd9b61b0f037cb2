import type { SegmentSealed } from '@minhbach/shared/protocol';

/** A place in a sealed segment where a player can begin: a keyframe's fragment. */
export interface SegmentCut {
  /** From the segment's start. */
  readonly atMs: number;
  /** In the segment's file. */
  readonly offset: number;
}

/** Long enough that a day's playlist stays small, short enough to be fetched for one picture. */
const minPieceMs = 3_500;

/**
 * Where a player should be offered to begin: the first fragment, then keyframes no less than 3.5 s apart. As text, a JSON
 * array of times and offsets in turn, which `segmentCuts` reads: a day has some 20,000 of them, and most questions about
 * footage do not need any. `null` when the recorder did not say, or there is one place only. Throws `RangeError` when the
 * offsets do not rise from the first fragment on, within the file, one for each keyframe.
 */
export function cutsText(
  of: Pick<
    SegmentSealed,
    'keyframes' | 'keyframeOffsets' | 'initBytes' | 'bytes' | 'startUtcMs' | 'endUtcMs'
  >,
): string | null {
  const { keyframes, keyframeOffsets } = of;
  if (keyframeOffsets === undefined || keyframeOffsets.length === 0) return null;
  if (keyframeOffsets.length !== keyframes.length || keyframeOffsets[0] !== of.initBytes) {
    throw new RangeError('keyframe offsets are not one for each keyframe from the first fragment on');
  }
  const cuts = [0, of.initBytes];
  let [lastMs, lastOffset] = [0, of.initBytes];
  for (const [index, offset] of keyframeOffsets.entries()) {
    if (index === 0) continue;
    if (offset <= lastOffset || offset >= of.bytes) {
      throw new RangeError('keyframe offsets do not rise within the file');
    }
    lastOffset = offset;
    const atMs = keyframes[index] ?? 0;
    if (atMs - lastMs < minPieceMs || atMs >= of.endUtcMs - of.startUtcMs) continue;
    cuts.push(atMs, offset);
    lastMs = atMs;
  }
  return cuts.length > 2 ? JSON.stringify(cuts) : null;
}

/** Reads what `cutsText` wrote; rising, the first at 0 ms. */
export function segmentCuts(text: string): SegmentCut[] {
  const numbers = JSON.parse(text) as number[];
  const cuts: SegmentCut[] = [];
  for (let index = 0; index < numbers.length; index += 2) {
    cuts.push({ atMs: numbers[index] ?? 0, offset: numbers[index + 1] ?? 0 });
  }
  return cuts;
}
