import { emptyRoot, NodeHasher, nodeHash } from './merkle-hash.ts';

/** Hashes in a full tile, and how many levels of the tree one tile spans (C2SP tlog-tiles). */
export const tileWidth = 256;
export const tileHeight = 8;

/**
 * Where a tree's hashes are kept. `subtree(level, first, count)` answers the hash over `count` neighbouring complete
 * subtrees of 256^level entries each, the first of them over the entries from `first * 256^level` on; `count` is a power
 * of two, `first` a multiple of it. Asked only for subtrees that are complete in the tree at hand, and never across the
 * border of a tile. Throws when it lacks one.
 */
export interface TreeHashes {
  subtree(level: number, first: number, count: number): Uint8Array;
}

/** The root of the first `size` entries. */
export function treeRoot(tree: TreeHashes, size: number): Uint8Array {
  return size === 0 ? emptyRoot : rangeHash(tree, 0, size);
}

/**
 * RFC 6962 §2.1 MTH of the entries from `from` up to, not including, `to`, where the range is one that the RFC's
 * recursion meets: `from` is a multiple of the smallest power of two that is not below the range's length.
 */
export function rangeHash(tree: TreeHashes, from: number, to: number): Uint8Array {
  const length = to - from;
  const split = largestPowerBelow(length);
  // A range that is no power of two is not complete: its left half is, its right half may be.
  if (split * 2 !== length && length !== 1) {
    return nodeHash(rangeHash(tree, from, from + split), rangeHash(tree, from + split, to));
  }
  const level = Math.floor(Math.log2(length) / tileHeight);
  const unit = tileWidth ** level;
  return tree.subtree(level, from / unit, length / unit);
}

/** RFC 6962's k: the largest power of two smaller than `n`; 1 for `n` below 3. Exact up to 2^53, beyond 32 bits too. */
export function largestPowerBelow(n: number): number {
  let power = 1;
  while (power * 2 < n) power *= 2;
  return power;
}

/** The hash over a power of two of neighbouring hashes. */
export function subtreeHash(hashes: readonly Uint8Array[]): Uint8Array {
  if (hashes.length === 0) throw new RangeError('a tree has no hash over nothing');
  const row = Buffer.concat(hashes);
  const hasher = new NodeHasher();
  for (let width = hashes.length; width > 1; width /= 2) {
    for (let pair = 0; pair < width / 2; pair += 1) hasher.hashPair(row, pair * 64, pair * 32);
  }
  return Uint8Array.from(row.subarray(0, 32));
}
