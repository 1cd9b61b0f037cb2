import type Database from 'better-sqlite3';
import { join } from 'node:path';
import { z } from 'zod';
import {
  captureIdSchema,
  segmentIdSchema,
  sha256HexSchema,
  sourceIdSchema,
  utcMsSchema,
  type SegmentId,
  type UtcMs,
} from '@minhbach/shared/units-of-measure';
import type { NewSegment, SpooledFile, SpooledSegment } from './spooled-segment.ts';

const rowSchema = z.strictObject({
  id: segmentIdSchema,
  source_id: sourceIdSchema,
  capture_id: captureIdSchema,
  start_utc_ms: utcMsSchema,
  end_utc_ms: utcMsSchema,
  first_tfdt: z.int(),
  timescale: z.int(),
  bytes: z.int(),
  init_bytes: z.int(),
  fragments: z.int(),
  sha256: sha256HexSchema,
  fragments_root: sha256HexSchema,
  codec: z.string(),
  mime: z.string(),
  keyframes: z.string(),
  keyframe_offsets: z.string().nullable(),
  clock_error_ms: z.int(),
  recovered: z.int(),
  file_name: z.string(),
  key: z.string(),
  upload_state: z.enum(['sealed', 'uploading', 'uploaded', 'proven']),
  version_id: z.string().nullable(),
  attempts: z.int(),
  next_attempt_at: utcMsSchema,
  garbage: z.int(),
});

const placeSchema = rowSchema.pick({ key: true }).extend({ uploadState: rowSchema.shape.upload_state });
const endSchema = z.strictObject({ end: utcMsSchema.nullable() });
const fileSchema = z.strictObject({ segmentId: segmentIdSchema, fileName: z.string() });
export type SegmentPlace = Readonly<z.infer<typeof placeSchema>>;

export interface SegmentTotals {
  readonly segments: number;
  readonly bytes: number;
  readonly unproven: number;
  readonly unprovenBytes: number;
}
const totalsSchema = z.strictObject({
  segments: z.int(),
  bytes: z.int(),
  unproven: z.int(),
  unprovenBytes: z.int(),
});

/** The `segment` table. */
export class SegmentTable {
  #database: Database.Database;
  #statements = new Map<string, Database.Statement<unknown[]>>();
  #sealedFolder: string;

  constructor(database: Database.Database, sealedFolder: string) {
    this.#database = database;
    this.#sealedFolder = sealedFolder;
  }

  insert(segment: NewSegment, key: string): void {
    this.#database
      .prepare(
        `INSERT INTO segment (id, source_id, capture_id, start_utc_ms, end_utc_ms, first_tfdt, timescale, bytes,
           init_bytes, fragments, sha256, fragments_root, codec, mime, keyframes, keyframe_offsets, clock_error_ms, recovered,
           file_name, key)
         VALUES (@segmentId, @sourceId, @captureId, @startUtcMs, @endUtcMs, @firstTfdt, @timescale, @bytes,
           @initBytes, @fragments, @sha256, @fragmentsRoot, @codec, @mime, @keyframes, @keyframeOffsets, @clockErrorMs,
           @recovered, @fileName, @key)`,
      )
      .run({
        ...segment,
        keyframes: JSON.stringify(segment.keyframes),
        keyframeOffsets: segment.keyframeOffsets ? JSON.stringify(segment.keyframeOffsets) : null,
        recovered: segment.recovered ? 1 : 0,
        key,
      });
  }

  find(segmentId: SegmentId): SpooledSegment | undefined {
    return this.#select('id = ? AND garbage = 0', [segmentId])[0];
  }

  provenOldestFirst(limit: number): SpooledSegment[] {
    return this.#select(`upload_state = 'proven' AND garbage = 0 ORDER BY start_utc_ms LIMIT ?`, [limit]);
  }

  garbage(): { id: SegmentId; fileName: string }[] {
    return this.#database
      .prepare('SELECT id, file_name FROM segment WHERE garbage = 1')
      .all()
      .map((row) => {
        const { id, file_name: fileName } = z
          .object({ id: segmentIdSchema, file_name: z.string() })
          .parse(row);
        return { id, fileName };
      });
  }

