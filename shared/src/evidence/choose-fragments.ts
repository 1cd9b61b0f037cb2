import { leafHash } from '../ledger/index.ts';
import { wholePieces } from '../media/index.ts';

/** What of one segment goes into a package. */
export interface ChosenFragments {
  /** Init segment and the chosen fragments. */
  readonly bytes: Uint8Array;
  readonly firstFragment: number;
  readonly fragments: number;
  /** Leaf hashes (32 bytes each) of the whole segment's pieces, one after the other, the init segment's first. */
  readonly leaves: Uint8Array;
}

/**
 * The fragments of a whole segment that play `from`..`to` (milliseconds from its start), rounded outward to keyframes.
 * `undefined` when none lies there. Throws TypeError for bytes that are no segment.
 */
export function chooseFragments(segment: Uint8Array, from: number, to: number): ChosenFragments | undefined {
  const pieces = wholePieces(segment);
  const last = pieces?.fragments.at(-1);
  if (pieces === undefined || last?.end !== segment.length)
    throw new TypeError('these bytes are no whole segment');
  const { fragments, init, initBytes } = pieces;
  const startTicks = fragments[0]?.fragment.tfdt ?? 0;
  const startMs = (index: number): number =>
    ((fragments[index]?.fragment.tfdt ?? Number.POSITIVE_INFINITY) - startTicks) / (init.timescale / 1_000);
  const endMs = (index: number): number => {
    const { tfdt, durationTicks } = fragments[index]?.fragment ?? { tfdt: 0, durationTicks: 0 };
    return (tfdt + durationTicks - startTicks) / (init.timescale / 1_000);
  };
  const isEntry = (index: number): boolean => fragments[index]?.fragment.startsWithKeyframe ?? true;
  let first = fragments.findIndex((_, index) => endMs(index) > from);
  if (first < 0 || startMs(first) >= to) return undefined;
  while (first > 0 && !isEntry(first)) first -= 1;
  let end = first + 1;
  while (end < fragments.length && (startMs(end) < to || !isEntry(end))) end += 1;
  const leaves = new Uint8Array(32 * (1 + fragments.length));
  leaves.set(leafHash(segment.subarray(0, initBytes)));
  for (const [index, { start, end: pieceEnd }] of fragments.entries()) {
    leaves.set(leafHash(segment.subarray(start, pieceEnd)), 32 * (index + 1));
  }
  const [begin, stop] = [fragments[first]?.start ?? initBytes, fragments[end - 1]?.end ?? initBytes];
  const bytes = new Uint8Array(initBytes + stop - begin);
  bytes.set(segment.subarray(0, initBytes));
  bytes.set(segment.subarray(begin, stop), initBytes);
  return {
    bytes,
    firstFragment: first,
    fragments: end - first,
    leaves,
  };
}
