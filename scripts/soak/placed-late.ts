import type { RecorderEntry } from '@minhbach/shared/protocol';
import type { SourceId } from '@minhbach/shared/units-of-measure';

/** Of a virtual camera's picture; its first frame is a keyframe, and every capture begins with one. */
const gopMs = 2_000;
/** Footage ends when it came, at the earliest, and its last frame lasts: it may seem sent this much before it was. */
const earlyMs = 100;

/**
 * How much later than its camera sent it the footage stands that a device's picture was giving at `at`: in the first
 * seconds of a capture there is little to place it by. A loss measured without it would look smaller by as much.
 * `epochUtcMs`: when the camera's frame 0 was due. 0 where that capture left nothing.
 */
export function placedLateMs(
  entries: readonly RecorderEntry[],
  picture: SourceId,
  at: number,
  epochUtcMs: number,
): number {
  const footage = entries.flatMap((entry) =>
    entry.kind === 'segment-sealed' && entry.sourceId === picture && entry.startUtcMs < at ? [entry] : [],
  );
  const newest = footage.toSorted((one, other) => one.startUtcMs - other.startUtcMs).at(-1);
  if (newest === undefined) return 0;
  const starts = footage.flatMap(({ captureId, startUtcMs }) =>
    captureId === newest.captureId ? [startUtcMs] : [],
  );
  const sinceKeyframeMs = (Math.min(...starts) + earlyMs - epochUtcMs) % gopMs;
  return sinceKeyframeMs - earlyMs;
}
