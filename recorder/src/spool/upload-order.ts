import type Database from 'better-sqlite3';
import type { SegmentId, SourceId, UtcMs } from '@minhbach/shared/units-of-measure';

/** A stretch of one source's footage. */
export interface FootageSpan {
  readonly sourceId: SourceId;
  readonly fromUtcMs: UtcMs;
  readonly toUtcMs: UtcMs;
}

export interface UploadWishes {
  /** What is to come before everything else. */
  readonly wanted?: readonly FootageSpan[];
  /** Under way already. */
  readonly except?: ReadonlySet<SegmentId>;
  /** Sources in the order they were last served, longest ago first. Others come before them. */
  readonly served?: readonly SourceId[];
}

interface Candidate {
  readonly id: SegmentId;
  readonly start: number;
}

const due = `SELECT id, start_utc_ms AS start FROM segment
  WHERE source_id = ? AND upload_state <> 'proven' AND garbage = 0 AND next_attempt_at <= ?`;

/** In which order segments go to the archive. Reads only what the order needs: it is asked once per upload. */
export class UploadOrder {
  #sources: Database.Statement<[], SourceId>;
  #oldest: Database.Statement<[SourceId, UtcMs, number], Candidate>;
  #within: Database.Statement<[SourceId, UtcMs, UtcMs, UtcMs, number], Candidate>;

  constructor(database: Database.Database) {
    this.#sources = database.prepare<[], SourceId>('SELECT source_id FROM source_watermark').pluck();
    this.#oldest = database.prepare(`${due} ORDER BY start_utc_ms LIMIT ?`);
    this.#within = database.prepare(
      `${due} AND start_utc_ms < ? AND end_utc_ms > ? ORDER BY start_utc_ms LIMIT ?`,
    );
  }

  /** Wanted footage oldest first; then the oldest of each source, sources in turn, the one served longest ago first. */
  next(now: UtcMs, limit: number, { wanted = [], except, served = [] }: UploadWishes): SegmentId[] {
    const reach = limit + (except?.size ?? 0);
    const free = ({ id }: Candidate): boolean => except?.has(id) !== true;
    const urgent = wanted
      .flatMap((span) => this.#within.all(span.sourceId, now, span.toUtcMs, span.fromUtcMs, reach))
      .filter(free)
      .sort((a, b) => a.start - b.start);
    const lastServed = new Map(served.map((sourceId, index) => [sourceId, index]));
    const ordinary = this.#sources
      .all()
      .flatMap((sourceId) =>
        this.#oldest
          .all(sourceId, now, reach)
          .filter(free)
          .map((candidate, turn) => ({ ...candidate, turn, served: lastServed.get(sourceId) ?? -1 })),
      )
      .sort((a, b) => a.turn - b.turn || a.served - b.served || a.start - b.start);
    return [...new Set([...urgent, ...ordinary].map(({ id }) => id))].slice(0, limit);
  }
}
