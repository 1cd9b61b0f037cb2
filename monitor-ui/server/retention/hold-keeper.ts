import { setImmediate as breathe } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import type { Clock } from '@minhbach/shared/clock';
import type { ObjectStore } from '@minhbach/shared/object-store';
import { utcMs } from '@minhbach/shared/units-of-measure';
import type { MonitorDatabase } from '../database/index.ts';
import type { ArchiveLock } from './archive-lock.ts';
import { extendLocks, type ArchivedVersion } from './extend-locks.ts';

interface HoldSpan {
  readonly counter_id: string;
  readonly from_ms: number;
  readonly to_ms: number;
}

export interface HoldKeeperLimits {
  /** A version is held this far ahead of now, and again once less than half of it is left. */
  readonly aheadMs: number;
}

const day = 86_400_000;
const usual: HoldKeeperLimits = { aheadMs: 60 * day };
/** No segment is as long; bounds how far before a hold one that reaches into it may start. */
const longestSegmentMs = 3_600_000;

/**
 * Where the archive locks, extends how long it holds the very versions within the span of each hold, for as long as the
 * hold lasts. What was done is in the database after each, so it goes on after any end; footage that is sealed or archived
 * later within a hold is found by the next pass.
 */
export class HoldKeeper {
  readonly #store: ObjectStore;
  readonly #lock: ArchiveLock;
  readonly #clock: Clock;
  readonly #limits: HoldKeeperLimits;
  readonly #holds: Database.Statement<[], HoldSpan>;
  readonly #wanting: Database.Statement<[string, number, number, number, number], ArchivedVersion>;
  readonly #note: Database.Statement<[string, number]>;
  readonly #held: Database.Statement<[], { n: number }>;

  constructor(parts: {
    readonly database: MonitorDatabase;
    readonly store: ObjectStore;
    readonly lock: ArchiveLock;
    readonly clock: Clock;
    readonly limits?: HoldKeeperLimits;
  }) {
    const { sqlite } = parts.database;
    this.#store = parts.store;
    this.#lock = parts.lock;
    this.#clock = parts.clock;
    this.#limits = parts.limits ?? usual;
    this.#wanting = sqlite.prepare(
      `SELECT s.segment_id, f.object_key, f.version_id
       FROM source o JOIN segment s ON s.source_id = o.id
       JOIN segment_fact f ON f.segment_id = s.segment_id
       LEFT JOIN held_version v ON v.segment_id = s.segment_id
       WHERE o.counter_id = ? AND s.start_ms >= ? AND s.start_ms < ? AND s.end_ms > ?
         AND s.proven = 1 AND f.version_id IS NOT NULL AND (v.until_ms IS NULL OR v.until_ms < ?)
       LIMIT 200`,
    );
    this.#holds = sqlite.prepare(
      `SELECT counter_id, from_ms, to_ms FROM hold
       WHERE id NOT IN (SELECT hold_id FROM hold_release WHERE in_effect = 1) ORDER BY id`,
    );
    this.#note = sqlite.prepare('INSERT OR REPLACE INTO held_version (segment_id, until_ms) VALUES (?, ?)');
    this.#held = sqlite.prepare('SELECT count(*) AS n FROM held_version');
  }

  /** Versions the archive holds, or held, for the sake of holds. */
  versionsHeld(): number {
    return this.#held.get()?.n ?? 0;
  }

  /** Every archived version within a hold is held on return. Rejects with what keeps it from that. */
  async run(signal: AbortSignal): Promise<void> {
    const { aheadMs } = this.#limits;
    for (const { counter_id: counterId, from_ms: from, to_ms: to } of this.#holds.all()) {
      // Many holds of a month take a while to look through, and live pictures wait meanwhile.
      await breathe();
      const extended = await extendLocks(
        { store: this.#store, lock: this.#lock },
        {
          next: () => {
            const renewBefore = this.#clock.wallNow() + aheadMs / 2;
            return this.#wanting.all(counterId, from - longestSegmentMs, to, from, renewBefore);
          },
          until: () => utcMs(this.#clock.wallNow() + aheadMs),
          // What is lost is tried again in a day.
          done: ({ segment_id: id }, outcome, until) =>
            this.#note.run(id, outcome === 'gone' ? until - aheadMs / 2 + day : until),
        },
        signal,
      );
      if (!extended) return;
    }
  }
}
