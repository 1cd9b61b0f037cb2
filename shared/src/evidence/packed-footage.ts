import { setImmediate } from 'node:timers/promises';
import { leafHash } from '../ledger/index.ts';
import { heldFile, type HeldFile } from './package-writer.ts';
import type { ChosenFragments } from './choose-fragments.ts';
import type { HeldSegment, PackedSegment } from './segment-memory.ts';

/** The two files that a package has of a segment. */
export interface PackedFootage {
  readonly leaves: HeldFile;
  /** Its parts lie in the segment's memory. */
  readonly footage: HeldFile;
}

/** After so many bytes hashed, other work of the process has its turn. */
const turnBytes = 1024 * 1024;

export async function packedFootage(
  { entry }: PackedSegment,
  { bytes, pieces: { initBytes, fragments } }: HeldSegment,
  chosen: ChosenFragments,
): Promise<PackedFootage> {
  const hashes = new Uint8Array(32 * (1 + fragments.length));
  hashes.set(leafHash(bytes.subarray(0, initBytes)));
  let turn = 0;
  for (const [index, { start, end }] of fragments.entries()) {
    hashes.set(leafHash(bytes.subarray(start, end)), 32 * (index + 1));
    if (end - turn < turnBytes) continue;
    turn = end;
    await setImmediate();
  }
  const { firstFragment } = chosen;
  const last = firstFragment + chosen.fragments - 1;
  const [from, to] = [fragments[firstFragment]?.start ?? initBytes, fragments[last]?.end ?? initBytes];
  // A segment that is packed whole is the file whose hash its entry has.
  const sha256Hex = to - from === bytes.length - initBytes ? entry.sha256 : undefined;
  const parts =
    from === initBytes ? [bytes.subarray(0, to)] : [bytes.subarray(0, initBytes), bytes.subarray(from, to)];
  return { leaves: heldFile([hashes]), footage: heldFile(parts, sha256Hex) };
}
