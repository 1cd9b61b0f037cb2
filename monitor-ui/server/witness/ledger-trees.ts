import type Database from 'better-sqlite3';
import { leafHash, TiledTree } from '@minhbach/shared/ledger';
import { sha256HexSchema, utcMs, type Sha256Hex, type UtcMs } from '@minhbach/shared/units-of-measure';
import type { MonitorDatabase } from '../database/index.ts';

export interface StoredHead {
  /** Entries under it. */
  readonly size: number;
  readonly root: Sha256Hex;
  /** With all signatures known. */
  readonly note: string;
  readonly signedAt: UtcMs;
}

/** Canonical texts of a ledger's entries from `from` on, at most `limit`, in order. */
export type EntryTexts = (from: number, limit: number) => readonly string[];

const pageEntries = 2_000;

/** The trees over the ledgers this monitor holds, and the heads it signed, by the ledgers' names. */
export class LedgerTrees {
  readonly #database: MonitorDatabase;
  readonly #tile: Database.Statement<[string, number, number], Buffer>;
  readonly #writeTile: Database.Statement<[string, number, number, Uint8Array]>;
  readonly #size: Database.Statement<[string], number>;
  readonly #writeSize: Database.Statement<[string, number]>;
  readonly #latest: Database.Statement<[string], HeadRow>;
  readonly #insertHead: Database.Statement<[string, number, string, string, number]>;
  readonly #origins: Database.Statement<[], string>;

  constructor(database: MonitorDatabase) {
    this.#database = database;
    const { sqlite } = database;
    this.#tile = sqlite
      .prepare<[string, number, number], Buffer>(
        'SELECT hashes FROM ledger_tile WHERE origin = ? AND level = ? AND tile = ?',
      )
      .pluck();
    this.#writeTile = sqlite.prepare(
      'INSERT OR REPLACE INTO ledger_tile (origin, level, tile, hashes) VALUES (?, ?, ?, ?)',
    );
    this.#size = sqlite.prepare<[string], number>('SELECT size FROM ledger_tree WHERE origin = ?').pluck();
    this.#writeSize = sqlite.prepare('INSERT OR REPLACE INTO ledger_tree (origin, size) VALUES (?, ?)');
    this.#latest = sqlite.prepare(
      'SELECT size, root, note, signed_at AS signedAt FROM ledger_head WHERE origin = ? ORDER BY size DESC LIMIT 1',
    );
    this.#insertHead = sqlite.prepare(
      'INSERT INTO ledger_head (origin, size, root, note, signed_at) VALUES (?, ?, ?, ?, ?)',
    );
    this.#origins = sqlite.prepare<[], string>('SELECT DISTINCT origin FROM ledger_head').pluck();
  }

  /** As far as it has grown. */
  tree(origin: string): TiledTree {
    return new TiledTree(
      {
        read: (level, tile) => this.#tile.get(origin, level, tile),
        write: (level, tile, hashes) => this.#writeTile.run(origin, level, tile, hashes),
      },
      this.#size.get(origin) ?? 0,
    );
  }

  /** The tree, grown to `size` entries at least when there are that many. Durable on return. */
  grown(origin: string, size: number, texts: EntryTexts): TiledTree {
    const tree = this.tree(origin);
    while (tree.size < size) {
      const page = texts(tree.size, Math.min(pageEntries, size - tree.size));
      if (page.length === 0) break;
      this.#database.transaction(() => {
        tree.append(page.map((text) => leafHash(Buffer.from(text))));
        this.#writeSize.run(origin, tree.size);
      });
    }
    return tree;
  }

  latest(origin: string): StoredHead | undefined {
    const row = this.#latest.get(origin);
    return row && { ...row, root: sha256HexSchema.parse(row.root), signedAt: utcMs(row.signedAt) };
  }

  /** Durable on return. Throws when it is not beyond the last one. */
  add(origin: string, { size, root, note, signedAt }: StoredHead): void {
    this.#insertHead.run(origin, size, root, note, signedAt);
  }

  /** Ledgers that have a head. */
  origins(): string[] {
    return this.#origins.all();
  }
}

interface HeadRow {
  readonly size: number;
  readonly root: string;
  readonly note: string;
  readonly signedAt: number;
}
