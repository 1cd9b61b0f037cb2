import { keyframePlacesFit, type SegmentSealed } from '@minhbach/shared/protocol';

/** A place in a sealed segment where a player can begin: a keyframe's fragment. */
export interface SegmentCut {
  /** From the segment's start. */
  readonly atMs: number;
  /** In the segment's file. */
  readonly offset: number;
}

type CutFacts = Pick<SegmentSealed, 'initBytes' | 'bytes' | 'startUtcMs' | 'endUtcMs'> & {
  readonly keyframes?: readonly number[] | undefined;
  readonly keyframeOffsets?: readonly number[] | undefined;
};

/** Long enough that a day's playlist stays small, short enough to be fetched for one picture. */
const minPieceMs = 3_500;

/**
 * Where a player should be offered to begin: the first fragment, then keyframes no less than 3.5 s apart. As text, a JSON
 * array of times and offsets in turn, which `segmentCuts` reads: a day has some 20,000 of them, and most questions about
 * footage do not need any. `null` when the recorder did not say, or there is one place only. Throws `RangeError` when the
 * offsets do not rise from the first fragment on, within the file, one for each keyframe.
 */
export function cutsText(of: CutFacts): string | null {
  const { keyframes = [], keyframeOffsets = [] } = of;
  if (!keyframePlacesFit(of)) throw new RangeError('keyframe offsets do not rise within the file');
  const cuts = [0, of.initBytes];
  let lastMs = 0;
  for (const [index, offset] of keyframeOffsets.entries()) {
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
