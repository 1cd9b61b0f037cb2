import type { ChosenFragments } from './choose-fragments.ts';
import type { HashThread } from './hash-thread.ts';
import { heldFile, type HeldFile } from './package-writer.ts';
import type { HeldSegment, PackedSegment } from './segment-memory.ts';

/** The two files that a package has of a segment. */
export interface PackedFootage {
  readonly leaves: HeldFile;
  /** Its parts lie in the segment's memory. */
  readonly footage: HeldFile;
}

/** Rejects when the thread fails. */
export async function packedFootage(
  { entry }: PackedSegment,
  { bytes, pieces: { initBytes, fragments } }: HeldSegment,
  { firstFragment, fragments: count }: ChosenFragments,
  thread: HashThread,
): Promise<PackedFootage> {
  const from = fragments[firstFragment]?.start ?? initBytes;
  const to = fragments[firstFragment + count - 1]?.end ?? initBytes;
  const parts: readonly (readonly [number, number])[] =
    from === initBytes
      ? [[0, to]]
      : [
          [0, initBytes],
          [from, to],
        ];
  const ends = [initBytes, ...fragments.map(({ end }) => end)];
  const { leaves, crc32 } = await thread.pieces({ bytes, ends, parts });
  const isWhole = to - from === bytes.length - initBytes;
  return {
    leaves: heldFile([leaves]),
    footage: heldFile(
      parts.map(([start, end]) => bytes.subarray(start, end)),
      // A segment that is packed whole is the file whose hash its entry has.
      { crc32, sha256Hex: isWhole ? entry.sha256 : undefined },
    ),
  };
}
