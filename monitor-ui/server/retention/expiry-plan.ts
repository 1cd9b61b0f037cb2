import { setImmediate as breathe } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import type { FootageSum, RetentionPlan } from '@minhbach/shared/protocol';
import {
  utcMs,
  type CounterId,
  type SegmentId,
  type SourceId,
  type UtcMs,
} from '@minhbach/shared/units-of-measure';
import { may, type Actor } from '../access/index.ts';
import type { MonitorDatabase } from '../database/index.ts';
import type { RetentionPolicies } from './policies.ts';

export interface DueSegment {
  readonly segmentId: SegmentId;
  readonly startUtcMs: UtcMs;
  readonly endUtcMs: UtcMs;
  readonly bytes: number;
  readonly objectKey: string;
  readonly versionId: string | null;
}

interface SumRow {
  readonly segments: number;
  readonly bytes: number;
  readonly from_ms: number | null;
  readonly to_ms: number | null;
}

export const dayMs = 86_400_000;

const due = 'o.counter_id = ? AND s.proven = 1 AND s.end_ms <= ? AND s.start_ms < ?';
const holdOver = (counter: string, start: string, end: string) =>
  `EXISTS (SELECT 1 FROM hold h WHERE h.counter_id = ${counter} AND h.from_ms < ${end} AND h.to_ms > ${start}
    AND NOT EXISTS (SELECT 1 FROM hold_release r WHERE r.hold_id = h.id AND r.in_effect = 1))`;
const isHeld = holdOver('o.counter_id', 's.start_ms', 's.end_ms');
const sum = `SELECT count(*) AS segments, coalesce(sum(s.bytes), 0) AS bytes, min(s.start_ms) AS from_ms, max(s.end_ms) AS to_ms
  FROM source o JOIN segment s ON s.source_id = o.id WHERE ${due}`;

/**
 * Which footage's days are over. Only what is proven to be in the archive counts: the rest is the recorder's to keep. A
 * hold wins over age; so does, for footage of sources nobody knows the counter of, that nobody set days for it.
 */
export class ExpiryPlan {
  readonly #policies: RetentionPolicies;
  readonly #due: Database.Statement<[string, number, number], SumRow>;
  readonly #held: Database.Statement<[string, number, number], SumRow>;
  readonly #next: Database.Statement<[string, string, number, number, number], DueSegment>;
  readonly #isHeld: Database.Statement<[string], unknown>;
  readonly #isHeldSpan: Database.Statement<[string, number, number], 0 | 1>;
  readonly #sources: Database.Statement<[string], SourceId>;

  constructor({ sqlite }: MonitorDatabase, policies: RetentionPolicies) {
    this.#policies = policies;
    this.#due = sqlite.prepare(sum);
    this.#held = sqlite.prepare(`${sum} AND ${isHeld}`);
    this.#next = sqlite.prepare(
      `SELECT s.segment_id AS segmentId, s.start_ms AS startUtcMs, s.end_ms AS endUtcMs, s.bytes,
         f.object_key AS objectKey, f.version_id AS versionId
       FROM source o JOIN segment s ON s.source_id = o.id JOIN segment_fact f ON f.segment_id = s.segment_id
       WHERE o.id = ? AND ${due} AND NOT ${isHeld}
         AND NOT EXISTS (SELECT 1 FROM expiry_segment e WHERE e.segment_id = s.segment_id)
       ORDER BY s.start_ms, s.segment_id LIMIT ?`,
    );
    this.#isHeld = sqlite.prepare(
      `SELECT 1 FROM segment s JOIN source o ON o.id = s.source_id WHERE s.segment_id = ? AND ${isHeld}`,
    );
    this.#isHeldSpan = sqlite.prepare(`SELECT ${holdOver('?', '?', '?')}`);
    this.#isHeldSpan.pluck();
    this.#sources = sqlite.prepare('SELECT id FROM source WHERE counter_id = ? ORDER BY id');
    this.#sources.pluck();
  }

  /** For the counters in sight. Who may not know of holds is told what is due by age alone, held or not. */
  async preview(actor: Actor, at: UtcMs): Promise<RetentionPlan> {
    const tellsHolds = may(actor, 'holds.read');
    const items: RetentionPlan['items'] = [];
    for (const { counterId, days } of this.#policies.list(actor)) {
      // A week of many counters takes a while to add up, and live pictures wait meanwhile.
      await breathe();
      const cutoff = Math.max(0, at - days * dayMs);
      const dueSum = toSum(this.#due.get(counterId, cutoff, cutoff));
      const held = tellsHolds ? { held: toSum(this.#held.get(counterId, cutoff, cutoff)) } : {};
      items.push({ counterId, days, due: dueSum, ...held });
    }
    return { at, items };
  }

  sourcesOf(counterId: CounterId): SourceId[] {
    return this.#sources.all(counterId);
  }

  /** The oldest whose days are over, without what is held and what is being removed already. */
  next(of: {
    readonly counterId: CounterId;
    readonly sourceId: SourceId;
    readonly cutoff: UtcMs;
    readonly limit: number;
  }): DueSegment[] {
    return this.#next.all(of.sourceId, of.counterId, of.cutoff, of.cutoff, of.limit);
  }

  /** At this very moment. */
  isHeld(segmentId: SegmentId): boolean {
    return this.#isHeld.get(segmentId) !== undefined;
  }

  /** The same of a part of a counter's time, whatever is known of its footage. */
  isHeldSpan(counterId: CounterId, { from, to }: { readonly from: UtcMs; readonly to: UtcMs }): boolean {
    return this.#isHeldSpan.get(counterId, to, from) === 1;
  }
}

function toSum(row: SumRow | undefined): FootageSum {
  return {
    segments: row?.segments ?? 0,
    bytes: row?.bytes ?? 0,
    ...(row?.from_ms == null ? {} : { from: utcMs(row.from_ms) }),
    ...(row?.to_ms == null ? {} : { to: utcMs(row.to_ms) }),
  };
}
