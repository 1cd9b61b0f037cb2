import type Database from 'better-sqlite3';
import type { SegmentId } from '@minhbach/shared/units-of-measure';
import { openSegmentRowSchema, type OpenSegmentRow } from './open-segment-row.ts';

/** The `open_segment` table: one row for each file in `open/`, written before the file. */
export class OpenSegmentTable {
  readonly #database: Database.Database;

  constructor(database: Database.Database) {
    this.#database = database;
  }

  /** The newest row of a segment counts. */
  insert(row: OpenSegmentRow): void {
    this.#database
      .prepare(
        `INSERT OR REPLACE INTO open_segment
           (id, source_id, capture_id, file_name, start_utc_ms, first_tfdt, timescale, clock_error_ms)
         VALUES (@segmentId, @sourceId, @captureId, @fileName, @startUtcMs, @firstTfdt, @timescale, @clockErrorMs)`,
      )
      .run(row);
  }

  /** Oldest first. */
  rows(): OpenSegmentRow[] {
    return this.#database
      .prepare(
        `SELECT id AS segmentId, source_id AS sourceId, capture_id AS captureId, file_name AS fileName,
           start_utc_ms AS startUtcMs, first_tfdt AS firstTfdt, timescale, clock_error_ms AS clockErrorMs
         FROM open_segment ORDER BY start_utc_ms`,
      )
      .all()
      .map((row) => openSegmentRowSchema.parse(row));
  }

  remove(segmentId: SegmentId): void {
    this.#database.prepare('DELETE FROM open_segment WHERE id = ?').run(segmentId);
  }
}
