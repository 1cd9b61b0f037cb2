import { createHash } from 'node:crypto';
import type Database from 'better-sqlite3';
import type { Clock } from '@minhbach/shared/clock';
import type { ObjectStore } from '@minhbach/shared/object-store';
import type { RetentionPolicy } from '@minhbach/shared/protocol';
import { utcMs, type SegmentId, type SourceId, type UtcMs } from '@minhbach/shared/units-of-measure';
import type { AuditLog } from '../audit/index.ts';
import type { MonitorDatabase } from '../database/index.ts';
import { dayMs, type DueSegment, type ExpiryPlan } from './expiry-plan.ts';
import type { RetentionPolicies } from './policies.ts';
import { ThumbnailExpiry } from './thumbnail-expiry.ts';

/** The part of the catalogue this stands on. */
export interface ExpiredCatalogue {
  /** Its time is shown as expired from then on. Durable on return. */
  expire(segmentId: SegmentId): void;
}

interface Left {
  readonly segment_id: SegmentId;
  readonly expiry_id: number;
  readonly object_key: string;
  readonly version_id: string | null;
  readonly state: 'planned' | 'locked';
}

export interface ExpiryParts {
  readonly database: MonitorDatabase;
  readonly store: ObjectStore;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly plan: ExpiryPlan;
  readonly policies: RetentionPolicies;
  readonly catalogue: ExpiredCatalogue;
}

const segmentsAtOnce = 100;

/**
 * Removes footage whose days are over; the only part of the product that removes any, and nobody can call it. Each batch is
 * stated in the audit before its first object goes, and lies in the database until its last one is gone, so that any end
 * of the process leaves nothing unsaid and nothing half done.
 */
export class Expiry {
  readonly #parts: ExpiryParts;
  readonly #thumbnails: ThumbnailExpiry;
  readonly #left: Database.Statement<[], Left>;
  readonly #begin: Database.Statement<unknown[], unknown>;
  readonly #add: Database.Statement<[string, number, string, string | null]>;
  readonly #done: Database.Statement<[string]>;
  readonly #lock: Database.Statement<[string]>;
  readonly #open: Database.Statement<[], { id: number }>;
  readonly #uncountLocked: Database.Statement<[number]>;

