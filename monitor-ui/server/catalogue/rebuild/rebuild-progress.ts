import type Database from 'better-sqlite3';
import type { SegmentId } from '@minhbach/shared/units-of-measure';
import type { MonitorDatabase } from '../../database/index.ts';
import type { Finding } from './finding.ts';

export const rebuildPhases = ['entries', 'rows', 'objects', 'missing'] as const;
export type RebuildPhase = (typeof rebuildPhases)[number];

export interface RebuildPlace {
  readonly phase: RebuildPhase;
  /** Where the phase goes on; empty at its beginning. What it means is the phase's own. */
  readonly position: string;
}

/** How far a rebuild has come, and what it found on the way: durable, so that it goes on after any end. */
export class RebuildProgress {
  readonly #place: Database.Statement<[], RebuildPlace>;
  readonly #move: Database.Statement<[string, string]>;
  readonly #note: Database.Statement<[string, string, string, string]>;
  readonly #findings: Database.Statement<[], Finding>;
  readonly #see: Database.Statement<[string]>;
  readonly #sqlite: Database.Database;

  constructor({ sqlite }: MonitorDatabase) {
    this.#sqlite = sqlite;
    this.#place = sqlite.prepare('SELECT phase, position FROM catalogue_rebuild');
    this.#move = sqlite.prepare(
      'INSERT OR REPLACE INTO catalogue_rebuild (id, phase, position) VALUES (1, ?, ?)',
    );
    this.#note = sqlite.prepare(
      'INSERT OR IGNORE INTO catalogue_rebuild_finding (code, place, expected, found) VALUES (?, ?, ?, ?)',
    );
    this.#findings = sqlite.prepare(
      'SELECT code, place, expected, found FROM catalogue_rebuild_finding ORDER BY code, place',
    );
    this.#see = sqlite.prepare('INSERT OR IGNORE INTO catalogue_rebuild_seen (segment_id) VALUES (?)');
  }

  /** `undefined` when no rebuild is under way. */
  place(): RebuildPlace | undefined {
    return this.#place.get();
  }

  /** Call it in the transaction that did the work up to `position`. */
  reach(phase: RebuildPhase, position: string): void {
    this.#move.run(phase, position);
  }

  note({ code, place, expected, found }: Finding): void {
    this.#note.run(code, place, expected, found);
  }

  /** This segment's object is in the archive. */
  see(segmentId: SegmentId): void {
    this.#see.run(segmentId);
  }

  findings(): Finding[] {
    return this.#findings.all();
  }

  /** Forgets all of it: the catalogue is whole again. */
  end(): void {
    this.#sqlite.exec(
      'DELETE FROM catalogue_rebuild_seen; DELETE FROM catalogue_rebuild_finding; DELETE FROM catalogue_rebuild',
    );
  }
}
