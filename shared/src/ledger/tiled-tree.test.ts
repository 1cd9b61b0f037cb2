import { describe, expect, it } from '@jest/globals';
import { leafHash } from './merkle-hash.ts';
import { MerkleRoot } from './merkle-root.ts';
import { consistencyProof, extendsTree, includes, inclusionProof } from './proofs.ts';
import { TiledTree, type TileStore } from './tiled-tree.ts';

function memory(): TileStore & { writes: number; reads: number } {
  const tiles = new Map<string, Uint8Array>();
  return {
    ...{ writes: 0, reads: 0 },
    read(level, index) {
      this.reads += 1;
      return tiles.get(`${level}/${index}`);
    },
    write(level, index, hashes) {
      this.writes += 1;
      tiles.set(`${level}/${index}`, hashes);
    },
  };
}
const leaf = (n: number) => leafHash(Buffer.from(`entry ${n}`));
const leaves = (from: number, to: number) => Array.from({ length: to - from }, (_, nth) => leaf(from + nth));

describe('a tree kept as tiles', () => {
  it('has the root of RFC 6962 at every size, however it was added to', () => {
    const tree = new TiledTree(memory(), 0);
    const plain = new MerkleRoot();
    for (const step of [1, 1, 3, 250, 1, 1, 255, 256, 257, 1000, 70_000]) {
      const more = leaves(tree.size, tree.size + step);
      tree.append(more);
      for (const hash of more) plain.appendHash(hash);
      expect(Buffer.from(tree.root()).toString('hex')).toBe(Buffer.from(plain.root()).toString('hex'));
    }
  });

  it('proves inclusion and growth across the borders of tiles and levels', () => {
    const tree = new TiledTree(memory(), 0);
    tree.append(leaves(0, 66_000));
    for (const index of [0, 255, 256, 65_535, 65_536, 65_999]) {
      const proof = inclusionProof(tree, index, 66_000);
      const of = { index, size: 66_000, leafHash: leaf(index), root: tree.root(), proof };
      expect(includes(of)).toBe(true);
      expect(includes({ ...of, leafHash: leaf(index + 1) })).toBe(false);
    }
    for (const oldSize of [1, 256, 300, 65_536, 65_999]) {
      const proof = consistencyProof(tree, oldSize, 66_000);
      const of = { oldSize, oldRoot: tree.root(oldSize), newSize: 66_000, newRoot: tree.root(), proof };
      expect(extendsTree(of)).toBe(true);
    }
  });

  it('goes on from a size that was kept, over tiles that hold more', () => {
    const store = memory();
    new TiledTree(store, 0).append(leaves(0, 300));
    const again = new TiledTree(store, 270);
    again.append(leaves(270, 600));
    const plain = new TiledTree(memory(), 0);
    plain.append(leaves(0, 600));
    expect(again.root()).toEqual(plain.root());
  });

  it('writes one tile for a few entries', () => {
    const store = memory();
    const tree = new TiledTree(store, 0);
    tree.append(leaves(0, 100_000));
    const before = store.writes;
    tree.append(leaves(100_000, 100_003));
    expect(store.writes - before).toBe(1);
  });

  it('proves while it grows, by tiles that it read before and that are wider now', () => {
    const tree = new TiledTree(memory(), 0);
    for (const size of [3, 40, 255, 256, 257, 511, 70_000, 70_001]) {
      tree.append(leaves(tree.size, size));
      for (const index of [0, Math.floor(size / 2), size - 1]) {
        const proof = inclusionProof(tree, index, size);
        expect(includes({ index, size, leafHash: leaf(index), root: tree.root(), proof })).toBe(true);
      }
    }
  });

  it('reads each tile on the way once for a proof, and none again for its neighbour', () => {
    const store = memory();
    new TiledTree(store, 0).append(leaves(0, 70_000));
    const tree = new TiledTree(store, 70_000);
    store.reads = 0;
    inclusionProof(tree, 33_000, 70_000);
    // Of levels 0 and 1: where the entry is, and where the tree ends.
    expect(store.reads).toBe(4);
    inclusionProof(tree, 33_001, 70_000);
    expect(store.reads).toBe(4);
  });

  it('has no root beyond its size', () => {
    expect(() => new TiledTree(memory(), 0).root(1)).toThrow(RangeError);
  });
});
