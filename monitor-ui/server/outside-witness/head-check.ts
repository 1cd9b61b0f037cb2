import type { Clock } from '@minhbach/shared/clock';
import {
  checkedSignatures,
  formatNote,
  LedgerError,
  monitorOrigin,
  parseCheckpoint,
  parseNote,
  recorderOrigin,
  signNoteText,
  verifierKey,
  withSignature,
  type Checkpoint,
  type SignedNote,
} from '@minhbach/shared/ledger';
import type { Ledger } from '@minhbach/shared/protocol';
import { monitorIdSchema, recorderIdSchema, sha256HexSchema } from '@minhbach/shared/units-of-measure';
import type { LedgerTrees, WitnessKey } from '../witness/index.ts';
import { RequestError } from './bounded-request.ts';
import type { HeldLedgers, RefusalReason } from './held-ledgers.ts';
import type { MonitorClient } from './monitor-client.ts';

export type HeadOutcome =
  | { readonly outcome: 'witnessed'; readonly origin: string; readonly isKnownToMonitor: boolean }
  | { readonly outcome: 'nothing-yet'; readonly origin: string }
  | {
      readonly outcome: 'refused';
      readonly origin: string;
      readonly why: RefusalReason;
      readonly message: string;
    };

export interface HeadCheckParts {
  readonly trees: LedgerTrees;
  readonly held: HeldLedgers;
  readonly key: WitnessKey;
  readonly clock: Clock;
  /** Keys known from elsewhere, by the id of recorder or monitor. */
  readonly pinned: ReadonlyMap<string, string>;
}

/** What is wrong with a head; the note is evidence. */
class Refused extends Error {
  readonly why: RefusalReason;
  readonly note: string;

  constructor(why: RefusalReason, message: string, note = '') {
    super(message);
    this.why = why;
    this.note = note;
  }
}

const pageEntries = 256;

/**
 * Holds a ledger that a monitor shows against what is held here, and counter-signs its head. The root is computed from
 * the entries themselves, which are kept: so no head is signed that goes back behind an older one or is over others.
 */
export class HeadCheck {
  readonly #parts: HeadCheckParts;

  constructor(parts: HeadCheckParts) {
    this.#parts = parts;
  }

  /** What it says is durable. Rejects with `RequestError` when the monitor does not answer as it should. */
  async check(
    monitor: string,
    ledger: Ledger,
    client: MonitorClient,
    signal: AbortSignal,
  ): Promise<HeadOutcome> {
    const origin = originOf(ledger);
    try {
      return await this.#checked(monitor, origin, ledger, client, signal);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const { why, message, note } = error;
      this.#parts.held.addRefusal({ at: this.#parts.clock.wallNow(), monitor, origin, why, message, note });
      return { outcome: 'refused', origin, why, message };
    }
  }

