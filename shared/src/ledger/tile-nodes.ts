import { NodeHasher } from './merkle-hash.ts';

const hashBytes = 32;

/**
 * The nodes of the tree above the hashes of one tile, each made once and only when asked for: a proof needs many of them,
 * and proofs of neighbours the same ones.
 */
export class TileNodes {
  /** How many hashes the tile had. */
  readonly width: number;
  readonly #leaves: number;
  /** As a heap has them: below node n lie nodes 2n and 2n + 1, side by side. */
  readonly #nodes: Buffer;
  readonly #isKnown: Uint8Array;
  readonly #hasher = new NodeHasher();

  /** `leaves`: how many hashes a full tile has, a power of two. The tile's bytes are copied. */
  constructor(tile: Uint8Array, leaves: number) {
    this.width = Math.floor(tile.length / hashBytes);
    this.#leaves = leaves;
    this.#nodes = Buffer.alloc(2 * leaves * hashBytes);
    this.#nodes.set(tile.subarray(0, this.width * hashBytes), leaves * hashBytes);
    this.#isKnown = new Uint8Array(2 * leaves).fill(1, leaves, leaves + this.width);
  }

  /** Over `count` neighbouring hashes from `first` on: a power of two, and a multiple of it. Throws when some are not there. */
  over(first: number, count: number): Uint8Array {
    if (first + count > this.width)
      throw new RangeError(`a tile of ${this.width} hashes has no ${first + count}`);
    const node = this.#leaves / count + first / count;
    this.#make(node);
    return Uint8Array.from(this.#nodes.subarray(node * hashBytes, (node + 1) * hashBytes));
  }

  #make(node: number): void {
    if (this.#isKnown[node] === 1) return;
    this.#make(2 * node);
    this.#make(2 * node + 1);
    this.#hasher.hashPair(this.#nodes, 2 * node * hashBytes, node * hashBytes);
    this.#isKnown[node] = 1;
  }
}
