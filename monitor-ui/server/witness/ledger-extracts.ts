import type { LedgerExtract } from '@minhbach/shared/evidence';
import {
  includes,
  inclusionProof,
  leafHash,
  parseNote,
  recorderOrigin,
  type VerifierKey,
} from '@minhbach/shared/ledger';
import type { RecorderId } from '@minhbach/shared/units-of-measure';
import type { LedgerTrees, StoredHead } from './ledger-trees.ts';
import type { RecorderLedgers } from './recorder-ledgers.ts';

/** About a day of heads: a witness elsewhere that is further behind is not waited for. */
const lookedAtHeads = 1_500;

/** Cuts the proof of some entries out of a recorder's ledger, for whoever has to believe them without it. */
export class LedgerExtracts {
  readonly #parts: {
    readonly trees: LedgerTrees;
    readonly ledgers: RecorderLedgers;
    readonly publicKeyOf: (recorderId: RecorderId) => string | undefined;
    /** Keys of witnesses elsewhere: a head that bears one of their signatures proves more. */
    readonly outside: readonly VerifierKey[];
  };

  constructor(parts: {
    readonly trees: LedgerTrees;
    readonly ledgers: RecorderLedgers;
    readonly publicKeyOf: (recorderId: RecorderId) => string | undefined;
    /** Keys of witnesses elsewhere: a head that bears one of their signatures proves more. */
    readonly outside: readonly VerifierKey[];
  }) {
    this.#parts = parts;
  }

  /**
   * The newest head of a generation that a witness elsewhere signed too, else the newest, with each of the entries `seqs` and its audit path to it, in the order
   * asked for; `undefined` while no head is over all of them. Throws `RangeError` when an entry here is no longer the one
   * that was witnessed.
   */
  extract(recorderId: RecorderId, generation: number, seqs: readonly number[]): LedgerExtract | undefined {
    const { trees, ledgers, publicKeyOf, outside } = this.#parts;
    const origin = recorderOrigin(recorderId, generation);
    const over = (holds: (head: StoredHead) => boolean) =>
      trees.newestOver(origin, Math.max(0, ...seqs), holds, lookedAtHeads);
    const head = over(({ note }) => isSignedByAny(note, outside)) ?? over(() => true);
    const publicKey = publicKeyOf(recorderId);
    if (head === undefined || publicKey === undefined) return undefined;
    const tree = trees.grown(origin, head.size, ledgers.texts(recorderId, generation));
    const root = tree.root(head.size);
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
        if (!includes({ ...leaf, root, proof: path }))
          throw new RangeError(`${origin}: entry ${seq} is not the one under the witnessed head`);
        return { text, proof: path.map((hash) => Buffer.from(hash).toString('base64')) };
      }),
    };
  }
}

function isSignedByAny(note: string, keys: readonly VerifierKey[]): boolean {
  if (keys.length === 0) return false;
  const { signatures } = parseNote(note);
  return signatures.some(({ name, keyId }) => keys.some((key) => key.name === name && key.keyId === keyId));
}
