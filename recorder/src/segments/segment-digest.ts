import { createHash, type Hash } from 'node:crypto';
import { MerkleRoot } from '@minhbach/shared/ledger';
import { sha256HexSchema, type Sha256Hex } from '@minhbach/shared/units-of-measure';

export interface SegmentDigests {
  readonly sha256: Sha256Hex;
  readonly fragmentsRoot: Sha256Hex;
}

/** What `segment-sealed` says of a segment's bytes, made while they come: SHA-256 of the file, and the root over its leaves. */
export class SegmentDigest {
  readonly #hash: Hash = createHash('sha256');
  readonly #root = new MerkleRoot();

  /** The init segment, then each fragment. */
  append(leaf: Uint8Array): void {
    this.#hash.update(leaf);
    this.#root.append(leaf);
  }

  /** Once, at the end. */
  digests(): SegmentDigests {
    return {
      sha256: sha256HexSchema.parse(this.#hash.digest('hex')),
      fragmentsRoot: sha256HexSchema.parse(Buffer.from(this.#root.root()).toString('hex')),
    };
  }
}
