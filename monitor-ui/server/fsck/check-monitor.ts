import SqliteDatabase from 'better-sqlite3';
import type { ObjectStore } from '@minhbach/shared/object-store';
import type { Shield } from '../shield/index.ts';
import { checkCatalogue } from './check-catalogue.ts';
import { checkObjects } from './check-objects.ts';
import { checkPeople } from './check-people.ts';
import type { MonitorDisagreement } from './disagreement.ts';
import { requireDatabaseFile } from './open-database.ts';

export interface MonitorCheck {
  readonly dataDirectory: string;
  readonly shield: Shield;
  /** Absent: the archive is not asked. */
  readonly store?: ObjectStore | undefined;
  /** Each object is fetched and hashed; else only whether it is there, and its size. */
  readonly inFull: boolean;
  readonly signal: AbortSignal;
  readonly onDisagreement: (found: MonitorDisagreement) => void;
  readonly onProgress: (checkedObjects: number) => void;
}

export interface MonitorSummary {
  readonly entries: number;
  readonly segments: number;
  readonly auditEntries: number;
  readonly objects: number;
}

/**
 * Holds all that a monitor's database says against itself and the archive: entries, catalogue, audit, holds, objects.
 * Changes nothing; may run beside the monitor. Rejects when something cannot be looked at.
 */
export async function checkMonitor(of: MonitorCheck): Promise<MonitorSummary> {
  const sqlite = new SqliteDatabase(requireDatabaseFile(of.dataDirectory), { readonly: true });
  try {
    sqlite.pragma('busy_timeout = 5000');
    for (const { quick_check: text } of sqlite.pragma('quick_check') as { quick_check: string }[]) {
      if (text === 'ok') continue;
      const expected = 'a sound database';
      of.onDisagreement({ code: 'database-damaged', where: 'monitor.db', expected, found: text });
    }
    const unfinished = sqlite.prepare('SELECT 1 FROM catalogue_rebuild').get() !== undefined;
    if (unfinished) {
      const [expected, found] = ['a whole catalogue', 'a rebuild that has not ended'];
      of.onDisagreement({ code: 'rebuild-unfinished', where: 'catalogue', expected, found });
    }
    // Entries and rows as they stood at one instant, however a running monitor goes on.
    sqlite.exec('BEGIN');
    const catalogue = checkCatalogue(sqlite, of.onDisagreement);
    const people = checkPeople(sqlite, of.shield, of.onDisagreement);
    sqlite.exec('COMMIT');
    const { store, inFull, signal, onProgress } = of;
    const objects =
      store === undefined
        ? 0
        : (await checkObjects({ sqlite, store, inFull, signal, say: of.onDisagreement, onProgress })).objects;
    return { ...catalogue, ...people, objects };
  } finally {
    sqlite.close();
  }
}
