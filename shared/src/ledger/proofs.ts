import { nodeHash } from './merkle-hash.ts';
import { largestPowerBelow, rangeHash, type TreeHashes } from './tree-hashes.ts';

/** RFC 6962 §2.1.1: the audit path of entry `index` in the tree of the first `size` entries, leaf side first. */
export function inclusionProof(tree: TreeHashes, index: number, size: number): Uint8Array[] {
  if (!isCount(index) || !isCount(size) || index >= size) {
    throw new RangeError(`entry ${index} is not in a tree of ${size}`);
  }
  const path: Uint8Array[] = [];
  for (let [from, to] = [0, size]; to - from > 1;) {
    const middle = from + largestPowerBelow(to - from);
    if (index < middle) {
      path.push(rangeHash(tree, middle, to));
      to = middle;
    } else {
      path.push(rangeHash(tree, from, middle));
      from = middle;
    }
  }
  return path.reverse();
}

/** RFC 6962 §2.1.2: shows that the tree of `newSize` entries begins with the tree of `oldSize`, which may be empty. */
export function consistencyProof(tree: TreeHashes, oldSize: number, newSize: number): Uint8Array[] {
  if (!isCount(oldSize) || !isCount(newSize) || oldSize > newSize) {
    throw new RangeError(`a tree of ${newSize} entries does not extend one of ${oldSize}`);
  }
  if (oldSize === 0 || oldSize === newSize) return [];
  const proof: Uint8Array[] = [];
  let [from, to] = [0, newSize];
  while (to > oldSize) {
    const middle = from + largestPowerBelow(to - from);
    if (oldSize <= middle) {
      proof.push(rangeHash(tree, middle, to));
      to = middle;
    } else {
      proof.push(rangeHash(tree, from, middle));
      from = middle;
    }
  }
  // Whoever checks knows the old root: it is left out where it is a node of the new tree.
  if (from > 0) proof.push(rangeHash(tree, from, to));
  return proof.reverse();
}

/** RFC 9162 §2.1.3.2. False for any proof that does not lead from that leaf at that place to that root. */
export function includes(of: {
  readonly index: number;
  readonly size: number;
  readonly leafHash: Uint8Array;
  readonly root: Uint8Array;
  readonly proof: readonly Uint8Array[];
}): boolean {
  if (!isCount(of.index) || !isCount(of.size) || of.index >= of.size) return false;
  if (!areHashes([of.leafHash, of.root, ...of.proof])) return false;
  let [node, last] = [of.index, of.size - 1];
  let hash = of.leafHash;
  for (const sibling of of.proof) {
    if (last === 0) return false;
    if (isOdd(node) || node === last) {
      hash = nodeHash(sibling, hash);
      while (!isOdd(node) && node > 0) [node, last] = [half(node), half(last)];
    } else hash = nodeHash(hash, sibling);
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && isSame(hash, of.root);
}

/**
 * RFC 9162 §2.1.4.2. False for any proof that does not show that the old tree is the beginning of the new one,
 * and for an empty old tree: that any tree extends it says nothing.
 */
export function extendsTree(of: {
  readonly oldSize: number;
  readonly oldRoot: Uint8Array;
  readonly newSize: number;
  readonly newRoot: Uint8Array;
  readonly proof: readonly Uint8Array[];
}): boolean {
  if (!isCount(of.oldSize) || !isCount(of.newSize) || of.oldSize > of.newSize || !areHashes(of.proof))
    return false;
  if (of.oldSize === 0) return false;
  if (of.oldSize === of.newSize) return of.proof.length === 0 && isSame(of.oldRoot, of.newRoot);
  const path = isPowerOfTwo(of.oldSize) ? [of.oldRoot, ...of.proof] : of.proof;
  const [first, ...rest] = path;
  if (first === undefined) return false;
  let [node, last] = [of.oldSize - 1, of.newSize - 1];
  while (isOdd(node)) [node, last] = [half(node), half(last)];
  let [oldHash, newHash] = [first, first];
  for (const sibling of rest) {
    if (last === 0) return false;
    if (isOdd(node) || node === last) {
      oldHash = nodeHash(sibling, oldHash);
      newHash = nodeHash(sibling, newHash);
      while (!isOdd(node) && node > 0) [node, last] = [half(node), half(last)];
    } else newHash = nodeHash(newHash, sibling);
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && isSame(oldHash, of.oldRoot) && isSame(newHash, of.newRoot);
}

// Arithmetic instead of bit operators: those would cut sizes to 32 bits.
const isOdd = (n: number): boolean => n % 2 === 1;
const half = (n: number): number => Math.floor(n / 2);
const isCount = (n: number): boolean => Number.isSafeInteger(n) && n >= 0;
const isPowerOfTwo = (n: number): boolean => n === 1 || largestPowerBelow(n) * 2 === n;
const areHashes = (hashes: readonly Uint8Array[]): boolean => hashes.every(({ length }) => length === 32);

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