  constructor(parts: ExpiryParts) {
    const { sqlite } = parts.database;
    this.#parts = parts;
    this.#thumbnails = new ThumbnailExpiry(parts.database, parts.store, parts.plan);
    this.#left = sqlite.prepare(
      'SELECT segment_id, expiry_id, object_key, version_id, state FROM expiry_segment ORDER BY expiry_id, segment_id',
    );
    this.#begin = sqlite.prepare(
      `INSERT INTO expiry (counter_id, source_id, from_ms, to_ms, segments, bytes, keys_sha256, planned_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#add = sqlite.prepare(
      "INSERT INTO expiry_segment (segment_id, expiry_id, object_key, version_id, state) VALUES (?, ?, ?, ?, 'planned')",
    );
    this.#done = sqlite.prepare('DELETE FROM expiry_segment WHERE segment_id = ?');
    this.#lock = sqlite.prepare("UPDATE expiry_segment SET state = 'locked' WHERE segment_id = ?");
    this.#uncountLocked = sqlite.prepare('UPDATE expiry SET locked = locked - 1 WHERE id = ?');
    this.#open = sqlite.prepare(
      `SELECT id FROM expiry e WHERE ended_at IS NULL
       AND NOT EXISTS (SELECT 1 FROM expiry_segment s WHERE s.expiry_id = e.id AND s.state = 'planned')`,
    );
  }

  /** Everything due at the call is removed, kept by a hold or refused by the archive's lock on return. */
  async run(signal: AbortSignal): Promise<void> {
    await this.#carryOut(signal);
    for (const policy of this.#parts.policies.all()) {
      for (const sourceId of this.#parts.plan.sourcesOf(policy.counterId)) {
        while (this.#planBatch(policy, sourceId)) await this.#carryOut(signal, 'planned');
      }
      await this.#thumbnails.run(policy.counterId, this.#cutoff(policy), signal);
    }
  }

  /** `false` when nothing is due. Durable and in the audit on return. */
  #planBatch(policy: RetentionPolicy, sourceId: SourceId): boolean {
    const { database, plan, clock, audit } = this.#parts;
    return database.transaction(() => {
      const { counterId, days } = policy;
      const now = clock.wallNow();
      const cutoff = this.#cutoff(policy);
      const segments = plan.next({ counterId, sourceId, cutoff, limit: segmentsAtOnce });
      const [first, last] = [segments[0], segments.at(-1)];
      if (first === undefined || last === undefined) return false;
      const keysSha256 = digestOfKeys(segments);
      const bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0);
      const span = { from: first.startUtcMs, to: last.endUtcMs };
      const { lastInsertRowid } = this.#begin.run(
        ...[counterId, sourceId, span.from, span.to, segments.length, bytes, keysSha256, now],
      );
      const expiryId = Number(lastInsertRowid);
      for (const segment of segments) {
        this.#add.run(segment.segmentId, expiryId, segment.objectKey, segment.versionId);
      }
      audit.append({
        kind: 'expired',
        subject: {
          expiryId,
          counterId,
          sourceId,
          ...span,
          segments: segments.length,
          bytes,
          keysSha256,
          days,
        },
      });
      return true;
    });
  }

  #cutoff({ days }: RetentionPolicy): UtcMs {
    return utcMs(Math.max(0, this.#parts.clock.wallNow() - days * dayMs));
  }

  async #carryOut(signal: AbortSignal, only?: 'planned'): Promise<void> {
    for (const left of this.#left.all()) {
      if (only !== undefined && left.state !== only) continue;
      signal.throwIfAborted();
      await this.#remove(left, signal);
    }
    this.#endBatches();
  }

  async #remove(left: Left, signal: AbortSignal): Promise<void> {
    const { store, plan, catalogue, database } = this.#parts;
    const versionId = left.version_id ?? (await this.#versionNow(left.object_key, signal));
    // Asked last, with nothing in between: a hold placed a moment ago wins.
    if (plan.isHeld(left.segment_id)) {
      database.transaction(() => {
        this.#count(left.expiry_id, 'kept');
        this.#done.run(left.segment_id);
      });
      return;
    }
    const answer = await store.remove(left.object_key, { versionId, signal });
    database.transaction(() => {
      if (answer === 'held') {
        if (left.state === 'planned') this.#count(left.expiry_id, 'locked');
        this.#lock.run(left.segment_id);
        return;
      }
      this.#count(left.expiry_id, 'removed');
      if (left.state === 'locked') this.#uncountLocked.run(left.expiry_id);
      catalogue.expire(left.segment_id);
      this.#done.run(left.segment_id);
    });
  }

  /** A version nobody wrote down: removing without one would only hide the object where versions are kept. */
  async #versionNow(key: string, signal: AbortSignal): Promise<string | undefined> {
    return (await this.#parts.store.stat(key, { signal }))?.versionId;
  }

  #count(expiryId: number, what: 'removed' | 'kept' | 'locked'): void {
    this.#parts.database.sqlite.prepare(`UPDATE expiry SET ${what} = ${what} + 1 WHERE id = ?`).run(expiryId);
  }

  #endBatches(): void {
    const { database, audit, clock } = this.#parts;
    for (const { id } of this.#open.all()) {
      database.transaction(() => {
        database.sqlite.prepare('UPDATE expiry SET ended_at = ? WHERE id = ?').run(clock.wallNow(), id);
        const { removed, kept, locked } = database.sqlite
          .prepare<[number], { removed: number; kept: number; locked: number }>(
            'SELECT removed, kept, locked FROM expiry WHERE id = ?',
          )
          .get(id) ?? { removed: 0, kept: 0, locked: 0 };
        if (kept + locked > 0) {
          audit.append({ kind: 'expiry-incomplete', subject: { expiryId: id, removed, kept, locked } });
        }
      });
    }
  }
}

function digestOfKeys(segments: readonly DueSegment[]): string {
  return createHash('sha256')
    .update(segments.map(({ objectKey }) => `${objectKey}\n`).join(''))
    .digest('hex');
}
