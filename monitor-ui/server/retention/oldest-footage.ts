import { setImmediate as breathe } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import type { Clock } from '@minhbach/shared/clock';
import { ObjectStoreError, readBackSha256, type ObjectStore } from '@minhbach/shared/object-store';
import type { RetentionPolicy, RetentionReport } from '@minhbach/shared/protocol';
import { utcMs, type CounterId, type UtcMs } from '@minhbach/shared/units-of-measure';
import type { MonitorDatabase } from '../database/index.ts';
import { dayMs } from './expiry-plan.ts';
import type { RetentionPolicies } from './policies.ts';
import type { RaiseRetentionFault, RetentionIsWell } from './retention-fault.ts';

type Look = NonNullable<RetentionReport['items'][number]['look']>;

interface LookRow {
  readonly checked_at: number;
  readonly promised_from_ms: number;
  readonly oldest_ms: number | null;
  readonly largest_source_bytes: number;
  readonly damaged: number;
}
interface Candidate {
  readonly start_ms: UtcMs;
  readonly object_key: string;
  readonly version_id: string | null;
  readonly sha256: string;
}

/** Footage that begins this much later than promised is short: a camera may well have been down for a day then. */
const toleranceMs = dayMs;
/** Damaged objects passed over in one look before it says that there is none. */
const candidatesTried = 50;

/**
 * Looks, once a week for each counter, for the oldest footage of the promised days that is really there: by fetching it and
 * hashing it, not by believing the catalogue. Footage older than promised is not looked at, so nothing shows of holds.
 */
export class OldestFootage {
  readonly #parts: {
    readonly store: ObjectStore;
    readonly clock: Clock;
    readonly policies: RetentionPolicies;
    readonly raise: RaiseRetentionFault;
    readonly isWell: RetentionIsWell;
  };
  readonly #last: Database.Statement<[string], LookRow>;
  readonly #registered: Database.Statement<[string], number | null>;
  readonly #candidates: Database.Statement<[string, number], Candidate>;
  readonly #sources: Database.Statement<[string], string>;
  readonly #bytes: Database.Statement<[string], number>;
  readonly #note: Database.Statement<[string, number, number, number | null, number, number]>;

  constructor(
    database: MonitorDatabase,
    parts: {
      readonly store: ObjectStore;
      readonly clock: Clock;
      readonly policies: RetentionPolicies;
      readonly raise: RaiseRetentionFault;
      readonly isWell: RetentionIsWell;
    },
  ) {
    const { sqlite } = database;
    this.#parts = parts;
    this.#last = sqlite.prepare(
      'SELECT checked_at, promised_from_ms, oldest_ms, largest_source_bytes, damaged FROM oldest_footage WHERE counter_id = ?',
    );
    this.#registered = sqlite.prepare('SELECT min(registered_at) FROM source WHERE counter_id = ?');
    this.#registered.pluck();
    this.#candidates = sqlite.prepare(
      `SELECT s.start_ms, f.object_key, f.version_id, f.sha256
       FROM segment s JOIN segment_fact f ON f.segment_id = s.segment_id
       WHERE s.source_id = ? AND s.start_ms >= ? AND s.proven = 1
       ORDER BY s.start_ms LIMIT ${candidatesTried}`,
    );
    this.#sources = sqlite.prepare('SELECT id FROM source WHERE counter_id = ?');
    this.#sources.pluck();
    this.#bytes = sqlite.prepare(
      'SELECT coalesce(sum(bytes), 0) FROM segment WHERE source_id = ? AND proven = 1',
    );
    this.#bytes.pluck();
    this.#note = sqlite.prepare(
      `INSERT OR REPLACE INTO oldest_footage (counter_id, checked_at, promised_from_ms, oldest_ms, largest_source_bytes, damaged)
       VALUES (?, ?, ?, ?, ?, ?)`,
    );
  }

  of(counterId: CounterId): Look | undefined {
    const row = this.#last.get(counterId);
    if (row === undefined) return undefined;
    return {
      checkedAt: utcMs(row.checked_at),
      promisedFrom: utcMs(row.promised_from_ms),
      ...(row.oldest_ms === null ? {} : { oldestAt: utcMs(row.oldest_ms) }),
      largestSourceBytes: row.largest_source_bytes,
      damaged: row.damaged,
      short: (row.oldest_ms ?? row.checked_at) - row.promised_from_ms > toleranceMs,
    };
  }

  /** Counters whose last look found less than was promised. */
  shortCounters(): number {
    return this.#parts.policies.all().filter(({ counterId }) => this.of(counterId)?.short === true).length;
  }

  /** Looks where the last look is a week old. Rejects with what keeps it from looking. */
  async run(signal: AbortSignal): Promise<void> {
    for (const policy of this.#parts.policies.all()) {
      const last = this.#last.get(policy.counterId);
      const now = this.#parts.clock.wallNow();
      if (last !== undefined && now - last.checked_at < 7 * dayMs) continue;
      await this.#look(policy, now, signal);
    }
  }

  async #look(
    { counterId, days, quotaBytes }: RetentionPolicy,
    now: UtcMs,
    signal: AbortSignal,
  ): Promise<void> {
    const registeredAt = this.#registered.get(counterId);
    // Nothing was ever to be recorded here.
    if (registeredAt == null) return;
    const promisedFrom = utcMs(Math.max(now - days * dayMs, registeredAt));
    let damaged = 0;
    let oldest: UtcMs | undefined;
    const candidates: Candidate[] = [];
    let largest = 0;
    for (const sourceId of this.#sources.all(counterId)) {
      candidates.push(...this.#candidates.all(sourceId, promisedFrom));
      largest = Math.max(largest, this.#bytes.get(sourceId) ?? 0);
      // Months of one source take a while to add up, and live pictures wait meanwhile.
      await breathe();
    }
    candidates.sort((a, b) => a.start_ms - b.start_ms);
    for (const candidate of candidates.slice(0, candidatesTried)) {
      if (await this.#isWhole(candidate, signal)) {
        oldest = candidate.start_ms;
        break;
      }
      damaged += 1;
    }
    this.#note.run(counterId, now, promisedFrom, oldest ?? null, largest, damaged);
    if (quotaBytes !== undefined && largest > quotaBytes) {
      const sentence = `a source takes ${largest} bytes of the archive, more than the ${quotaBytes} it was given`;
      this.#parts.raise({ kind: 'quota-passed', counterId, sentence });
    } else this.#parts.isWell(['quota-passed'], counterId);
    const look = this.of(counterId);
    if (look?.short !== true && damaged === 0) return this.#parts.isWell(['footage-short'], counterId);
    const found = oldest === undefined ? 'none' : `from ${new Date(oldest).toISOString()}`;
    const sentence = `footage since ${new Date(promisedFrom).toISOString()} is promised; what is really there is ${found}, ${damaged} objects before it are missing or altered`;
    this.#parts.raise({ kind: 'footage-short', counterId, sentence });
  }

  async #isWhole(candidate: Candidate, signal: AbortSignal): Promise<boolean> {
    const versionId = candidate.version_id ?? undefined;
    const object = await this.#parts.store.stat(candidate.object_key, { versionId, signal });
    if (object === undefined) return false;
    try {
      return (await readBackSha256(this.#parts.store, object, { signal })).sha256 === candidate.sha256;
    } catch (error) {
      if (error instanceof ObjectStoreError && ['damaged', 'not-found'].includes(error.code)) return false;
      throw error;
    }
  }
}
