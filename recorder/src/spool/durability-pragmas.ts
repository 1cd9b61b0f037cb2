import type Database from 'better-sqlite3';
import { SpoolError } from './spool-error.ts';

/**
 * Set and read back at every open. better-sqlite3 is built so that an existing WAL database opens with
 * `synchronous = NORMAL`, which may lose committed rows at a power cut.
 */
const durabilityPragmas = [
  ['journal_mode', 'wal'],
  ['synchronous', 3],
  ['foreign_keys', 1],
  ['trusted_schema', 0],
] as const;

/** Throws `unsafe` when the database does not answer with what was asked. */
export function setDurabilityPragmas(database: Database.Database): void {
  database.pragma('busy_timeout = 5000');
  for (const [name, wanted] of durabilityPragmas) {
    database.pragma(`${name} = ${wanted}`);
    const found = database.pragma(name, { simple: true });
    if (found !== wanted) {
      throw new SpoolError(
        'unsafe',
        `${database.name}: ${name} is ${String(found)} where ${wanted} was asked for`,
      );
    }
  }
}
