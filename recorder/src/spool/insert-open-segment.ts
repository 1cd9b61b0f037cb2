import type Database from 'better-sqlite3';
import type { OpenSegmentRow } from './open-segment-row.ts';

/** The newest row of a segment counts. */
export function insertOpenSegment(database: Database.Database, row: OpenSegmentRow): void {
  database
    .prepare(
      `INSERT OR REPLACE INTO open_segment
         (id, source_id, capture_id, file_name, start_utc_ms, first_tfdt, timescale, clock_error_ms)
       VALUES (@segmentId, @sourceId, @captureId, @fileName, @startUtcMs, @firstTfdt, @timescale, @clockErrorMs)`,
    )
    .run(row);
}
