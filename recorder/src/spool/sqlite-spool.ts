import type Database from 'better-sqlite3';
import { join } from 'node:path';
import { z } from 'zod';
import type { Clock } from '@minhbach/shared/clock';
import { segmentObjectKey } from '@minhbach/shared/object-store';
import type { GapEntry, Quality, RecorderEntry, SegmentSealed } from '@minhbach/shared/protocol';
import {
  captureIdSchema,
  segmentIdSchema,
  sourceIdSchema,
  utcMs,
  utcMsSchema,
  type DeviceId,
  type RecorderId,
  type SegmentId,
  type SourceId,
  type UtcMs,
} from '@minhbach/shared/units-of-measure';
import { EntryLog, type EntryDraft } from '../ledger/index.ts';
import { removeDurably } from './durable-files.ts';
import type { OpenSegmentRow } from './open-segment-row.ts';
import { SegmentTable } from './segment-table.ts';
import { SpoolError } from './spool-error.ts';
import type { Spool } from './spool.ts';
import type { NewSegment, SpooledSegment } from './spooled-segment.ts';

const openRowSchema = z.strictObject({
  segmentId: segmentIdSchema,
  sourceId: sourceIdSchema,
  captureId: captureIdSchema,
  fileName: z.string(),
  startUtcMs: utcMsSchema,
  firstTfdt: z.int(),
  timescale: z.int(),
  clockErrorMs: z.int(),
});

export interface SqliteSpoolParts {
  readonly directory: string;
  readonly folders: Spool['folders'];
  readonly recorderId: RecorderId;
  readonly spoolId: string;
  readonly database: Database.Database;
  readonly clock: Clock;
  readonly stoppedCleanly: boolean;
  readonly lastAliveAt: UtcMs | undefined;
}

/** The spool over an open, migrated database. See `Spool` for what each method promises. */
export class SqliteSpool implements Spool {
  readonly directory: string;
  readonly folders: Spool['folders'];
  readonly recorderId: RecorderId;
  readonly spoolId: string;
  readonly database: Database.Database;
  readonly stoppedCleanly: boolean;
  readonly lastAliveAt: UtcMs | undefined;
  #clock: Clock;
  #entries: EntryLog;
  #segments: SegmentTable;
  #listeners = new Set<(ledgerSize: number) => void>();
  #bytes: number;

  constructor(parts: SqliteSpoolParts) {
    this.directory = parts.directory;
    this.folders = parts.folders;
    this.recorderId = parts.recorderId;
    this.spoolId = parts.spoolId;
    this.database = parts.database;
    this.stoppedCleanly = parts.stoppedCleanly;
    this.lastAliveAt = parts.lastAliveAt;
    this.#clock = parts.clock;
    this.#entries = new EntryLog(parts.database);
    this.#segments = new SegmentTable(parts.database, parts.folders.sealed);
    this.#bytes = this.#segments.totalBytes();
  }

  appendEntry(draft: EntryDraft): RecorderEntry {
    return this.#stating(() => this.#entries.append(draft, this.#clock.wallNow()));
  }

  readEntries(fromSeq: number, limit: number): RecorderEntry[] {
    return this.#entries.read(fromSeq, limit);
  }

  ledgerSize(): number {
    return this.#entries.size();
  }

