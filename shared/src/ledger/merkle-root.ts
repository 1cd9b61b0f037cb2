import { createHash, hash } from 'node:crypto';

/**
 * RFC 6962 §2.1 tree hash, built leaf by leaf: a leaf is SHA-256(0x00 || bytes), a node SHA-256(0x01 || left || right).
 * Keeps one hash per level, so a root over n leaves needs O(log n) memory.
 */
export class MerkleRoot {
  #levels: (Uint8Array | undefined)[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  append(leafBytes: Uint8Array): void {
    let hash: Uint8Array = createHash('sha256').update(leafPrefix).update(leafBytes).digest();
    this.#size += 1;
    for (let level = 0; ; level += 1) {
      const left = this.#levels[level];
      if (left === undefined) {
        this.#levels[level] = hash;
        return;
      }
      this.#levels[level] = undefined;
      hash = nodeHash(left, hash);
    }
  }

  /** The root over what was appended so far; of nothing, SHA-256 of the empty string, as the RFC says. */
  root(): Uint8Array {
    let root: Uint8Array | undefined;
    for (const left of this.#levels) {
      if (left === undefined) continue;
      root = root === undefined ? left : nodeHash(left, root);
    }
    return root ?? createHash('sha256').digest();
  }
}

const leafPrefix = Buffer.of(0);

function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(1 + left.length + right.length);
  bytes[0] = 1;
  bytes.set(left, 1);
  bytes.set(right, 1 + left.length);
  // In one call: setting up a hash object costs more than hashing 65 bytes.
  return hash('sha256', bytes, 'buffer');
}
