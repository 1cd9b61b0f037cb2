import { subtreeHash, tileWidth, treeRoot, type TreeHashes } from './tree-hashes.ts';

/** Where the tiles of one tree lie. A tile is its hashes one after the other, 32 bytes each, at most 256. */
export interface TileStore {
  read(level: number, index: number): Uint8Array | undefined;
  write(level: number, index: number, hashes: Uint8Array): void;
}

const hashBytes = 32;

/**
 * A growing RFC 6962 tree whose hashes are kept as C2SP tiles: adding costs what is added, a root or a proof reads a few
 * tiles, however large the tree is. What is durable when `append` returns is for the store to say; a size that was not
 * kept with it is simply appended again.
 */
export class TiledTree implements TreeHashes {
  readonly #store: TileStore;
  #size: number;

  constructor(store: TileStore, size: number) {
    this.#store = store;
    this.#size = size;
  }

  get size(): number {
    return this.#size;
  }

  /** Leaf hashes, in order. */
  append(leaves: readonly Uint8Array[]): void {
    this.#push(0, this.#size, leaves);
    this.#size += leaves.length;
  }

  /** Of the first `size` entries, by default of all. Throws `RangeError` when there are not that many. */
  root(size = this.#size): Uint8Array {
    if (size > this.#size) throw new RangeError(`the tree has ${this.#size} entries, not ${size}`);
    return treeRoot(this, size);
  }

  hashes(level: number, first: number, count: number): readonly Uint8Array[] {
    const index = Math.floor(first / tileWidth);
    const offset = first % tileWidth;
    const tile = this.#store.read(level, index);
    if (tile === undefined || tile.length < (offset + count) * hashBytes) {
      throw new RangeError(`tile ${index} of level ${level} lacks hashes up to ${offset + count}`);
    }
    return Array.from({ length: count }, (_, nth) => hashAt(tile, offset + nth));
  }

  #push(level: number, from: number, hashes: readonly Uint8Array[]): void {
    const above: Uint8Array[] = [];
    for (let taken = 0; taken < hashes.length;) {
      const index = Math.floor((from + taken) / tileWidth);
      const offset = (from + taken) % tileWidth;
      const some = hashes.slice(taken, taken + tileWidth - offset);
      const before = offset === 0 ? new Uint8Array(0) : this.#store.read(level, index);
      if (before === undefined || before.length < offset * hashBytes)
        throw new RangeError(`tile ${index} of level ${level} lacks hashes up to ${offset}`);
      const tile = new Uint8Array((offset + some.length) * hashBytes);
      tile.set(before.subarray(0, offset * hashBytes));
      for (const [nth, hash] of some.entries()) tile.set(hash, (offset + nth) * hashBytes);
      this.#store.write(level, index, tile);
      if (offset + some.length === tileWidth) {
        above.push(subtreeHash(Array.from({ length: tileWidth }, (_, nth) => hashAt(tile, nth))));
      }
      taken += some.length;
    }
    if (above.length > 0) this.#push(level + 1, Math.floor(from / tileWidth), above);
  }
}

function hashAt(tile: Uint8Array, nth: number): Uint8Array {
  return tile.subarray(nth * hashBytes, (nth + 1) * hashBytes);
}
