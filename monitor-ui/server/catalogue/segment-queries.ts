import type Database from 'better-sqlite3';
import type { TimelineCause } from '@minhbach/shared/protocol';
import type {
  CaptureId,
  RecorderId,
  SegmentId,
  Sha256Hex,
  SourceId,
  UtcMs,
} from '@minhbach/shared/units-of-measure';
import type { FootagePiece, KnownGap } from './footage-piece.ts';

/**
 * Rows this room wrote itself, after validation: read back without validating again, and as arrays, because naming the
 * columns of a day's 1440 rows a source costs more than reading them.
 */
type SegmentRow = readonly [
  startMs: UtcMs,
  segmentId: SegmentId,
  endMs: UtcMs,
  captureId: CaptureId,
  firstTfdt: number,
  timescale: number,
  bytes: number,
  initBytes: number,
  mime: string,
  cuts: string | null,
];
const columns =
  'start_ms, segment_id, end_ms, capture_id, first_tfdt, timescale, bytes, init_bytes, mime, cuts';

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

export class SegmentQueries {
  readonly #span: Database.Statement<[string, string, number, number, number], SegmentRow>;
  readonly #byId: Database.Statement<[string], readonly [SourceId, 0 | 1, 0 | 1, ...SegmentRow]>;
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
    [string, number, number, string, number, number],
    { from_ms: UtcMs; to_ms: UtcMs; cause: TimelineCause }
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
    this.#span.raw();
    this.#byId = database.prepare(
      `SELECT source_id, proven, dropped, ${columns} FROM segment WHERE segment_id = ?`,
    );
    this.#byId.raw();
    this.#fact = database.prepare(
      'SELECT recorder_id, object_key, version_id, sha256, keyframes FROM segment_fact WHERE segment_id = ?',
    );
    this.#lastEnd = database.prepare(
      'SELECT end_ms FROM segment WHERE source_id = ? ORDER BY start_ms DESC, segment_id DESC LIMIT 1',
    );
    this.#gaps = database.prepare(
      `SELECT from_ms, to_ms, cause FROM gap WHERE source_id = ? AND to_ms > ? AND from_ms < ?
       UNION ALL
       SELECT from_ms, to_ms, 'expired' FROM expired_span WHERE source_id = ? AND to_ms > ? AND from_ms < ?
       ORDER BY from_ms, to_ms`,
    );
  }

  /** Sealed segments that overlap `from..to`, in order. */
  sealedIn(sourceId: SourceId, from: UtcMs, to: UtcMs): FootagePiece[] {
    return this.#span.all(sourceId, sourceId, from, to, from).map((row) => toPiece(sourceId, row));
  }

  gapsIn(sourceId: SourceId, from: UtcMs, to: UtcMs): KnownGap[] {
    return this.#gaps
      .all(sourceId, from, to, sourceId, from, to)
      .map((row) => ({ fromUtcMs: row.from_ms, toUtcMs: row.to_ms, cause: row.cause }));
  }

  lastSealedEnd(sourceId: SourceId): UtcMs | undefined {
    return this.#lastEnd.get(sourceId)?.end_ms;
  }

  place(segmentId: SegmentId): SegmentPlace | undefined {
    const row = this.#byId.get(segmentId);
    const fact = this.#fact.get(segmentId);
    if (row === undefined || fact === undefined) return undefined;
    const [sourceId, proven, dropped, ...segment] = row;
    return {
      piece: toPiece(sourceId, segment),
      recorderId: fact.recorder_id,
      inArchive: proven === 1,
      inSpool: dropped === 0,
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

function toPiece(sourceId: SourceId, row: SegmentRow): FootagePiece {
  const [startUtcMs, segmentId, endUtcMs, captureId, firstTfdt, timescale, bytes, initBytes, mime, cuts] =
    row;
  return {
    segmentId,
    sourceId,
    captureId,
    startUtcMs,
    endUtcMs,
    firstTfdt,
    timescale,
    bytes,
    initBytes,
    mime,
    sealed: true,
    cuts: cuts ?? undefined,
  };
}
