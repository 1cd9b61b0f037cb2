import type Database from 'better-sqlite3';
import { z } from 'zod';
import { canonicalJson, entryLeafHash } from '@minhbach/shared/ledger';
import { recorderEntrySchema, type PreviousGeneration, type RecorderEntry } from '@minhbach/shared/protocol';
import type { Sha256Hex, UtcMs } from '@minhbach/shared/units-of-measure';

type WithoutPlace<Entry> = Entry extends RecorderEntry ? Omit<Entry, 'seq' | 'at'> : never;

/** A fact as its room states it; the ledger gives it its number and time. */
export type EntryDraft = WithoutPlace<RecorderEntry>;

export interface Generation {
  readonly generation: number;
  /** Number of its entries, which is also the next `seq`. */
  readonly size: number;
}

const generationRowSchema = z.strictObject({
  generation: z.int(),
  first: z.int(),
  previous: z.string().nullable(),
});
type GenerationRow = z.infer<typeof generationRowSchema>;

/**
 * The `entry` and `generation` tables: append and read. `entry.ordinal` runs on through all generations, `seq` starts
 * again in each. Appends within a transaction of the caller are undone with it.
 */
export class EntryLog {
  #insert: Database.Statement<[number, number, string, string]>;
  #read: Database.Statement<[number, number, number], string>;
  #next: Database.Statement<[], number>;
  #generations: Database.Statement<[]>;
  #begin: Database.Statement<[number, number, string | null]>;

  constructor(database: Database.Database) {
    this.#insert = database.prepare('INSERT INTO entry (ordinal, at, kind, json) VALUES (?, ?, ?, ?)');
    this.#read = database
      .prepare<[number, number, number], string>(
        'SELECT json FROM entry WHERE ordinal >= ? AND ordinal < ? ORDER BY ordinal LIMIT ?',
      )
      .pluck();
    this.#next = database.prepare<[], number>('SELECT coalesce(max(ordinal) + 1, 0) FROM entry').pluck();
    this.#generations = database.prepare(
      'SELECT generation, first_ordinal AS first, previous FROM generation ORDER BY generation',
    );
    this.#begin = database.prepare(
      'INSERT INTO generation (generation, first_ordinal, previous) VALUES (?, ?, ?)',
    );
  }

  /** All that this index knows, oldest first; never empty. The last one is being added to. */
  generations(): readonly Generation[] {
    const rows = this.#rows();
    return rows.map((row, index) => ({
      generation: row.generation,
      size: (rows[index + 1]?.first ?? this.#nextOrdinal()) - row.first,
    }));
  }

  current(): Generation {
    const { generation, first } = this.#newest();
    return { generation, size: this.#nextOrdinal() - first };
  }

  size(): number {
    return this.current().size;
  }

  /** From here on a new ledger; what a generation goes on from can be asked for again. */
  begin(generation: number, previous: PreviousGeneration | null): void {
    this.#begin.run(generation, this.#nextOrdinal(), previous === null ? null : canonicalJson(previous));
  }

  previousOf(generation: number): string | null {
    return this.#rows().find((row) => row.generation === generation)?.previous ?? null;
  }

  /** Throws a ZodError for a draft that is no entry, before anything is written. */
  append<Draft extends EntryDraft>(draft: Draft, at: UtcMs): Extract<RecorderEntry, { kind: Draft['kind'] }> {
    const entry = recorderEntrySchema.parse({ ...draft, seq: this.size(), at });
    this.restore(entry);
    return entry as Extract<RecorderEntry, { kind: Draft['kind'] }>;
  }

  /** As it was stated before; its number must be the next of the newest generation. */
  restore(entry: RecorderEntry): void {
    const { first } = this.#newest();
    this.#insert.run(first + entry.seq, entry.at, entry.kind, canonicalJson(entry));
  }

  read(fromSeq: number, limit: number, generation?: number): RecorderEntry[] {
    return this.texts(fromSeq, limit, generation).map((json) => recorderEntrySchema.parse(JSON.parse(json)));
  }

  /** Canonical, in order; empty for a generation this index does not know. */
  texts(fromSeq: number, limit: number, generation = this.#newest().generation): string[] {
    const rows = this.#rows();
    const index = rows.findIndex((row) => row.generation === generation);
    const first = rows[index]?.first;
    if (first === undefined) return [];
    return this.#read.all(first + fromSeq, rows[index + 1]?.first ?? Number.MAX_SAFE_INTEGER, limit);
  }

  leafHash(generation: number, seq: number): Sha256Hex | undefined {
    const [text] = seq < 0 ? [] : this.texts(seq, 1, generation);
    return text === undefined ? undefined : entryLeafHash(text);
  }

  #nextOrdinal(): number {
    return Math.max(this.#next.get() ?? 0, this.#rows().at(-1)?.first ?? 0);
  }

  #newest(): GenerationRow {
    const row = this.#rows().at(-1);
    if (row === undefined) throw new Error('the index has no generation');
    return row;
  }

  #rows(): GenerationRow[] {
    return this.#generations.all().map((row) => generationRowSchema.parse(row));
  }
}