  async #checked(
    monitor: string,
    origin: string,
    ledger: Ledger,
    client: MonitorClient,
    signal: AbortSignal,
  ): Promise<HeadOutcome> {
    const { trees, held, clock } = this.#parts;
    const newest = held.newestGeneration(ledger.id) ?? 0;
    if (ledger.generation < newest)
      throw new Refused('older', `generation ${ledger.generation} is shown after generation ${newest}`);
    const shownSize = held.shownSize(monitor, origin);
    if (ledger.head === undefined) {
      if (shownSize > 0) throw new Refused('older', `no head is shown after one over ${shownSize} entries`);
      return { outcome: 'nothing-yet', origin };
    }
    const publicKey = this.#keyOf(ledger);
    const { note } = await client.checkpoint(ledger.id, ledger.generation, signal);
    const { head, signed } = readHead(note, origin, publicKey);
    if (head.size < shownSize)
      throw new Refused(
        'older',
        `a head over ${head.size} entries is shown after one over ${shownSize}`,
        note,
      );
    const known = trees.latest(origin)?.size ?? 0;
    if (head.size > known) await this.#fetch(origin, { from: known, to: head.size }, ledger, client, signal);
    const tree = trees.grown(origin, head.size, held.texts(origin));
    const root = hexOf(head.root);
    if (root !== hexOf(tree.root(head.size))) {
      this.#forget(origin, known);
      const than = known > 0 ? `, whose first ${Math.min(known, head.size)} are held here` : '';
      throw new Refused(
        'fork',
        `the head over ${head.size} entries is not over the entries shown${than}`,
        note,
      );
    }
    if (held.keyOf(ledger.id) === undefined) held.addKey(ledger.id, publicKey, clock.wallNow());
    held.addLedger({
      ...{ origin, ledgerId: ledger.id, kind: ledger.kind, generation: ledger.generation, monitor },
      name: ledger.name ?? monitor,
    });
    if (head.size > known) this.#sign(origin, head, signed);
    held.noteShown(monitor, origin, head.size);
    return { outcome: 'witnessed', origin, isKnownToMonitor: this.#isSignedByUs(parseNote(note)) };
  }

  /** The key that must have signed: pinned, or held since first sight, or claimed now. */
  #keyOf({ id, publicKey: claimed }: Ledger): string {
    const expected = this.#parts.pinned.get(id) ?? this.#parts.held.keyOf(id) ?? claimed;
    if (expected === undefined) throw new Refused('foreign-key', 'no key is shown for this ledger');
    if (claimed !== undefined && claimed !== expected)
      throw new Refused('foreign-key', 'another key is shown than the one this ledger has');
    return expected;
  }

  async #fetch(
    origin: string,
    { from, to }: { readonly from: number; readonly to: number },
    { id, generation }: Ledger,
    client: MonitorClient,
    signal: AbortSignal,
  ): Promise<void> {
    // What was fetched for a head that was never signed.
    this.#forget(origin, from);
    for (let next = from; next < to;) {
      const limit = Math.min(pageEntries, to - next);
      const texts = await client.entries({ id, generation, from: next, limit }, signal);
      this.#parts.held.addEntries(origin, next, texts);
      next += texts.length;
    }
  }

  #forget(origin: string, size: number): void {
    this.#parts.held.cutBack(origin, size);
    this.#parts.trees.cutBack(origin, size);
  }

  #sign(origin: string, head: Checkpoint, signed: SignedNote): void {
    const { trees, key, clock } = this.#parts;
    const signedAt = clock.wallNow();
    const cosignature = signNoteText(signed.text, key.signer, Math.floor(signedAt / 1000));
    const note = formatNote(withSignature(signed, cosignature));
    trees.add(origin, { size: head.size, root: hexOf(head.root), note, signedAt });
  }

  #isSignedByUs({ signatures }: SignedNote): boolean {
    const ours = this.#parts.key.signer.key;
    return signatures.some(({ name, keyId }) => name === ours.name && keyId === ours.keyId);
  }
}

/** Throws `RequestError` for an id that is none. */
export function originOf({ id, kind, generation }: Pick<Ledger, 'id' | 'kind' | 'generation'>): string {
  const [recorder, monitor] = [recorderIdSchema.safeParse(id), monitorIdSchema.safeParse(id)];
  if (kind === 'recorder' && recorder.success) return recorderOrigin(recorder.data, generation);
  if (kind === 'monitor' && monitor.success) return monitorOrigin(monitor.data);
  throw new RequestError('it shows a ledger whose id is none');
}

/** With the author's signature alone. */
function readHead(note: string, origin: string, publicKey: string) {
  try {
    const key = verifierKey(origin, 'ed25519', new Uint8Array(Buffer.from(publicKey, 'base64url')));
    const parsed = parseNote(note);
    const head = parseCheckpoint(parsed.text);
    if (head.origin !== origin) throw new Refused('signature', `the head is of ${head.origin}`, note);
    if (checkedSignatures(parsed, [key]).length === 0)
      throw new Refused('foreign-key', 'the head was not signed with the key of this ledger', note);
    const signatures = parsed.signatures.filter(
      ({ name, keyId }) => name === key.name && keyId === key.keyId,
    );
    return { head, signed: { text: parsed.text, signatures } };
  } catch (error) {
    if (error instanceof LedgerError) throw new Refused('signature', error.message, note);
    throw error;
  }
}

function hexOf(hash: Uint8Array) {
  return sha256HexSchema.parse(Buffer.from(hash).toString('hex'));
}
