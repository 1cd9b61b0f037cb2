import { isSame } from './bytes.ts';
import type { VerifierCrypto } from './crypto-port.ts';

const leafPrefix = Uint8Array.of(0);
const nodePrefix = Uint8Array.of(1);

/** RFC 6962 arithmetic, written apart from the ledger's own: a fault in one is not a fault in both. */
export class MerkleCheck {
  readonly #crypto: VerifierCrypto;

  constructor(crypto: VerifierCrypto) {
    this.#crypto = crypto;
  }

  async leaf(bytes: Uint8Array): Promise<Uint8Array> {
    return this.#crypto.sha256(leafPrefix, bytes);
  }

  /** The root over leaf hashes, by the definition in §2.1. At least one. */
  async root(leaves: readonly Uint8Array[]): Promise<Uint8Array> {
    let row = leaves;
    while (row.length > 1) {
      const above: Uint8Array[] = [];
      for (let index = 0; index < row.length; index += 2) {
        const [left, right] = [row[index], row[index + 1]];
        if (left !== undefined) above.push(right === undefined ? left : await this.#node(left, right));
      }
      row = above;
    }
    return row[0] ?? this.#crypto.sha256(new Uint8Array(0));
  }

  /** Whether `leaf` stands at `index` in the tree of `size` leaves with that root (§2.1.1, read from the top). */
  async includes(of: {
    readonly leaf: Uint8Array;
    readonly index: number;
    readonly size: number;
    readonly proof: readonly Uint8Array[];
    readonly root: Uint8Array;
  }): Promise<boolean> {
    const turns = turnsTo(of.index, of.size);
    if (turns?.length !== of.proof.length) return false;
    let hash = of.leaf;
    for (const [step, sibling] of of.proof.entries()) {
      if (sibling.length !== 32) return false;
      const isLeft = turns[turns.length - 1 - step] === 'left';
      hash = await (isLeft ? this.#node(hash, sibling) : this.#node(sibling, hash));
    }
    return isSame(hash, of.root);
  }

  async #node(left: Uint8Array, right: Uint8Array): Promise<Uint8Array> {
    return this.#crypto.sha256(nodePrefix, left, right);
  }
}

/** Which way to go at each node from the root to a leaf; `undefined` when there is no such leaf. */
function turnsTo(index: number, size: number): ('left' | 'right')[] | undefined {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size)
    return undefined;
  const turns: ('left' | 'right')[] = [];
  for (let [first, count] = [0, size]; count > 1;) {
    let left = 1;
    while (left * 2 < count) left *= 2;
    if (index < first + left) {
      turns.push('left');
      count = left;
    } else {
      turns.push('right');
      first += left;
      count -= left;
    }
  }
  return turns;
}
