import { createHash, hash } from 'node:crypto';

const hashBytes = 32;
const leafPrefix = Uint8Array.of(0);

/** SHA-256 of nothing: the root of an empty tree (RFC 6962 §2.1). */
export const emptyRoot: Uint8Array = sha256(new Uint8Array(0));

/** RFC 6962 §2.1: SHA-256(0x00 || entry). 32 bytes. */
export function leafHash(entry: Uint8Array): Uint8Array {
  // From a few kilobytes on, copying behind a byte costs more than setting up a hash object.
  if (entry.length >= scratch.length) return createHash('sha256').update(leafPrefix).update(entry).digest();
  const bytes = scratch.subarray(0, 1 + entry.length);
  bytes[0] = 0;
  bytes.set(entry, 1);
  return sha256(bytes);
}

/** RFC 6962 §2.1: SHA-256(0x01 || left || right). 32 bytes. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(1 + left.length + right.length);
  bytes[0] = 1;
  bytes.set(left, 1);
  bytes.set(right, 1 + left.length);
  return sha256(bytes);
}

/** `nodeHash` for many nodes kept side by side: without a buffer made for each, a third of the time. */
export class NodeHasher {
  readonly #node = Uint8Array.of(1, ...new Uint8Array(2 * hashBytes));

  /** The node over the two hashes at byte `from` is written at byte `to`. */
  hashPair(hashes: Buffer, from: number, to: number): void {
    this.#node.set(hashes.subarray(from, from + 2 * hashBytes), 1);
    // As text of one byte a character: Node makes that faster than a buffer.
    hashes.write(hash('sha256', this.#node, 'binary'), to, hashBytes, 'latin1');
  }
}

/** Taken anew for each, the memory would cost as much as the hash. Nothing stays in it. */
const scratch = new Uint8Array(4 * 1024);

// In one call: setting up a hash object costs more than hashing 65 bytes.
function sha256(bytes: Uint8Array): Uint8Array {
  return hash('sha256', bytes, 'buffer');
}
