import SqliteDatabase from 'better-sqlite3';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { foldedText } from '../incidents/index.ts';
import type { ComplaintContent } from './complaint-content.ts';

const batchSize = 200;

interface Indexed {
  readonly seq: number;
  readonly content: ComplaintContent;
}

/**
 * Words of what was said, for searching, in this process's memory only (SQLite FTS5): on disk there is nothing but sealed
 * text. Built from the sealed rows at every start.
 */
export class ComplaintIndex {
  readonly #sqlite = new SqliteDatabase(':memory:');
  readonly #insert: SqliteDatabase.Statement<[number, string]>;
  readonly #search: SqliteDatabase.Statement<[string, number, number], number>;

  constructor() {
    this.#sqlite.exec(
      "CREATE VIRTUAL TABLE words USING fts5 (text, content = '', detail = 'full', tokenize = 'unicode61', prefix = '2 3')",
    );
    this.#insert = this.#sqlite.prepare('INSERT INTO words (rowid, text) VALUES (?, ?)');
    this.#search = this.#sqlite
      .prepare<[string, number, number], number>(
        'SELECT rowid FROM words WHERE words MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?',
      )
      .pluck();
  }

  /** Reads what was there at the start, a bit at a time, so that others are served meanwhile. */
  async build(
    of: { readonly upToSeq: number; readonly rows: (afterSeq: number, limit: number) => Indexed[] },
    signal: AbortSignal,
  ): Promise<void> {
    for (let seq = 0; !signal.aborted;) {
      const some = of.rows(seq, 500).filter((one) => one.seq <= of.upToSeq);
      const last = some.at(-1);
      if (last === undefined) return;
      this.#sqlite.transaction(() => {
        for (const one of some) this.#insert.run(one.seq, wordsOf(one.content));
      })();
      seq = last.seq;
      await nextTurn();
    }
  }

  add(seq: number, content: ComplaintContent): void {
    this.#insert.run(seq, wordsOf(content));
  }

  /** Numbers of those that have all words, the latest first, a batch at a time. The last word may be unfinished. */
  *batches(text: string): Generator<number[]> {
    const query = matchOf(text);
    if (query === undefined) return;
    for (let before = Number.MAX_SAFE_INTEGER; ;) {
      const seqs = this.#search.all(query, before, batchSize);
      const last = seqs.at(-1);
      if (last === undefined) return;
      yield seqs;
      before = last;
    }
  }

  close(): void {
    this.#sqlite.close();
  }
}

function wordsOf({ text, dossierCode, ticket, reporter }: ComplaintContent): string {
  return foldedText(
    [text, dossierCode, ticket, reporter?.name, reporter?.address, reporter?.email].join(' '),
  );
}

/** Letters and digits only: nothing of FTS5's query language comes from a person. */
function matchOf(text: string): string | undefined {
  const words = foldedText(text).match(/[\p{L}\p{N}]+/gu);
  if (words === null) return undefined;
  return words.map((word, at) => (at === words.length - 1 ? `"${word}"*` : `"${word}"`)).join(' AND ');
}
