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
  readonly #withSize: Database.Statement<[string, number], HeadRow>;
  readonly #over: Database.Statement<[string, number], HeadRow>;
  readonly #setNote: Database.Statement<[string, string, number]>;
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
    this.#withSize = sqlite.prepare(
      'SELECT size, root, note, signed_at AS signedAt FROM ledger_head WHERE origin = ? AND size = ?',
    );
    this.#over = sqlite.prepare(
      'SELECT size, root, note, signed_at AS signedAt FROM ledger_head WHERE origin = ? AND size > ? ORDER BY size DESC',
    );
    this.#setNote = sqlite.prepare('UPDATE ledger_head SET note = ? WHERE origin = ? AND size = ?');
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

  /** As far as it has grown: may hold more hashes than a smaller tree has. */
  tileHashes(origin: string, level: number, tile: number): Uint8Array | undefined {
    return this.#tile.get(origin, level, tile);
  }

  /** Forgets what was added beyond `size`. Durable on return. */
  cutBack(origin: string, size: number): void {
    if (this.tree(origin).size > size) this.#writeSize.run(origin, size);
  }

  latest(origin: string): StoredHead | undefined {
    return storedHead(this.#latest.get(origin));
  }

  /** That over exactly `size` entries. */
  head(origin: string, size: number): StoredHead | undefined {
    return storedHead(this.#withSize.get(origin, size));
  }

  /** The newest one over entry `seq` that `holds` for; looks at the newest `limit`. */
  newestOver(
    origin: string,
    seq: number,
    holds: (head: StoredHead) => boolean,
    limit: number,
  ): StoredHead | undefined {
    let looked = 0;
    for (const row of this.#over.iterate(origin, seq)) {
      const head = storedHead(row);
      if (head !== undefined && holds(head)) return head;
      if ((looked += 1) >= limit) break;
    }
    return undefined;
  }

  /** With a signature more. Durable on return. */
  setNote(origin: string, size: number, note: string): void {
    this.#setNote.run(note, origin, size);
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

function storedHead(row: HeadRow | undefined): StoredHead | undefined {
  return row && { ...row, root: sha256HexSchema.parse(row.root), signedAt: utcMs(row.signedAt) };
}

interface HeadRow {
  readonly size: number;
  readonly root: string;
  readonly note: string;
  readonly signedAt: number;
}