  /** Where it stands and lies, without the rest of its row; `undefined` when it is not there or being dropped. */
  placeOf(segmentId: SegmentId): SegmentPlace | undefined {
    const row = this.#prepared(
      'SELECT key, upload_state AS uploadState FROM segment WHERE id = ? AND garbage = 0',
    ).get(segmentId);
    return row === undefined ? undefined : placeSchema.parse(row);
  }

  /** Answers whether the row was there. `change` is one of few texts: each is made ready once. */
  update(segmentId: SegmentId, change: string, values: readonly unknown[] = []): boolean {
    const run = this.#prepared(`UPDATE segment SET ${change} WHERE id = ? AND garbage = 0`).run(
      ...values,
      segmentId,
    );
    return run.changes > 0;
  }

  remove(segmentId: SegmentId): void {
    this.#database.prepare('DELETE FROM segment WHERE id = ?').run(segmentId);
  }

  /** Kept by triggers: costs the same however many there are. */
  totals(): SegmentTotals {
    return totalsSchema.parse(
      this.#prepared(
        'SELECT segments, bytes, unproven, unproven_bytes AS unprovenBytes FROM segment_total',
      ).get(),
    );
  }

  /** Up to `limit` segments with ids after `afterId` whose file must be there, in order of their ids. */
  after(afterId: string, limit: number): SpooledSegment[] {
    return this.#select('id > ? AND garbage = 0 ORDER BY id LIMIT ?', [afterId, limit]);
  }

  /** As `after`, without the rest of the rows: there may be millions to go through. */
  filesAfter(afterId: string, limit: number): SpooledFile[] {
    return this.#prepared(
      'SELECT id AS segmentId, file_name AS fileName FROM segment WHERE id > ? AND garbage = 0 ORDER BY id LIMIT ?',
    )
      .all(afterId, limit)
      .map((row) => {
        const { segmentId, fileName } = fileSchema.parse(row);
        return { segmentId, path: join(this.#sealedFolder, fileName) };
      });
  }

  knowsFile(fileName: string): boolean {
    return this.#prepared('SELECT 1 FROM segment WHERE file_name = ?').get(fileName) !== undefined;
  }

  /** Segments of one source follow each other: the oldest of each tells, however many wait. */
  oldestUnproven(): UtcMs | undefined {
    const { end } = endSchema.parse(
      this.#prepared(
        `SELECT min((SELECT end_utc_ms FROM segment WHERE source_id = source_watermark.source_id
           AND upload_state <> 'proven' AND garbage = 0 ORDER BY start_utc_ms LIMIT 1)) AS "end"
         FROM source_watermark`,
      ).get(),
    );
    return end ?? undefined;
  }

  #select(where: string, values: readonly unknown[]): SpooledSegment[] {
    return this.#prepared(`SELECT * FROM segment WHERE ${where}`)
      .all(...values)
      .map((row) => this.#parse(row));
  }

  #prepared(sql: string): Database.Statement<unknown[]> {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const made = this.#database.prepare<unknown[]>(sql);
    this.#statements.set(sql, made);
    return made;
  }

  #parse(row: unknown): SpooledSegment {
    const read = rowSchema.parse(row);
    return {
      segmentId: read.id,
      sourceId: read.source_id,
      captureId: read.capture_id,
      startUtcMs: read.start_utc_ms,
      endUtcMs: read.end_utc_ms,
      firstTfdt: read.first_tfdt,
      timescale: read.timescale,
      bytes: read.bytes,
      initBytes: read.init_bytes,
      fragments: read.fragments,
      sha256: read.sha256,
      fragmentsRoot: read.fragments_root,
      codec: read.codec,
      mime: read.mime,
      keyframes: z.array(z.int()).parse(JSON.parse(read.keyframes)),
      ...(read.keyframe_offsets === null
        ? {}
        : { keyframeOffsets: z.array(z.int()).parse(JSON.parse(read.keyframe_offsets)) }),
      clockErrorMs: read.clock_error_ms,
      recovered: read.recovered === 1,
      key: read.key,
      path: join(this.#sealedFolder, read.file_name),
      uploadState: read.upload_state,
      ...(read.version_id === null ? {} : { versionId: read.version_id }),
      attempts: read.attempts,
      nextAttemptAt: read.next_attempt_at,
    };
  }
}
