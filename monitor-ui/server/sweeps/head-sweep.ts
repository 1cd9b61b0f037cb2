import type Database from 'better-sqlite3';
import { archivedHeadKeys, type ObjectStore } from '@minhbach/shared/object-store';
import type { MonitorDatabase } from '../database/index.ts';

export interface HeadSweepParts {
  readonly database: MonitorDatabase;
  readonly archive: Pick<ObjectStore, 'stat'>;
  /** Statements looked at in one round, beside the newest. */
  readonly sample: number;
  readonly onMissing: (key: string) => void;
}

/**
 * Looks whether heads that were stated to lie in the archive still do: all that the newest statement names, which go first
 * when an archive is put back to an earlier hour, and those of others drawn at random.
 */
export class HeadSweep {
  readonly #parts: HeadSweepParts;
  readonly #newest: Database.Statement<[], string>;
  readonly #drawn: Database.Statement<[number], string>;

  constructor(parts: HeadSweepParts) {
    this.#parts = parts;
    const { sqlite } = parts.database;
    const stated = "SELECT subject FROM audit_entry WHERE kind = 'heads-archived'";
    this.#newest = sqlite.prepare<[], string>(`${stated} ORDER BY seq DESC LIMIT 1`).pluck();
    this.#drawn = sqlite.prepare<[number], string>(`${stated} ORDER BY random() LIMIT ?`).pluck();
  }

  /** Rejects when the archive does not answer, or `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { archive, sample, onMissing } = this.#parts;
    const statements = [...this.#newest.all(), ...this.#drawn.all(sample)];
    for (const key of new Set(statements.flatMap(keysIn))) {
      if ((await archive.stat(key, { signal })) === undefined) onMissing(key);
    }
  }
}

function keysIn(subject: string): readonly string[] {
  return archivedHeadKeys((JSON.parse(subject) as { readonly heads: string }).heads);
}
