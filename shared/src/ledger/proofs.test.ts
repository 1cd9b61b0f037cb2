import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  consistencyProof,
  extendsTree,
  inclusionProof,
  includes,
  leafHash,
  MerkleRoot,
  newTiles,
  subtreeHash,
  tileWidth,
  treeRoot,
  type TreeHashes,
} from './index.ts';

interface Vector {
  readonly name: string;
  readonly wantErr: boolean;
  readonly proof: readonly string[] | null;
}
interface Vectors {
  readonly inclusion: readonly (Vector & {
    readonly leafIdx: number;
    readonly treeSize: number;
    readonly root: string;
    readonly leafHash: string;
  })[];
  readonly consistency: readonly (Vector & {
    readonly size1: number;
    readonly size2: number;
    readonly root1: string;
    readonly root2: string;
  })[];
}
const vectors = JSON.parse(
  readFileSync(new URL('../../../test/fixtures/merkle-proofs.json', import.meta.url), 'utf8'),
) as Vectors;
const bytes = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'));
const proofOf = ({ proof }: Vector): Uint8Array[] => (proof ?? []).map(bytes);

/** A tree kept as C2SP tiles: what is asked across a tile's border, or of an incomplete subtree, is missing. */
function tiled(count: number): TreeHashes & { readonly leaves: readonly Uint8Array[] } {
  const leaves = Array.from({ length: count }, (_, index) => leafHash(Buffer.from(`entry ${index}`)));
  const levels: Uint8Array[][] = [leaves];
  for (let level = 0; (levels[level]?.length ?? 0) >= tileWidth; level += 1) {
    const below = levels[level] ?? [];
    const above: Uint8Array[] = [];
    for (let end = tileWidth; end <= below.length; end += tileWidth) {
      const tree = new MerkleRoot();
      for (const hash of below.slice(end - tileWidth, end)) tree.appendHash(hash);
      above.push(tree.root());
    }
    levels.push(above);
  }
  return {
    leaves,
    subtree(level, first, wanted) {
      const found = (levels[level] ?? []).slice(first, first + wanted);
      if (
        found.length !== wanted ||
        Math.floor(first / tileWidth) !== Math.floor((first + wanted - 1) / tileWidth)
      ) {
        throw new RangeError(`level ${level} from ${first}, ${wanted} wanted`);
      }
      return subtreeHash(found);
    },
  };
}

describe('published vectors', () => {
  it.each(vectors.inclusion)('inclusion $name', (vector) => {
    const of = { index: vector.leafIdx, size: vector.treeSize, proof: proofOf(vector) };
    expect(includes({ ...of, leafHash: bytes(vector.leafHash), root: bytes(vector.root) })).toBe(
      !vector.wantErr,
    );
  });

  it.each(vectors.consistency)('consistency $name', (vector) => {
    const answer = extendsTree({
      ...{ oldSize: vector.size1, newSize: vector.size2, proof: proofOf(vector) },
      ...{ oldRoot: bytes(vector.root1), newRoot: bytes(vector.root2) },
    });
    expect(answer).toBe(!vector.wantErr);
  });
});

describe('proofs made here', () => {
  const tree = tiled(70_000);
  const plainRoot = (size: number): Uint8Array => {
    const plain = new MerkleRoot();
    for (const hash of tree.leaves.slice(0, size)) plain.appendHash(hash);
    return plain.root();
  };
  const sizes = fc.oneof(
    fc.integer({ min: 1, max: 70_000 }),
    fc.constantFrom(1, 2, 255, 256, 257, 65_536, 65_537),
  );

  it('the root from tiles is the root of the entries one by one', () => {
    fc.assert(
      fc.property(sizes, (size) => expect(treeRoot(tree, size)).toEqual(plainRoot(size))),
      { numRuns: 30 },
    );
  });

  it('inclusion holds for that entry at that place, and for no other', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(), (size, pick, other) => {
        const index = pick % size;
        const [root, proof] = [treeRoot(tree, size), inclusionProof(tree, index, size)];
        const leaf = tree.leaves[index] ?? new Uint8Array(32);
        const wrong = leafHash(Buffer.from(`not ${other}`));
        expect(includes({ index, size, leafHash: leaf, root, proof })).toBe(true);
        expect(includes({ index, size, leafHash: wrong, root, proof })).toBe(false);
        expect(includes({ index, size, leafHash: leaf, root: wrong, proof })).toBe(false);
        expect(includes({ index: other % size, size, leafHash: leaf, root, proof })).toBe(
          other % size === index,
        );
      }),
      { numRuns: 60 },
    );
  });

  it('consistency holds between any two trees that are not empty, and not for another history', () => {
    fc.assert(
      fc.property(sizes, sizes, (a, b) => {
        const [oldSize, newSize] = [Math.min(a, b), Math.max(a, b)];
        const [oldRoot, newRoot] = [treeRoot(tree, oldSize), treeRoot(tree, newSize)];
        const proof = consistencyProof(tree, oldSize, newSize);
        expect(extendsTree({ oldSize, oldRoot, newSize, newRoot, proof })).toBe(true);
        const other = leafHash(oldRoot);
        expect(extendsTree({ oldSize, oldRoot: other, newSize, newRoot, proof })).toBe(false);
        expect(extendsTree({ oldSize, oldRoot, newSize, newRoot: other, proof })).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  it('refuses what is outside the tree', () => {
    expect(() => inclusionProof(tree, 5, 5)).toThrow(RangeError);
    expect(() => consistencyProof(tree, 6, 5)).toThrow(RangeError);
    expect(consistencyProof(tree, 0, 5)).toEqual([]);
  });
});

describe('newTiles', () => {
  it('are those that C2SP counts for 70 000 entries', () => {
    const tiles = newTiles(0, 70_000);
    const at = (level: number | 'entries') => tiles.filter((tile) => tile.level === level);
    expect(at(0).filter(({ width }) => width === 256)).toHaveLength(273);
    expect(at(0).at(-1)).toEqual({ level: 0, index: 273, width: 112 });
    expect(at(1).map(({ width }) => width)).toEqual([256, 17]);
    expect(at(2)).toEqual([{ level: 2, index: 0, width: 1 }]);
    expect(at('entries')).toHaveLength(274);
  });

  it('are only those that grew', () => {
    expect(newTiles(256, 256)).toEqual([]);
    expect(newTiles(250, 258)).toEqual([
      { level: 'entries', index: 0, width: 256 },
      { level: 'entries', index: 1, width: 2 },
      { level: 0, index: 0, width: 256 },
      { level: 0, index: 1, width: 2 },
      { level: 1, index: 0, width: 1 },
    ]);
  });
});