  onAppended(listener: (ledgerSize: number) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  sealSegment(segment: NewSegment): SegmentSealed {
    const key = segmentObjectKey({ ...segment, recorderId: this.recorderId });
    const { fileName, ...facts } = segment;
    const entry = this.#stating(() => {
      this.#segments.insert({ ...facts, fileName }, key);
      this.forgetOpenSegment(segment.segmentId);
      this.setWatermark(segment.sourceId, segment.endUtcMs);
      return this.#entries.append({ kind: 'segment-sealed', ...facts, key }, this.#clock.wallNow());
    });
    this.#bytes += segment.bytes;
    return entry;
  }

  recordGap(gap: Omit<GapEntry, 'seq' | 'at' | 'kind'>): GapEntry {
    return this.#stating(() => {
      this.setWatermark(gap.sourceId, gap.toUtcMs);
      return this.#entries.append({ kind: 'gap', ...gap }, this.#clock.wallNow());
    });
  }

  allSegments(): Iterable<SpooledSegment> {
    return this.#segments.all();
  }

  findSegment(segmentId: SegmentId): SpooledSegment | undefined {
    return this.#segments.find(segmentId);
  }

  segmentsToUpload(limit: number): SpooledSegment[] {
    return this.#segments.toUpload(this.#clock.wallNow(), limit);
  }

  markUploading(segmentId: SegmentId): void {
    this.#update(segmentId, `upload_state = 'uploading', attempts = attempts + 1`);
  }

  markUploaded(segmentId: SegmentId, of: { readonly versionId?: string | undefined }): void {
    this.#update(segmentId, `upload_state = 'uploaded', version_id = ?`, [of.versionId ?? null]);
  }

  markFailed(segmentId: SegmentId, of: { readonly nextAttemptAt: UtcMs }): void {
    this.#update(segmentId, `upload_state = 'sealed', version_id = NULL, next_attempt_at = ?`, [
      of.nextAttemptAt,
    ]);
  }

  markProven(segmentId: SegmentId, of: { readonly versionId?: string | undefined }): void {
    const segment = this.#require(segmentId);
    if (segment.uploadState === 'proven') return;
    const version = of.versionId === undefined ? {} : { versionId: of.versionId };
    this.#stating(() => {
      this.#update(segmentId, `upload_state = 'proven', version_id = ?`, [of.versionId ?? null]);
      return this.#entries.append(
        { kind: 'segment-proven', segmentId, key: segment.key, ...version },
        this.#clock.wallNow(),
      );
    });
  }

  notYetProven(): number {
    return this.#segments.count(`upload_state <> 'proven' AND garbage = 0`);
  }

  spoolBytes(): number {
    return this.#bytes;
  }

  provenOldestFirst(limit: number): SpooledSegment[] {
    return this.#segments.provenOldestFirst(limit);
  }

  async drop(segmentId: SegmentId, reason: 'quota' | 'lost' | 'damaged'): Promise<void> {
    const segment = this.#require(segmentId);
    if (reason === 'quota' && segment.uploadState !== 'proven') {
      throw new SpoolError(
        'not-proven',
        `segment ${segmentId} is ${segment.uploadState}, not proven: it stays`,
      );
    }
    this.#stating(() => {
      this.#update(segmentId, 'garbage = 1');
      return this.#entries.append(
        { kind: 'segment-dropped', segmentId, from: 'spool', reason },
        this.#clock.wallNow(),
      );
    });
    this.#bytes -= segment.bytes;
    await removeDurably(segment.path);
    this.#segments.remove(segmentId);
  }

  async keepWithin(cacheBytes: number): Promise<number> {
    let dropped = 0;
    while (this.#bytes > cacheBytes) {
      const oldest = this.#segments.provenOldestFirst(20);
      if (oldest.length === 0) break;
      for (const segment of oldest) {
        if (this.#bytes <= cacheBytes) break;
        await this.drop(segment.segmentId, 'quota');
        dropped += 1;
      }
    }
    return dropped;
  }

  /** What `drop` had begun when the process died. */
  async finishDrops(): Promise<void> {
    for (const { id, fileName } of this.#segments.garbage()) {
      await removeDurably(join(this.folders.sealed, fileName));
      this.#segments.remove(id);
    }
  }

  watermark(sourceId: SourceId): UtcMs | undefined {
    const end = this.database
      .prepare<[string], number>('SELECT end_utc_ms FROM source_watermark WHERE source_id = ?')
      .pluck()
      .get(sourceId);
    return end === undefined ? undefined : utcMs(end);
  }

  newestWatermark(): UtcMs | undefined {
    const end = this.database
      .prepare<[], number | null>('SELECT max(end_utc_ms) FROM source_watermark')
      .pluck()
      .get();
    return end === undefined || end === null ? undefined : utcMs(end);
  }

  setWatermark(sourceId: SourceId, end: UtcMs): void {
    this.database
      .prepare(
        `INSERT INTO source_watermark (source_id, end_utc_ms) VALUES (?, ?)
         ON CONFLICT (source_id) DO UPDATE SET end_utc_ms = max(end_utc_ms, excluded.end_utc_ms)`,
      )
      .run(sourceId, end);
  }

  saveOpenSegment(row: OpenSegmentRow): void {
    this.database
      .prepare(
        `INSERT OR REPLACE INTO open_segment
           (id, source_id, capture_id, file_name, start_utc_ms, first_tfdt, timescale, clock_error_ms)
         VALUES (@segmentId, @sourceId, @captureId, @fileName, @startUtcMs, @firstTfdt, @timescale, @clockErrorMs)`,
      )
      .run(row);
  }

  openSegmentRows(): OpenSegmentRow[] {
    return this.database
      .prepare(
        `SELECT id AS segmentId, source_id AS sourceId, capture_id AS captureId, file_name AS fileName,
           start_utc_ms AS startUtcMs, first_tfdt AS firstTfdt, timescale, clock_error_ms AS clockErrorMs
         FROM open_segment ORDER BY start_utc_ms`,
      )
      .all()
      .map((row) => openRowSchema.parse(row));
  }

  forgetOpenSegment(segmentId: SegmentId): void {
    this.database.prepare('DELETE FROM open_segment WHERE id = ?').run(segmentId);
  }

  noteAlive(): void {
    this.database.prepare('UPDATE spool SET last_alive_at = ?').run(this.#clock.wallNow());
  }

  streamMemory(deviceId: DeviceId, quality: Quality): unknown {
    const json = this.database
      .prepare<[string, string], string>('SELECT json FROM device_stream WHERE device_id = ? AND quality = ?')
      .pluck()
      .get(deviceId, quality);
    return json === undefined ? undefined : JSON.parse(json);
  }

  rememberStream(deviceId: DeviceId, quality: Quality, stream: object | undefined): void {
    if (stream === undefined) {
      this.database
        .prepare('DELETE FROM device_stream WHERE device_id = ? AND quality = ?')
        .run(deviceId, quality);
    } else {
      this.database
        .prepare('INSERT OR REPLACE INTO device_stream (device_id, quality, json) VALUES (?, ?, ?)')
        .run(deviceId, quality, JSON.stringify(stream));
    }
  }

  close(of: { readonly clean: boolean } = { clean: false }): void {
    if (of.clean) {
      this.database
        .prepare('UPDATE spool SET stopped_cleanly = 1, last_alive_at = ?')
        .run(this.#clock.wallNow());
    }
    this.#listeners.clear();
    this.database.close();
  }

  /** Runs `state` in one transaction and tells the listeners once it is durable. */
  #stating<Result>(state: () => Result): Result {
    const result = this.database.transaction(state).immediate();
    const size = this.#entries.size();
    for (const listener of this.#listeners) listener(size);
    return result;
  }

  #update(segmentId: SegmentId, change: string, values: readonly unknown[] = []): void {
    if (!this.#segments.update(segmentId, change, values)) throw notFound(segmentId);
  }

  #require(segmentId: SegmentId): SpooledSegment {
    const segment = this.#segments.find(segmentId);
    if (segment === undefined) throw notFound(segmentId);
    return segment;
  }
}

function notFound(segmentId: SegmentId): SpoolError {
  return new SpoolError('not-found', `no segment ${segmentId} in the spool`);
}
