import type Database from 'better-sqlite3';
import { setImmediate as breath } from 'node:timers/promises';
import type { Clock } from '@minhbach/shared/clock';
import {
  checkedSignatures,
  checkpointText,
  leafHash,
  LedgerError,
  parseCheckpoint,
  parseNote,
  recorderOrigin,
  signedNote,
  verifierKey,
  type TiledTree,
} from '@minhbach/shared/ledger';
import { sha256HexSchema, utcMs, type RecorderId } from '@minhbach/shared/units-of-measure';
import type { EntryDraft } from './entry-log.ts';
import { EntryLog } from './entry-log.ts';
import { HeadTables, type LedgerHead } from './head-tables.ts';

/** Entries hashed in one step, so that a long ledger is never in memory as a whole. */
const pageEntries = 2_000;

export interface LedgerHeadsParts {
  readonly recorderId: RecorderId;
  /** Raw Ed25519 key, base64url. */
  readonly publicKey: string;
  /** Ed25519 over the bytes, base64url. */
  readonly sign: (bytes: Uint8Array) => string;
  readonly clock: Clock;
  readonly ledger: {
    readonly database: Database.Database;
    transaction<Result>(work: () => Result): Result;
    appendEntry(draft: EntryDraft): unknown;
  };
}

/**
 * Signs heads of this recorder's ledger: what a head is over cannot be changed any more without its showing. The tree is
 * kept as tiles and grows with each head, so that signing costs what was added since.
 */
export class LedgerHeads {
  readonly #parts: LedgerHeadsParts;
  readonly #entries: EntryLog;
  readonly #tables: HeadTables;
  readonly #listeners = new Set<() => void>();
  #turn: Promise<void> = Promise.resolve();

  constructor(parts: LedgerHeadsParts) {
    this.#parts = parts;
    this.#entries = new EntryLog(parts.ledger.database);
    this.#tables = new HeadTables(parts.ledger.database);
  }

  /** The newest of each generation, oldest generation first. */
  list(): readonly LedgerHead[] {
    return this.#tables.heads();
  }

  /** Called after each head, once it is durable. Answers how to stop. */
  onSigned(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Signs a head over all entries of every generation that has said something since its last one; that a witness signed is
   * nothing new, or each head would be the reason for the next. Durable when it resolves. A ledger whose tiles were lost is
   * hashed anew page by page, so that recording goes on meanwhile. Rejects when facts under an
   * earlier head were changed.
   */
  async sign(): Promise<void> {
    const turn = this.#turn.then(async () => this.#signAll());
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /**
   * A witness has counter-signed: kept, and stated as an entry. Throws `LedgerError` unless the note is a head this
   * recorder signed, with a counter-signature by another name.
   */
  noteWitnessed(generation: number, note: string): void {
    const parsed = parseNote(note);
    const { size, root } = parseCheckpoint(parsed.text);
    if (checkedSignatures(parsed, [this.#key(generation)]).length === 0)
      throw new LedgerError('untrusted', 'this head was not signed by this recorder');
    const { name: own } = this.#key(generation);
    const witness = parsed.signatures.findLast(({ name }) => name !== own);
    if (witness === undefined) throw new LedgerError('malformed', 'no witness has signed this head');
    if (this.#tables.witnessedSize(generation, witness.name) >= size) return;
    this.#parts.ledger.transaction(() => {
      this.#tables.writeWitnessed(generation, witness.name, size, note);
      this.#parts.ledger.appendEntry({
        kind: 'head-witnessed',
        ...{ generation, size, witness: witness.name },
        root: sha256HexSchema.parse(Buffer.from(root).toString('hex')),
        witnessedAt: utcMs(cosignedAtMs(witness.signature) ?? this.#parts.clock.wallNow()),
      });
    });
  }

  async #signAll(): Promise<void> {
    const known = new Map(this.#tables.heads().map((head) => [head.generation, head]));
    let signed = false;
    for (const { generation, size } of this.#entries.generations()) {
      const before = known.get(generation);
      if (size === 0 || !this.#hasNews(generation, before?.size ?? 0, size)) continue;
      await this.#signOne(generation, before, size);
      signed = true;
    }
    if (signed) for (const listener of this.#listeners) listener();
  }

  #hasNews(generation: number, from: number, to: number): boolean {
    for (let seq = from; seq < to; seq += pageEntries) {
      const page = this.#entries.texts(seq, Math.min(pageEntries, to - seq), generation);
      if (page.some((text) => !text.includes('"kind":"head-witnessed"'))) return true;
    }
    return false;
  }

  async #signOne(generation: number, before: LedgerHead | undefined, size: number): Promise<void> {
    const tree = await this.#treeOf(generation, before);
    while (size - tree.size > pageEntries) {
      this.#parts.ledger.transaction(() => this.#grow(tree, generation, pageEntries));
      await breath();
    }
    this.#parts.ledger.transaction(() => {
      this.#grow(tree, generation, size - tree.size);
      const root = tree.root();
      const key = this.#key(generation);
      const signedAt = this.#parts.clock.wallNow();
      const sign = (bytes: Uint8Array) => Buffer.from(this.#parts.sign(bytes), 'base64url');
      const text = checkpointText({ origin: key.name, size, root });
      const note = signedNote(text, { key, sign }, Math.floor(signedAt / 1000));
      const hex = sha256HexSchema.parse(Buffer.from(root).toString('hex'));
      this.#tables.write({ generation, size, root: hex, note, signedAt });
    });
  }

  /**
   * The tree up to the last head. Tiles that no longer give its root are made again from the entries; when those do not
   * give it either, facts under a signed head were changed, and nothing more is signed over them.
   */
  async #treeOf(generation: number, before: LedgerHead | undefined): Promise<TiledTree> {
    if (before === undefined) return this.#tables.tree(generation, 0);
    const kept = this.#tables.tree(generation, before.size);
    if (givesRoot(kept, before)) return kept;
    const anew = this.#tables.tree(generation, 0);
    while (anew.size < before.size) {
      const count = Math.min(pageEntries, before.size - anew.size);
      this.#parts.ledger.transaction(() => this.#grow(anew, generation, count));
      await breath();
    }
    if (givesRoot(anew, before)) return anew;
    throw new RangeError(
      `generation ${generation}: the entries up to ${before.size} are not those under the last signed head`,
    );
  }

  #grow(tree: TiledTree, generation: number, count: number): void {
    const page = this.#entries.texts(tree.size, count, generation);
    if (page.length < count) throw new RangeError(`generation ${generation} ends at entry ${tree.size}`);
    tree.append(page.map((text) => leafHash(Buffer.from(text))));
  }

  #key(generation: number) {
    const { recorderId, publicKey } = this.#parts;
    const raw = new Uint8Array(Buffer.from(publicKey, 'base64url'));
    return verifierKey(recorderOrigin(recorderId, generation), 'ed25519', raw);
  }
}

function givesRoot(tree: TiledTree, { size, root }: LedgerHead): boolean {
  try {
    return Buffer.from(tree.root(size)).toString('hex') === root;
  } catch (error) {
    // A tile is missing, or too short.
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** C2SP tlog-cosignature: eight bytes of seconds before the signature. */
function cosignedAtMs(signature: Uint8Array): number | undefined {
  if (signature.length !== 72) return undefined;
  const seconds = Number(new DataView(signature.buffer, signature.byteOffset).getBigUint64(0));
  return Number.isSafeInteger(seconds * 1000) ? seconds * 1000 : undefined;
}
