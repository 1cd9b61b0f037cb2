import type Database from 'better-sqlite3';
import type { UtcMs } from '@minhbach/shared/units-of-measure';
import type { MonitorDatabase } from '../database/index.ts';
import type { EntryTexts } from '../witness/index.ts';

export interface HeldLedger {
  readonly origin: string;
  readonly ledgerId: string;
  readonly kind: 'recorder' | 'monitor';
  readonly generation: number;
  readonly name: string;
  readonly monitor: string;
}

export type RefusalReason = 'older' | 'fork' | 'signature' | 'foreign-key';

export interface Refusal {
  readonly at: UtcMs;
  readonly monitor: string;
  readonly origin: string;
  readonly why: RefusalReason;
  readonly message: string;
  readonly note: string;
}

/** A witness's own copy of others' entries, and what it knows of their authors. Everything is durable on return. */
export class HeldLedgers {
  readonly #database: MonitorDatabase;
  readonly #texts: Database.Statement<[string, number, number], string>;
  readonly #addEntry: Database.Statement<[string, number, string]>;
  readonly #cutBack: Database.Statement<[string, number]>;

  constructor(database: MonitorDatabase) {
    this.#database = database;
    const { sqlite } = database;
    this.#texts = sqlite
      .prepare<[string, number, number], string>(
        'SELECT body FROM held_entry WHERE origin = ? AND seq >= ? ORDER BY seq LIMIT ?',
      )
      .pluck();
    this.#addEntry = sqlite.prepare('INSERT INTO held_entry (origin, seq, body) VALUES (?, ?, ?)');
    this.#cutBack = sqlite.prepare('DELETE FROM held_entry WHERE origin = ? AND seq >= ?');
  }

  keyOf(ledgerId: string): string | undefined {
    return this.#database.sqlite
      .prepare<[string], string>('SELECT public_key FROM held_key WHERE ledger_id = ?')
      .pluck()
      .get(ledgerId);
  }

  addKey(ledgerId: string, publicKey: string, firstSeen: UtcMs): void {
    this.#database.sqlite
      .prepare('INSERT INTO held_key (ledger_id, public_key, first_seen) VALUES (?, ?, ?)')
      .run(ledgerId, publicKey, firstSeen);
  }

  addLedger({ origin, ledgerId, kind, generation, name, monitor }: HeldLedger): void {
    this.#database.sqlite
      .prepare('INSERT OR IGNORE INTO held_ledger VALUES (?, ?, ?, ?, ?, ?)')
      .run(origin, ledgerId, kind, generation, name, monitor);
  }

  /** In the order of their names. */
  ledgers(): readonly HeldLedger[] {
    return this.#database.sqlite
      .prepare<[], HeldLedger>(
        `SELECT origin, ledger_id AS ledgerId, kind, generation, name, monitor FROM held_ledger
         ORDER BY kind, name, ledger_id, generation`,
      )
      .all();
  }

  /** `undefined` when none of this recorder is held. */
  newestGeneration(ledgerId: string): number | undefined {
    const row = this.#database.sqlite
      .prepare<[string], { newest: number | null }>(
        'SELECT max(generation) AS newest FROM held_ledger WHERE ledger_id = ?',
      )
      .get(ledgerId);
    return row?.newest ?? undefined;
  }

  texts(origin: string): EntryTexts {
    return (from, limit) => this.#texts.all(origin, from, limit);
  }

  addEntries(origin: string, from: number, texts: readonly string[]): void {
    this.#database.transaction(() => {
      for (const [nth, text] of texts.entries()) this.#addEntry.run(origin, from + nth, text);
    });
  }

  /** Forgets entries from `size` on: those under no head that was signed here. */
  cutBack(origin: string, size: number): void {
    this.#cutBack.run(origin, size);
  }

  shownSize(monitor: string, origin: string): number {
    return (
      this.#database.sqlite
        .prepare<[string, string], number>('SELECT size FROM shown_size WHERE monitor = ? AND origin = ?')
        .pluck()
        .get(monitor, origin) ?? 0
    );
  }

  noteShown(monitor: string, origin: string, size: number): void {
    this.#database.sqlite
      .prepare('INSERT OR REPLACE INTO shown_size VALUES (?, ?, ?)')
      .run(monitor, origin, size);
  }

  /** Newest last. */
  refusals(limit: number): readonly Refusal[] {
    return this.#database.sqlite
      .prepare<[number], Refusal>(
        'SELECT at, monitor, origin, why, message, note FROM refusal ORDER BY id DESC LIMIT ?',
      )
      .all(limit)
      .reverse();
  }

  /** The same again, word for word, is kept once. */
  addRefusal(refusal: Refusal): void {
    this.#database.sqlite
      .prepare(
        `INSERT INTO refusal (at, monitor, origin, why, message, note)
         SELECT @at, @monitor, @origin, @why, @message, @note WHERE NOT EXISTS (
           SELECT 1 FROM refusal
           WHERE monitor = @monitor AND origin = @origin AND message = @message AND note = @note)`,
      )
      .run(refusal);
  }
}
