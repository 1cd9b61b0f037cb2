import type { SegmentSealed } from '@minhbach/shared/protocol';

export interface PlacedPair {
  readonly first: SegmentSealed;
  readonly next: SegmentSealed;
  /** How long the first lasts by its own time stamps. */
  readonly mediaMs: number;
  /** By how much its place in time is longer or shorter than that. */
  readonly bentMs: number;
}

/** Of one source: each two segments of a capture that follow each other. */
export function placedPairs(sealed: readonly SegmentSealed[]): PlacedPair[] {
  const ordered = [...sealed].sort((a, b) => a.startUtcMs - b.startUtcMs);
  return ordered.flatMap((next, index) => {
    const first = ordered[index - 1];
    if (first === undefined || first.captureId !== next.captureId) return [];
    const mediaMs = ((next.firstTfdt - first.firstTfdt) / first.timescale) * 1_000;
    return [{ first, next, mediaMs, bentMs: next.startUtcMs - first.startUtcMs - mediaMs }];
  });
}
