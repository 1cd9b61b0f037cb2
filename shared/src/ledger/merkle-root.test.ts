import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fragmentsRoot, leafHash, MerkleRoot } from './index.ts';

/** The leaves and roots that Certificate Transparency's reference implementations of RFC 6962 test with. */
const leaves = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const roots = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

/** RFC 6962 §2.1 as it is written: recursive, split at the largest power of two below n. */
function definition(inputs: readonly Uint8Array[]): Buffer {
  const [only] = inputs;
  if (only === undefined) return createHash('sha256').digest();
  if (inputs.length === 1) return createHash('sha256').update(Buffer.of(0)).update(only).digest();
  let split = 1;
  while (split * 2 < inputs.length) split *= 2;
  return createHash('sha256')
    .update(Buffer.of(1))
    .update(definition(inputs.slice(0, split)))
    .update(definition(inputs.slice(split)))
    .digest();
}

describe('MerkleRoot', () => {
  it('of nothing is the hash of nothing', () => {
    expect(Buffer.from(new MerkleRoot().root()).toString('hex')).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
  });

  it('gives the known roots, one leaf after the other', () => {
    const tree = new MerkleRoot();
    for (const [index, leaf] of leaves.entries()) {
      tree.append(Buffer.from(leaf, 'hex'));
      expect(Buffer.from(tree.root()).toString('hex')).toBe(roots[index]);
    }
  });

  it('equals the recursive definition', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 70 }), (inputs) => {
        const tree = new MerkleRoot();
        for (const input of inputs) tree.append(input);
        expect(Buffer.from(tree.root()).equals(definition(inputs))).toBe(true);
      }),
    );
  });

  it('is what a segment states over its init segment and fragments', () => {
    const [init, ...fragments] = leaves.map((leaf) => Buffer.from(leaf, 'hex'));
    expect(fragmentsRoot(init ?? Buffer.of(), fragments)).toBe(roots.at(-1));
  });
});

it.each([0, 1, 29_000, 256 * 1024 - 1, 256 * 1024, 300_000])('hashes a leaf of %i bytes as one', (length) => {
  const entry = Buffer.alloc(length, 7);
  const expected = createHash('sha256').update(Buffer.of(0)).update(entry).digest('hex');
  // A longer one before it leaves nothing behind.
  leafHash(Buffer.alloc(length + 5, 9));
  expect(Buffer.from(leafHash(entry)).toString('hex')).toBe(expected);
});
