import type { Clock } from '@minhbach/shared/clock';
import {
  checkedSignatures,
  formatNote,
  LedgerError,
  parseCheckpoint,
  parseNote,
  recorderOrigin,
  signNoteText,
  verifierKey,
  withSignature,
  type Checkpoint,
  type SignedNote,
} from '@minhbach/shared/ledger';
import type { HeadRefusal } from '@minhbach/shared/protocol';
import { sha256HexSchema, type RecorderId } from '@minhbach/shared/units-of-measure';
import type { LedgerTrees } from './ledger-trees.ts';
import type { PromisedHeads } from './promised-heads.ts';
import type { RecorderLedgers } from './recorder-ledgers.ts';
import type { WitnessKey } from './witness-key.ts';

export type HeadAnswer =
  | { readonly outcome: 'witnessed'; readonly note: string }
  /** It is over entries that are still to come, and is held against them then. */
  | { readonly outcome: 'promised' }
  | { readonly outcome: 'refused'; readonly why: HeadRefusal; readonly message: string };

export interface HeadWitnessParts {
  readonly trees: LedgerTrees;
  readonly promises: PromisedHeads;
  readonly ledgers: RecorderLedgers;
  readonly key: WitnessKey;
  readonly clock: Clock;
  /** Raw Ed25519 key pinned at enrolment, base64url. */
  readonly publicKeyOf: (recorderId: RecorderId) => string | undefined;
  /** A head that contradicts what is held here, or that its recorder did not sign. */
  readonly onRefused: (recorderId: RecorderId, why: HeadRefusal, message: string) => void;
}

/**
 * Counter-signs recorders' heads. It holds every entry itself, so it needs no proof of a recorder: the root over its own
 * copy must be the one that was signed, and that copy only ever grows. So no head here goes back behind an older one, and
 * none is over other entries than those told. A head over entries that are not told yet binds its recorder to them.
 */
export class HeadWitness {
  readonly #parts: HeadWitnessParts;

  constructor(parts: HeadWitnessParts) {
    this.#parts = parts;
  }

  /** The head is durable here before it is answered. */
  witness(recorderId: RecorderId, generation: number, note: string): HeadAnswer {
    const { trees, ledgers, promises, key, clock } = this.#parts;
    const origin = recorderOrigin(recorderId, generation);
    const read = this.#read(recorderId, origin, note);
    if (typeof read === 'string') return this.#refuse(recorderId, 'signature', read);
    const { head, signed } = read;
    const known = trees.latest(origin);
    if (head.size > ledgers.size(recorderId, generation)) {
      const promised = { size: head.size, root: hexOf(head.root), note: formatNote(signed) };
      if (promises.keep(origin, { ...promised, at: clock.wallNow() })) return { outcome: 'promised' };
      return refused('ahead', `the head is over ${head.size} entries, more than are stored here`);
    }
    const tree = trees.grown(origin, head.size, ledgers.texts(recorderId, generation));
    const root = hexOf(head.root);
    if (root !== hexOf(tree.root(head.size))) {
      const message = `generation ${generation}: the head over ${head.size} entries is not over the entries that were told`;
      return this.#refuse(recorderId, 'fork', message);
    }
    const [broken] = promises.broken(origin, head.size, (size) => hexOf(tree.root(size)));
    if (broken !== undefined) {
      const message = `generation ${generation}: before its entries were told, a head over ${broken} of them was signed that is not over those told`;
      return this.#refuse(recorderId, 'fork', message);
    }
    if (known !== undefined && head.size < known.size) {
      // A recorder keeps its newest head: only one whose past was put back shows an older one.
      const message = `generation ${generation}: a head over ${head.size} entries after one over ${known.size} was witnessed`;
      return this.#refuse(recorderId, 'older', message);
    }
    if (known?.size === head.size) return { outcome: 'witnessed', note: known.note };
    const signedAt = clock.wallNow();
    const cosignature = signNoteText(signed.text, key.signer, Math.floor(signedAt / 1000));
    const witnessed = formatNote(withSignature(signed, cosignature));
    trees.add(origin, { size: head.size, root, note: witnessed, signedAt });
    promises.kept(origin, head.size);
    return { outcome: 'witnessed', note: witnessed };
  }

  /** The head, with the recorder's signature alone; or what is wrong with it. */
  #read(
    recorderId: RecorderId,
    origin: string,
    note: string,
  ): { readonly head: Checkpoint; readonly signed: SignedNote } | string {
    const publicKey = this.#parts.publicKeyOf(recorderId);
    if (publicKey === undefined) return 'this recorder is not enrolled';
    const key = verifierKey(origin, 'ed25519', new Uint8Array(Buffer.from(publicKey, 'base64url')));
    try {
      const parsed = parseNote(note);
      const head = parseCheckpoint(parsed.text);
      if (head.origin !== origin) return `the head is of ${head.origin}, not of ${origin}`;
      if (head.size === 0) return 'the head is over nothing';
      if (checkedSignatures(parsed, [key]).length === 0) return 'the head was not signed by this recorder';
      const signatures = parsed.signatures.filter(
        ({ name, keyId }) => name === key.name && keyId === key.keyId,
      );
      return { head, signed: { text: parsed.text, signatures } };
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      return error.message;
    }
  }

  #refuse(recorderId: RecorderId, why: HeadRefusal, message: string): HeadAnswer {
    this.#parts.onRefused(recorderId, why, message);
    return refused(why, message);
  }
}

function refused(why: HeadRefusal, message: string): HeadAnswer {
  return { outcome: 'refused', why, message: message.slice(0, 300) };
}

function hexOf(hash: Uint8Array) {
  return sha256HexSchema.parse(Buffer.from(hash).toString('hex'));
}
