import Database from 'better-sqlite3';
import { existsSync, renameSync, statSync, unlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { UtcMs } from '@minhbach/shared/units-of-measure';
import { EntryLog } from '../ledger/index.ts';
import { setDurabilityPragmas } from './durability-pragmas.ts';
import { closedParts } from './journal-parts.ts';
import { Journal } from './journal.ts';
import { isDamage } from './is-damage.ts';
import { migrate } from './migrations.ts';
import { rebuildIndex, type RebuiltIndex } from './rebuild-index.ts';
import type { KeptTable, Migration, Spool } from './spool.ts';

/** An index up to this size is looked at in full before it is used: some 0.1 s. */
const quickCheckBytes = 64 * 1024 * 1024;

export interface IndexParts {
  readonly directory: string;
  readonly folders: Spool['folders'];
  readonly migrations: readonly Migration[];
  readonly kept: Readonly<Record<string, KeptTable>>;
  readonly now: UtcMs;
}

export interface OpenedIndex {
  readonly database: Database.Database;
  readonly journal: Journal;
  /** Why the index was made again and what came of it. */
  readonly rebuilt: { readonly why: string; readonly result: RebuiltIndex } | undefined;
  /** Neither index nor journal was there, or neither made sense. */
  readonly isNew: boolean;
}

export const indexName = 'spool.db';
const journalName = 'journal.jsonl';
const damageName = 'index-damaged';

/** Says that the index must be looked at in full, and made again, at the next opening. */
export function damageMarkPath(directory: string): string {
  return join(directory, damageName);
}

/**
 * The index, sound and not behind the journal: one that is not is laid aside in `quarantine/` and made again from the
 * journal. The journal may still be behind the index. Throws `newer-schema`, `unsafe`, or what the disk throws.
 */
export function openIndex(of: IndexParts): OpenedIndex {
  const path = join(of.directory, indexName);
  const journalPath = join(of.directory, journalName);
  const journal = Journal.open(journalPath);
  const found = openSound(path, of);
  if (typeof found !== 'string') {
    if (!isBehind(found, journal)) return { database: found, journal, rebuilt: undefined, isNew: false };
    found.close();
  }
  const why = typeof found === 'string' ? found : 'it is older than the journal';
  const wasThere = existsSync(path);
  layAside(of, [indexName, `${indexName}-wal`, `${indexName}-shm`]);
  const database = create(path, of);
  try {
    const result = rebuildIndex({ ...of, database, journalPath });
    clearDamageMark(of.directory);
    if (!result.isDamaged) {
      const isNew = result.entries === 0 && journal.position === undefined;
      return { database, journal, rebuilt: isNew && !wasThere ? undefined : { why, result }, isNew };
    }
    // Its sound lines are in the index now, in another order: a new one is written from there.
    journal.close();
    layAside(of, [...closedParts(journalPath).map((part) => basename(part)), journalName]);
    return { database, journal: Journal.open(journalPath), rebuilt: { why, result }, isNew: false };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** The database, or why it cannot be used. */
function openSound(path: string, of: IndexParts): Database.Database | string {
  if (!existsSync(path)) return 'it is missing';
  let database: Database.Database | undefined;
  try {
    database = new Database(path);
    setDurabilityPragmas(database);
    if (statSync(path).size <= quickCheckBytes || existsSync(damageMarkPath(of.directory))) {
      const health = String(database.pragma('quick_check(1)', { simple: true }));
      if (health !== 'ok') {
        database.close();
        return `SQLite says: ${health}`;
      }
    }
    migrate(database, of.migrations);
    clearDamageMark(of.directory);
    return database;
  } catch (error) {
    database?.close();
    if (!isDamage(error)) throw error;
    return `SQLite says: ${error instanceof Error ? error.message : 'damaged'}`;
  }
}

function create(path: string, of: IndexParts): Database.Database {
  const database = new Database(path);
  try {
    setDurabilityPragmas(database);
    migrate(database, of.migrations);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function isBehind(database: Database.Database, journal: Journal): boolean {
  const { position } = journal;
  if (position === undefined) return false;
  const newest = new EntryLog(database).generations().at(-1);
  if (newest === undefined) return true;
  const { generation, size } = newest;
  return position.generation > generation || (position.generation === generation && position.nextSeq > size);
}

function layAside(of: IndexParts, names: readonly string[]): void {
  for (const name of names) {
    const from = join(of.directory, name);
    if (existsSync(from)) renameSync(from, join(of.folders.quarantine, `${of.now}-${name}`));
  }
}

function clearDamageMark(directory: string): void {
  if (existsSync(damageMarkPath(directory))) unlinkSync(damageMarkPath(directory));
}

/** The spool an index says it belongs to, if one can be read. */
export function spoolIdOf(directory: string): string | undefined {
  const path = join(directory, indexName);
  if (!existsSync(path)) return undefined;
  let database: Database.Database | undefined;
  try {
    database = new Database(path, { readonly: true });
    return database.prepare<[], string>('SELECT spool_id FROM spool').pluck().get();
  } catch {
    // Unreadable: then it says nothing.
    return undefined;
  } finally {
    database?.close();
  }
}
