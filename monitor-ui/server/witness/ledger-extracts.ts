import type { LedgerExtract } from '@minhbach/shared/evidence';
import { includes, inclusionProof, leafHash, recorderOrigin } from '@minhbach/shared/ledger';
import type { RecorderId } from '@minhbach/shared/units-of-measure';
import type { LedgerTrees } from './ledger-trees.ts';
import type { RecorderLedgers } from './recorder-ledgers.ts';

/** Cuts the proof of some entries out of a recorder's ledger, for whoever has to believe them without it. */
export class LedgerExtracts {
  readonly #parts: {
    readonly trees: LedgerTrees;
    readonly ledgers: RecorderLedgers;
    readonly publicKeyOf: (recorderId: RecorderId) => string | undefined;
  };

  constructor(parts: {
    readonly trees: LedgerTrees;
    readonly ledgers: RecorderLedgers;
    readonly publicKeyOf: (recorderId: RecorderId) => string | undefined;
  }) {
    this.#parts = parts;
  }

  /**
   * The newest witnessed head of a generation, with each of the entries `seqs` and its audit path to it, in the order
   * asked for; `undefined` while no head is over all of them. Throws `RangeError` when an entry here is no longer the one
   * that was witnessed.
   */
  extract(recorderId: RecorderId, generation: number, seqs: readonly number[]): LedgerExtract | undefined {
    const { trees, ledgers, publicKeyOf } = this.#parts;
    const origin = recorderOrigin(recorderId, generation);
    const head = trees.latest(origin);
    const publicKey = publicKeyOf(recorderId);
    if (head === undefined || publicKey === undefined || seqs.some((seq) => seq >= head.size))
      return undefined;
    const tree = trees.grown(origin, head.size, ledgers.texts(recorderId, generation));
    return {
      recorderId,
      generation,
      publicKey,
      checkpoint: head.note,
      entries: seqs.map((seq) => {
        const text = ledgers.text(recorderId, generation, seq);
        if (text === undefined) throw new RangeError(`${origin} has no entry ${seq}`);
        const path = inclusionProof(tree, seq, head.size);
        const leaf = { leafHash: leafHash(Buffer.from(text)), index: seq, size: head.size };
        if (!includes({ ...leaf, root: tree.root(head.size), proof: path }))
          throw new RangeError(`${origin}: entry ${seq} is not the one under the witnessed head`);
        return { text, proof: path.map((hash) => Buffer.from(hash).toString('base64')) };
      }),
    };
  }
}
