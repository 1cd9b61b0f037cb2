import type Database from 'better-sqlite3';
import type { UtcMs } from '@minhbach/shared/units-of-measure';
import type { MonitorDatabase } from '../database/index.ts';
import type { StoredHead } from './ledger-trees.ts';

type PromisedHead = Pick<StoredHead, 'size' | 'root'>;

/** Of one ledger. A recorder promises one head a connection, and keeps the promise with the entries that follow. */
const most = 1_000;

/**
 * Heads that recorders signed over entries they have not told yet. They come first on a line that was away: from then on
 * whoever has the recorder can no longer change what it recorded meanwhile, however long the entries take.
 */
export class PromisedHeads {
  readonly #upTo: Database.Statement<[string, number], PromisedHead>;
  readonly #count: Database.Statement<[string], number>;
  readonly #insert: Database.Statement<[string, number, string, string, number]>;
  readonly #forget: Database.Statement<[string, number]>;

  constructor({ sqlite }: MonitorDatabase) {
    this.#upTo = sqlite.prepare('SELECT size, root FROM promised_head WHERE origin = ? AND size <= ?');
    this.#count = sqlite
      .prepare<[string], number>('SELECT count(*) FROM promised_head WHERE origin = ?')
      .pluck();
    // The same again, on another connection, is no other promise.
    this.#insert = sqlite.prepare(
      'INSERT OR IGNORE INTO promised_head (origin, size, root, note, promised_at) VALUES (?, ?, ?, ?, ?)',
    );
    this.#forget = sqlite.prepare('DELETE FROM promised_head WHERE origin = ? AND size <= ?');
  }

  /** Durable on return. `false`: this ledger promises too much and keeps nothing. */
  keep(origin: string, of: PromisedHead & { readonly note: string; readonly at: UtcMs }): boolean {
    if ((this.#count.get(origin) ?? 0) >= most) return false;
    this.#insert.run(origin, of.size, of.root, of.note, of.at);
    return true;
  }

  /** The sizes of those, up to `size` entries, whose root is not the one over the entries that were told. */
  broken(origin: string, size: number, rootAt: (size: number) => string): number[] {
    return this.#upTo
      .all(origin, size)
      .filter((promised) => rootAt(promised.size) !== promised.root)
      .map((promised) => promised.size);
  }

  /** Those up to `size` were kept. */
  kept(origin: string, size: number): void {
    this.#forget.run(origin, size);
  }
}
