import { emptyRoot, leafHash, nodeHash } from './merkle-hash.ts';

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
    this.appendHash(leafHash(leafBytes));
  }

  /** `hash` is a leaf's 32-byte hash, made by `leafHash`. */
  appendHash(hash: Uint8Array): void {
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
    return root ?? emptyRoot;
  }
}
