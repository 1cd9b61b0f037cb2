import SqliteDatabase from 'better-sqlite3';
import { inclusionProof, includes, leafHash, TiledTree } from '@minhbach/shared/ledger';
import { quantile, rounded } from './statistics.ts';

const pageEntries = 65_536;
const questions = 500;

/** A ledger's tiles in SQLite, as a monitor keeps them. */
export function buildLedger(file: string, entries: number): void {
  using ledger = openLedger(file);
  const { sqlite } = ledger;
  sqlite.exec(
    'CREATE TABLE tile (level INTEGER, nth INTEGER, hashes BLOB, PRIMARY KEY (level, nth)) WITHOUT ROWID',
  );
  const tree = ledger.tree(0);
  for (let first = 0; first < entries; first += pageEntries) {
    sqlite.transaction(() => {
      const count = Math.min(pageEntries, entries - first);
      tree.append(Array.from({ length: count }, (_, nth) => entryHash(first + nth)));
    })();
  }
}

/** Proves entries anywhere in it, each time by a tree that has read nothing yet. Milliseconds. */
export function proveEntries(file: string, entries: number): { readonly p50: number; readonly p95: number } {
  using ledger = openLedger(file);
  const root = ledger.tree(entries).root();
  const costs: number[] = [];
  for (let question = 0; question < questions; question += 1) {
    const index = (question * 15_485_863) % entries;
    const start = performance.now();
    const proof = inclusionProof(ledger.tree(entries), index, entries);
    costs.push(performance.now() - start);
    if (!includes({ index, size: entries, leafHash: entryHash(index), root, proof }))
      throw new Error(`entry ${index} is not proven`);
  }
  return { p50: rounded(quantile(costs, 0.5), 2), p95: rounded(quantile(costs, 0.95), 2) };
}

function openLedger(file: string) {
  const sqlite = new SqliteDatabase(file);
  sqlite.pragma('synchronous = 0');
  return {
    sqlite,
    tree(size: number): TiledTree {
      const read = sqlite
        .prepare<[number, number], Buffer>('SELECT hashes FROM tile WHERE level = ? AND nth = ?')
        .pluck();
      const write = sqlite.prepare('INSERT OR REPLACE INTO tile VALUES (?, ?, ?)');
      return new TiledTree(
        {
          read: (level, index) => read.get(level, index),
          write: (level, index, hashes) => void write.run(level, index, hashes),
        },
        size,
      );
    },
    [Symbol.dispose]: () => void sqlite.close(),
  };
}

function entryHash(index: number): Uint8Array {
  return leafHash(Buffer.from(`entry ${index}`));
}
