import type Database from 'better-sqlite3';
import type { SegmentId } from '@minhbach/shared/units-of-measure';
import type { MonitorDatabase } from '../database/index.ts';
import { jointMs } from './footage-piece.ts';

interface Span {
  readonly source_id: string;
  readonly from_ms: number;
  readonly to_ms: number;
}

/** Time of which retention removed the footage. Neighbours are one row, so that years of it stay few rows. */
export class ExpiredSpans {
  readonly #database: MonitorDatabase;
  readonly #segment: Database.Statement<[string], Span>;
  readonly #touching: Database.Statement<[string, number, number], Span>;
  readonly #removeSpan: Database.Statement<[string, number]>;
  readonly #addSpan: Database.Statement<[string, number, number]>;
  readonly #removeSegment: Database.Statement<[string]>;
  readonly #removeFact: Database.Statement<[string]>;

  constructor(database: MonitorDatabase) {
    const { sqlite } = database;
    this.#database = database;
    this.#segment = sqlite.prepare(
      'SELECT source_id, start_ms AS from_ms, end_ms AS to_ms FROM segment WHERE segment_id = ?',
    );
    this.#touching = sqlite.prepare(
      'SELECT source_id, from_ms, to_ms FROM expired_span WHERE source_id = ? AND from_ms <= ? AND to_ms >= ?',
    );
    this.#removeSpan = sqlite.prepare('DELETE FROM expired_span WHERE source_id = ? AND from_ms = ?');
    this.#addSpan = sqlite.prepare('INSERT INTO expired_span (source_id, from_ms, to_ms) VALUES (?, ?, ?)');
    this.#removeSegment = sqlite.prepare('DELETE FROM segment WHERE segment_id = ?');
    this.#removeFact = sqlite.prepare('DELETE FROM segment_fact WHERE segment_id = ?');
  }

  expire(segmentId: SegmentId): void {
    this.#database.transaction(() => {
      const segment = this.#segment.get(segmentId);
      if (segment === undefined) return;
      const touching = this.#touching.all(
        segment.source_id,
        segment.to_ms + jointMs,
        segment.from_ms - jointMs,
      );
      for (const span of touching) this.#removeSpan.run(span.source_id, span.from_ms);
      this.#addSpan.run(
        segment.source_id,
        Math.min(segment.from_ms, ...touching.map((span) => span.from_ms)),
        Math.max(segment.to_ms, ...touching.map((span) => span.to_ms)),
      );
      this.#removeSegment.run(segmentId);
      this.#removeFact.run(segmentId);
    });
  }
}
