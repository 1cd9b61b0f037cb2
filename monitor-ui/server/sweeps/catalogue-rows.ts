import type Database from 'better-sqlite3';
import type { SegmentSealed } from '@minhbach/shared/protocol';
import type { RecorderId } from '@minhbach/shared/units-of-measure';

interface CatalogueRow {
  readonly recorder_id: string;
  readonly source_id: string;
  readonly start_ms: number;
  readonly end_ms: number;
  readonly first_tfdt: number;
  readonly timescale: number;
  readonly bytes: number;
  readonly init_bytes: number;
  readonly sha256: string;
  readonly fragments_root: string;
  readonly object_key: string;
  readonly version_id: string | null;
  readonly proven: 0 | 1;
  readonly dropped: 0 | 1;
}

/** What the catalogue says of a segment, held against the entry that it was made from. */
export class CatalogueRows {
  readonly #row: Database.Statement<[string], CatalogueRow>;
  readonly #expired: Database.Statement<[string, number, number, string, number, number], unknown>;

  constructor(sqlite: Database.Database) {
    this.#row = sqlite.prepare(
      `SELECT f.recorder_id, s.source_id, s.start_ms, s.end_ms, s.first_tfdt, s.timescale, s.bytes, s.init_bytes, f.sha256,
         f.fragments_root, f.object_key, f.version_id, s.proven, s.dropped
       FROM segment s JOIN segment_fact f USING (segment_id) WHERE segment_id = ?`,
    );
    // A span that nobody stated in the audit explains nothing: the plan of the removal must be there too.
    this.#expired = sqlite.prepare(
      `SELECT 1 WHERE EXISTS (SELECT 1 FROM expired_span WHERE source_id = ? AND from_ms <= ? AND to_ms >= ?)
         AND EXISTS (SELECT 1 FROM expiry e JOIN audit_entry a ON a.kind = 'expired'
           AND json_extract(a.subject, '$.expiryId') = e.id
           WHERE e.source_id = ? AND e.from_ms <= ? AND e.to_ms >= ?)`,
    );
  }

  find(entry: SegmentSealed): CatalogueRow | undefined {
    return this.#row.get(entry.segmentId);
  }

  /** Removed by retention, and stated. */
  isExpired({ sourceId, startUtcMs, endUtcMs, segmentId }: SegmentSealed): boolean {
    if (this.#row.get(segmentId) !== undefined) return false;
    return this.#expired.get(sourceId, startUtcMs, endUtcMs, sourceId, startUtcMs, endUtcMs) !== undefined;
  }
}

/** Names of what differs; empty when the row says what the entry says. */
export function differences(recorderId: RecorderId, entry: SegmentSealed, row: CatalogueRow): string[] {
  const stated: Partial<Record<keyof CatalogueRow, string | number>> = {
    recorder_id: recorderId,
    source_id: entry.sourceId,
    start_ms: entry.startUtcMs,
    end_ms: entry.endUtcMs,
    first_tfdt: entry.firstTfdt,
    timescale: entry.timescale,
    bytes: entry.bytes,
    init_bytes: entry.initBytes,
    sha256: entry.sha256,
    fragments_root: entry.fragmentsRoot,
    object_key: entry.key,
  };
  return Object.entries(stated)
    .filter(([column, value]) => row[column as keyof CatalogueRow] !== value)
    .map(([column]) => column);
}
