import type { MonitorDatabase } from '../../database/index.ts';
import { EntryStore } from '../entry-store.ts';
import type { Finding } from './finding.ts';
import { nameMissingObjects } from './missing-objects.ts';
import { readBundles } from './read-bundles.ts';
import { RebuildProgress, rebuildPhases, type RebuildPhase } from './rebuild-progress.ts';
import type { RebuildParts, RebuildWork } from './rebuild-work.ts';
import { deriveRows } from './derive-rows.ts';
import { walkObjects } from './walk-objects.ts';

export interface RebuildSummary {
  readonly entries: number;
  readonly segments: number;
  readonly gaps: number;
  /** True when it went on with a rebuild that had not ended. */
  readonly resumed: boolean;
  readonly findings: readonly Finding[];
}

const phases: Readonly<Record<RebuildPhase, (work: RebuildWork, position: string) => Promise<void>>> = {
  entries: readBundles,
  rows: deriveRows,
  objects: walkObjects,
  missing: nameMissingObjects,
};

/**
 * Makes the catalogue anew: entries from this database and from the bundles in the archive, rows from the entries, and
 * segments whose entry is lost from their objects. Ended at any instant, another run goes on where it was and ends with
 * the same rows. Nobody else may use the database meanwhile. Rejects with `ObjectStoreError` when the archive fails.
 */
export async function rebuildCatalogue(parts: RebuildParts): Promise<RebuildSummary> {
  const progress = new RebuildProgress(parts.database);
  const work = { ...parts, progress, entries: new EntryStore(parts.database, () => undefined) };
  const begun = progress.place();
  if (begun === undefined) empty(work);
  for (;;) {
    const place = progress.place();
    if (place === undefined) throw new Error('a rebuild lost its place');
    await phases[place.phase](work, place.position);
    const next = rebuildPhases[rebuildPhases.indexOf(place.phase) + 1];
    if (next === undefined) break;
    progress.reach(next, '');
  }
  const summary = {
    entries: count(work, 'recorder_entry'),
    segments: count(work, 'segment'),
    gaps: count(work, 'gap'),
    resumed: begun !== undefined,
    findings: progress.findings(),
  };
  parts.database.transaction(() => progress.end());
  return summary;
}

/** True between a rebuild's begin and its end: what the catalogue says then is not all there is. */
export function isRebuildUnfinished(database: MonitorDatabase): boolean {
  return new RebuildProgress(database).place() !== undefined;
}

function empty({ database, progress }: RebuildWork): void {
  database.transaction(() => {
    for (const table of ['segment', 'segment_fact', 'gap', 'source_owner', 'entry_bundle']) {
      database.sqlite.exec(`DELETE FROM ${table}`);
    }
    progress.end();
    progress.reach('entries', '');
  });
}

function count({ database }: RebuildWork, table: 'recorder_entry' | 'segment' | 'gap'): number {
  return database.sqlite.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get() ?? 0;
}
