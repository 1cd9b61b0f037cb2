import type Database from 'better-sqlite3';
import { join } from 'node:path';
import { z } from 'zod';
import {
  captureIdSchema,
  segmentIdSchema,
  sha256HexSchema,
  sourceIdSchema,
  utcMs,
  utcMsSchema,
  type SegmentId,
  type UtcMs,
} from '@minhbach/shared/units-of-measure';
import type { NewSegment, SpooledSegment } from './spooled-segment.ts';

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
  #knows: Database.Statement<[string]> | undefined;
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

  /** Answers whether the row was there. */
  update(segmentId: SegmentId, change: string, values: readonly unknown[] = []): boolean {
    const run = this.#database
      .prepare(`UPDATE segment SET ${change} WHERE id = ? AND garbage = 0`)
      .run(...values, segmentId);
    return run.changes > 0;
  }

  remove(segmentId: SegmentId): void {
    this.#database.prepare('DELETE FROM segment WHERE id = ?').run(segmentId);
  }

  /** Kept by triggers: costs the same however many there are. */
  totals(): SegmentTotals {
    return totalsSchema.parse(
      this.#database
        .prepare('SELECT segments, bytes, unproven, unproven_bytes AS unprovenBytes FROM segment_total')
        .get(),
    );
  }

  /** Up to `limit` segments with ids after `afterId` whose file must be there, in order of their ids. */
  after(afterId: string, limit: number): SpooledSegment[] {
    return this.#select('id > ? AND garbage = 0 ORDER BY id LIMIT ?', [afterId, limit]);
  }

  knowsFile(fileName: string): boolean {
    this.#knows ??= this.#database.prepare('SELECT 1 FROM segment WHERE file_name = ?');
    return this.#knows.get(fileName) !== undefined;
  }

  oldestUnproven(): UtcMs | undefined {
    const end = this.#database
      .prepare<[], number | null>(
        `SELECT min(end_utc_ms) FROM segment WHERE upload_state <> 'proven' AND garbage = 0`,
      )
      .pluck()
      .get();
    return end === undefined || end === null ? undefined : utcMs(end);
  }

  #select(where: string, values: readonly unknown[]): SpooledSegment[] {
    return this.#database
      .prepare(`SELECT * FROM segment WHERE ${where}`)
      .all(...values)
      .map((row) => this.#parse(row));
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
