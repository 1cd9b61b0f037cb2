import type Database from 'better-sqlite3';
import type { EntryLog } from '../ledger/index.ts';
import { isDamage } from './is-damage.ts';
import type { Journal } from './journal.ts';
import type { OpenSegmentRow } from './open-segment-row.ts';
import type { KeptRow, SpoolFault } from './spool.ts';

/** Entries read at once when the journal has to catch up. */
const catchUpEntries = 500;

/** Changes of the index and, right behind each, the same in the journal; then those who wait for facts are told. */
export class JournaledTransactions {
  #database: Database.Database;
  #entries: EntryLog;
  #journal: Journal;
  /** Lines that the journal does not have yet, other than entries: those are read from the index. */
  #pending: string[] = [];
  #appendListeners = new Set<(ledgerSize: number) => void>();
  #faultListeners = new Set<(fault: SpoolFault) => void>();
  #faults: SpoolFault[] = [];
  #journalFails = false;
  #onDamage: () => void;

  constructor(of: {
    readonly database: Database.Database;
    readonly entries: EntryLog;
    readonly journal: Journal;
    /** Called once for each damage seen; must not throw. */
    readonly onDamage: () => void;
  }) {
    this.#database = of.database;
    this.#entries = of.entries;
    this.#journal = of.journal;
    this.#onDamage = of.onDamage;
  }

  /** In one transaction; inside another it is part of that one. */
  run<Result>(work: () => Result): Result {
    if (this.#database.inTransaction) return this.#database.transaction(work)();
    const pendingBefore = this.#pending.length;
    let before;
    let result: Result;
    try {
      before = this.#entries.current();
      result = this.#database.transaction(work).immediate();
    } catch (error) {
      this.#pending.length = pendingBefore;
      if (isDamage(error)) this.noteDamage(error instanceof Error ? error.message : 'damaged');
      throw error;
    }
    this.catchUp();
    const { generation, size } = this.#entries.current();
    if (generation !== before.generation || size !== before.size)
      for (const listener of this.#appendListeners) listener(size);
    return result;
  }

  keep(table: string, row: KeptRow): void {
    this.#pending.push(JSON.stringify({ kept: table, row }));
  }

  keepOpen(row: OpenSegmentRow): void {
    this.#pending.push(JSON.stringify({ open: row }));
  }

  /** Brings the journal up to the index. A failure is told of and made good with the next change. */
  catchUp(): void {
    try {
      for (const { generation, size } of this.#entries.generations()) this.#catchUpWith(generation, size);
      const position = this.#journal.position;
      if (this.#pending.length > 0 && position !== undefined) {
        this.#journal.append(this.#pending, position);
        this.#pending = [];
      }
      this.#journalFails = false;
    } catch (error) {
      if (this.#journalFails) return;
      this.#journalFails = true;
      const message = error instanceof Error ? error.message : String(error);
      this.#tell({
        code: 'journal-failed',
        message: `the journal cannot be written (${message}); the index alone holds what is new`,
      });
    }
  }

  noteDamage(message: string): void {
    this.#onDamage();
    this.#tell({ code: 'index-damaged', message: `the index is damaged and must be made again: ${message}` });
  }

  onAppended(listener: (ledgerSize: number) => void): () => void {
    this.#appendListeners.add(listener);
    return () => this.#appendListeners.delete(listener);
  }

  onFault(listener: (fault: SpoolFault) => void): () => void {
    this.#faultListeners.add(listener);
    for (const fault of this.#faults.splice(0)) listener(fault);
    return () => this.#faultListeners.delete(listener);
  }

  clear(): void {
    this.#appendListeners.clear();
    this.#faultListeners.clear();
  }

  #catchUpWith(generation: number, size: number): void {
    const has = this.#journal.position;
    if (has !== undefined && has.generation > generation) return;
    let nextSeq = has?.generation === generation ? has.nextSeq : 0;
    if (has?.generation !== generation) {
      const previous = this.#entries.previousOf(generation) ?? 'null';
      const began = `{"generation":${generation},"previous":${previous}}`;
      this.#journal.append([began], { generation, nextSeq: 0 });
    }
    while (nextSeq < size) {
      const texts = this.#entries.texts(nextSeq, catchUpEntries, generation);
      if (texts.length === 0) return;
      const lines = texts.map((text) => `{"generation":${generation},"entry":${text}}`);
      nextSeq += lines.length;
      // Open and kept rows go with the entries of their transaction: one sync for all.
      const isLast = nextSeq >= size;
      this.#journal.append(isLast ? [...this.#pending, ...lines] : lines, { generation, nextSeq });
      if (isLast) this.#pending = [];
    }
  }

  #tell(fault: SpoolFault): void {
    if (this.#faultListeners.size === 0) this.#faults.push(fault);
    for (const listener of this.#faultListeners) listener(fault);
  }
}
