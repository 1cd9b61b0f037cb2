import { TileNodes } from './tile-nodes.ts';
import { tileWidth, treeRoot, type TreeHashes } from './tree-hashes.ts';

/** Where the tiles of one tree lie. A tile is its hashes one after the other, 32 bytes each, at most 256. */
export interface TileStore {
  read(level: number, index: number): Uint8Array | undefined;
  write(level: number, index: number, hashes: Uint8Array): void;
}

const hashBytes = 32;

/** A proof goes through one tile of each level where its entry is, and one where the tree ends; 24 KB each. */
const keptTiles = 8;

/**
 * A growing RFC 6962 tree whose hashes are kept as C2SP tiles: adding costs what is added, a root or a proof reads a few
 * tiles, however large the tree is. Nothing else may write to the store in the life of the tree: it keeps some
 * tiles that it read. What is durable when `append` returns is for the store to say; a size that was not
 * kept with it is simply appended again.
 */
export class TiledTree implements TreeHashes {
  readonly #store: TileStore;
  /** Those read last, by level and index. */
  readonly #kept = new Map<string, TileNodes>();
  #size: number;

  constructor(store: TileStore, size: number) {
    this.#store = store;
    this.#size = size;
  }

  /** A tree in memory over these leaf hashes. */
  static of(leaves: readonly Uint8Array[]): TiledTree {
    const tiles = new Map<string, Uint8Array>();
    const tree = new TiledTree(
      {
        read: (level, index) => tiles.get(`${level}/${index}`),
        write: (level, index, hashes) => void tiles.set(`${level}/${index}`, hashes),
      },
      0,
    );
    tree.append(leaves);
    return tree;
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

  subtree(level: number, first: number, count: number): Uint8Array {
    const offset = first % tileWidth;
    return this.#tile(level, Math.floor(first / tileWidth), offset + count).over(offset, count);
  }

  /** A tile that has so many hashes at least. */
  #tile(level: number, index: number, width: number): TileNodes {
    const key = `${level}/${index}`;
    const kept = this.#kept.get(key);
    if (kept !== undefined && kept.width >= width) return kept;
    const hashes = this.#store.read(level, index);
    if (hashes === undefined || hashes.length < width * hashBytes)
      throw new RangeError(`tile ${index} of level ${level} lacks hashes up to ${width}`);
    const nodes = new TileNodes(hashes, tileWidth);
    for (const [oldest] of this.#kept) {
      if (this.#kept.size < keptTiles) break;
      this.#kept.delete(oldest);
    }
    this.#kept.set(key, nodes);
    return nodes;
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
      this.#kept.delete(`${level}/${index}`);
      if (offset + some.length === tileWidth) above.push(new TileNodes(tile, tileWidth).over(0, tileWidth));
      taken += some.length;
    }
    if (above.length > 0) this.#push(level + 1, Math.floor(from / tileWidth), above);
  }
}
