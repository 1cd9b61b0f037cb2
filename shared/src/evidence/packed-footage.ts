import { MerkleRoot } from '../ledger/index.ts';
import type { ChosenFragments } from './choose-fragments.ts';
import type { HashThread } from './hash-thread.ts';
import { heldFile, type HeldFile } from './package-writer.ts';
import { AlteredSegmentError, type HeldSegment, type PackedSegment } from './segment-memory.ts';

/** The two files that a package has of a segment. */
export interface PackedFootage {
  readonly leaves: HeldFile;
  /** Its parts lie in the segment's memory. */
  readonly footage: HeldFile;
}

/**
 * Rejects with `AlteredSegmentError` when the bytes are not those its entry was made of, and when the thread fails. The
 * SHA-256 of a segment packed whole is taken from its entry, which the recorder signed together with the leaves' root.
 */
export async function packedFootage(
  { entry }: Pick<PackedSegment, 'entry'>,
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
  if (rootOf(leaves) !== entry.fragmentsRoot) throw new AlteredSegmentError(entry);
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

function rootOf(leaves: Uint8Array): string {
  const root = new MerkleRoot();
  for (let at = 0; at < leaves.length; at += 32) root.appendHash(leaves.subarray(at, at + 32));
  return Buffer.from(root.root()).toString('hex');
}
