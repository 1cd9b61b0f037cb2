import { setImmediate as breathe } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import type { Clock } from '@minhbach/shared/clock';
import { lockedUntil, type ObjectRetention, type ObjectStore } from '@minhbach/shared/object-store';
import type { CounterId, SourceId, UtcMs } from '@minhbach/shared/units-of-measure';
import type { MonitorDatabase } from '../database/index.ts';
import type { ArchiveLock } from './archive-lock.ts';
import { dayMs } from './expiry-plan.ts';
import { extendLocks, type ArchivedVersion } from './extend-locks.ts';
import type { RetentionPolicies } from './policies.ts';

interface WantedVersion extends ArchivedVersion {
  readonly counter_id: CounterId;
  readonly end_ms: UtcMs;
}

export interface DaysKeeperParts {
  readonly database: MonitorDatabase;
  readonly store: ObjectStore;
  readonly lock: ArchiveLock;
  readonly clock: Clock;
  readonly policies: RetentionPolicies;
  /** As the archive's settings want it; absent where no object is to be locked. */
  readonly retention: ObjectRetention | undefined;
  /** Looked at in one run, some minutes' worth at most: holds are renewed in the same turn. */
  readonly mostAtOnce?: number;
}

const batch = 200;

/**
 * Where the archive locks, sees to it that it holds each proven version for its counter's days: those a recorder stored
 * before it knew them, and all that are there when the days are raised. Each version is looked at once for each number of
 * days; what is still to be looked at lies in the database, so it goes on after any end. Fewer days shorten nothing.
 */
export class DaysKeeper {
  readonly #parts: DaysKeeperParts;
  readonly #wanted: Database.Statement<[number], WantedVersion>;
  readonly #waiting: Database.Statement<[], number>;
  readonly #done: Database.Statement<[string, string]>;
  readonly #daysOf: Database.Statement<[string], number>;
  readonly #noteDays: Database.Statement<[string, number]>;
  readonly #sources: Database.Statement<[string], SourceId>;
  readonly #want: Database.Statement<[string, number]>;

  constructor(parts: DaysKeeperParts) {
    const { sqlite } = parts.database;
    this.#parts = parts;
    this.#wanted = sqlite.prepare(
      `SELECT w.segment_id, f.object_key, f.version_id, o.counter_id, s.end_ms
       FROM lock_wanted w JOIN segment_fact f ON f.segment_id = w.segment_id
       JOIN segment s ON s.segment_id = w.segment_id JOIN source o ON o.id = s.source_id
       WHERE s.proven = 1 AND f.version_id IS NOT NULL ORDER BY w.seq LIMIT ?`,
    );
    this.#waiting = sqlite.prepare<[], number>('SELECT count(*) FROM lock_wanted').pluck();
    // Another version may have come meanwhile, and is still wanted then.
    this.#done = sqlite.prepare(
      `DELETE FROM lock_wanted WHERE segment_id = ?
         AND (SELECT version_id FROM segment_fact f WHERE f.segment_id = lock_wanted.segment_id) IS ?`,
    );
    this.#daysOf = sqlite
      .prepare<[string], number>('SELECT days FROM counter_lock WHERE counter_id = ?')
      .pluck();
    this.#noteDays = sqlite.prepare('INSERT OR REPLACE INTO counter_lock (counter_id, days) VALUES (?, ?)');
    this.#sources = sqlite.prepare<[string], SourceId>('SELECT id FROM source WHERE counter_id = ?').pluck();
    this.#want = sqlite.prepare(
      `INSERT OR IGNORE INTO lock_wanted (segment_id)
       SELECT s.segment_id FROM segment s JOIN segment_fact f ON f.segment_id = s.segment_id
       WHERE s.source_id = ? AND s.end_ms > ? AND s.proven = 1 AND f.version_id IS NOT NULL ORDER BY s.start_ms`,
    );
  }

  /** Versions not yet looked at. */
  waiting(): number {
    return this.#waiting.get() ?? 0;
  }

  /** All that is wanted, or as much as one run may, is held on return. Rejects with what keeps it from that. */
  async run(signal: AbortSignal): Promise<void> {
    const { store, lock, clock, policies, retention, mostAtOnce = 5_000 } = this.#parts;
    if (retention === undefined || !(await lock.isEnforced(signal))) return this.#forget();
    const daysOf = (counterId: CounterId): number =>
      Math.min(policies.of(counterId).days, retention.mostDays);
    for (const { counterId } of policies.all()) await this.#wantRaised(counterId, daysOf(counterId));
    let left = mostAtOnce;
    const until = ({ counter_id: counterId, end_ms: endUtcMs }: WantedVersion): UtcMs | undefined => {
      const nowMs = clock.wallNow();
      const date = lockedUntil({ endUtcMs, nowMs, days: daysOf(counterId) });
      return date > nowMs ? date : undefined;
    };
    const next = (): readonly WantedVersion[] => {
      const versions = this.#wanted.all(Math.min(batch, left));
      left -= versions.length;
      return versions;
    };
    const done = (version: WantedVersion): void => this.#looked(version);
    await extendLocks(
      { store, lock },
      { next, until, done, over: done, failed: (version) => this.#toTheEnd(version), mode: retention.mode },
      signal,
    );
  }

  /** All of a counter is looked at again when its days are more than they were. */
  async #wantRaised(counterId: CounterId, days: number): Promise<void> {
    const before = this.#daysOf.get(counterId);
    if (before === days) return;
    if (before === undefined || before < days) {
      for (const sourceId of this.#sources.all(counterId)) {
        this.#want.run(sourceId, this.#parts.clock.wallNow() - days * dayMs);
        // Months of one source take a while, and live pictures wait meanwhile.
        await breathe();
      }
    }
    // Last: a run that ends before wants them again.
    this.#noteDays.run(counterId, days);
  }

  /** One version that cannot be held keeps no other from it. */
  #toTheEnd(version: WantedVersion): void {
    const { database } = this.#parts;
    const again = database.sqlite.prepare('INSERT OR IGNORE INTO lock_wanted (segment_id) VALUES (?)');
    database.transaction(() => {
      this.#looked(version);
      again.run(version.segment_id);
    });
  }

  #looked({ segment_id: id, version_id: versionId }: WantedVersion): void {
    this.#done.run(id, versionId);
  }

  /** Nothing can be held: should that change, everything is looked at. */
  #forget(): void {
    this.#parts.database.sqlite.exec('DELETE FROM lock_wanted; DELETE FROM counter_lock');
  }
}
