import type Database from 'better-sqlite3';
import { canonicalJson } from '@minhbach/shared/ledger';
import { recorderEntrySchema, type RecorderEntry } from '@minhbach/shared/protocol';
import type { UtcMs } from '@minhbach/shared/units-of-measure';

type WithoutPlace<Entry> = Entry extends unknown ? Omit<Entry, 'seq' | 'at'> : never;
/** An entry before the ledger gives it its number and time. */
export type EntryDraft = WithoutPlace<RecorderEntry>;

/** The `entry` table: append and read. Appends within a transaction of the caller are undone with it. */
export class EntryLog {
  #insert: Database.Statement<[number, number, string, string]>;
  #read: Database.Statement<[number, number], string>;
  #size: Database.Statement<[], number>;

  constructor(database: Database.Database) {
    this.#insert = database.prepare('INSERT INTO entry (seq, at, kind, json) VALUES (?, ?, ?, ?)');
    this.#read = database
      .prepare<[number, number], string>('SELECT json FROM entry WHERE seq >= ? ORDER BY seq LIMIT ?')
      .pluck();
    this.#size = database.prepare<[], number>('SELECT coalesce(max(seq) + 1, 0) FROM entry').pluck();
  }

  size(): number {
    return this.#size.get() ?? 0;
  }

  /** Throws a ZodError for a draft that is no entry, before anything is written. */
  append<Draft extends EntryDraft>(draft: Draft, at: UtcMs): Extract<RecorderEntry, { kind: Draft['kind'] }> {
    const entry = recorderEntrySchema.parse({ ...draft, seq: this.size(), at });
    this.#insert.run(entry.seq, entry.at, entry.kind, canonicalJson(entry));
    return entry as Extract<RecorderEntry, { kind: Draft['kind'] }>;
  }

  read(fromSeq: number, limit: number): RecorderEntry[] {
    return this.#read.all(fromSeq, limit).map((json) => recorderEntrySchema.parse(JSON.parse(json)));
  }
}
