import type Database from 'better-sqlite3';
import type { GapCause } from '@minhbach/shared/protocol';
import type {
  CaptureId,
  RecorderId,
  SegmentId,
  Sha256Hex,
  SourceId,
  UtcMs,
} from '@minhbach/shared/units-of-measure';
import type { FootagePiece, KnownGap } from './footage-piece.ts';

/** Rows this room wrote itself, after validation: read back without validating again (a day is 1440 rows a source). */
interface SegmentRow {
  readonly source_id: SourceId;
  readonly start_ms: UtcMs;
  readonly segment_id: SegmentId;
  readonly end_ms: UtcMs;
  readonly capture_id: CaptureId;
  readonly first_tfdt: number;
  readonly timescale: number;
  readonly bytes: number;
  readonly init_bytes: number;
  readonly mime: string;
  readonly proven: 0 | 1;
  readonly dropped: 0 | 1;
}

/** Where the bytes of a sealed segment are. */
export interface SegmentPlace {
  readonly piece: FootagePiece;
  readonly recorderId: RecorderId;
  readonly inArchive: boolean;
  readonly inSpool: boolean;
  readonly objectKey: string;
  readonly versionId: string | undefined;
  readonly sha256: Sha256Hex;
}

const columns =
  'source_id, start_ms, segment_id, end_ms, capture_id, first_tfdt, timescale, bytes, init_bytes, mime, proven, dropped';

export class SegmentQueries {
  readonly #span: Database.Statement<[string, string, number, number, number], SegmentRow>;
  readonly #byId: Database.Statement<[string], SegmentRow>;
  readonly #fact: Database.Statement<
    [string],
    {
      recorder_id: RecorderId;
      object_key: string;
      version_id: string | null;
      sha256: Sha256Hex;
      keyframes: string;
    }
  >;
  readonly #lastEnd: Database.Statement<[string], { end_ms: UtcMs }>;
  readonly #gaps: Database.Statement<
    [string, number, number],
    { from_ms: UtcMs; to_ms: UtcMs; cause: GapCause }
  >;

  constructor(database: Database.Database) {
    // Segments of a source follow each other, so the one that reaches into the span is the last that starts before it.
    this.#span = database.prepare(
      `SELECT ${columns} FROM segment
       WHERE source_id = ? AND start_ms >= coalesce(
         (SELECT max(start_ms) FROM segment WHERE source_id = ? AND start_ms <= ?), 0)
         AND start_ms < ? AND end_ms > ?
       ORDER BY start_ms, segment_id`,
    );
    this.#byId = database.prepare(`SELECT ${columns} FROM segment WHERE segment_id = ?`);
    this.#fact = database.prepare(
      'SELECT recorder_id, object_key, version_id, sha256, keyframes FROM segment_fact WHERE segment_id = ?',
    );
    this.#lastEnd = database.prepare(
      'SELECT end_ms FROM segment WHERE source_id = ? ORDER BY start_ms DESC, segment_id DESC LIMIT 1',
    );
    this.#gaps = database.prepare(
      'SELECT from_ms, to_ms, cause FROM gap WHERE source_id = ? AND to_ms > ? AND from_ms < ? ORDER BY from_ms, to_ms',
    );
  }

  /** Sealed segments that overlap `from..to`, in order. */
  sealedIn(sourceId: SourceId, from: UtcMs, to: UtcMs): FootagePiece[] {
    return this.#span.all(sourceId, sourceId, from, to, from).map(toPiece);
  }

  gapsIn(sourceId: SourceId, from: UtcMs, to: UtcMs): KnownGap[] {
    return this.#gaps
      .all(sourceId, from, to)
      .map((row) => ({ fromUtcMs: row.from_ms, toUtcMs: row.to_ms, cause: row.cause }));
  }

  lastSealedEnd(sourceId: SourceId): UtcMs | undefined {
    return this.#lastEnd.get(sourceId)?.end_ms;
  }

  place(segmentId: SegmentId): SegmentPlace | undefined {
    const row = this.#byId.get(segmentId);
    const fact = this.#fact.get(segmentId);
    if (row === undefined || fact === undefined) return undefined;
    return {
      piece: toPiece(row),
      recorderId: fact.recorder_id,
      inArchive: row.proven === 1,
      inSpool: row.dropped === 0,
      objectKey: fact.object_key,
      versionId: fact.version_id ?? undefined,
      sha256: fact.sha256,
    };
  }

  /** Milliseconds from the segment's start. */
  keyframesOf(segmentId: SegmentId): readonly number[] {
    const fact = this.#fact.get(segmentId);
    return fact ? (JSON.parse(fact.keyframes) as number[]) : [];
  }
}

function toPiece(row: SegmentRow): FootagePiece {
  return {
    segmentId: row.segment_id,
    sourceId: row.source_id,
    captureId: row.capture_id,
    startUtcMs: row.start_ms,
    endUtcMs: row.end_ms,
    firstTfdt: row.first_tfdt,
    timescale: row.timescale,
    bytes: row.bytes,
    initBytes: row.init_bytes,
    mime: row.mime,
    sealed: true,
  };
}
