import type Database from 'better-sqlite3';
import { join } from 'node:path';
import type { Clock } from '@minhbach/shared/clock';
import { segmentObjectKey } from '@minhbach/shared/object-store';
import {
  gapEntrySchema,
  type GapEntry,
  type PreviousGeneration,
  type Quality,
  type RecorderEntry,
  type SegmentSealed,
} from '@minhbach/shared/protocol';
import {
  utcMs,
  type DeviceId,
  type RecorderId,
  type SegmentId,
  type Sha256Hex,
  type SourceId,
  type UtcMs,
} from '@minhbach/shared/units-of-measure';
import { EntryLog, type EntryDraft, type Generation } from '../ledger/index.ts';
import { removeDurably } from './durable-files.ts';
import { restatedFacts } from './generations.ts';
import type { Journal } from './journal.ts';
import { JournaledTransactions } from './journaled-transactions.ts';
import { insertOpenSegment } from './insert-open-segment.ts';
import { MemoryTable } from './memory-table.ts';
import { openSegmentRowSchema, type OpenSegmentRow } from './open-segment-row.ts';
import { SegmentTable, type SegmentTotals } from './segment-table.ts';
import { SpoolError } from './spool-error.ts';
import type { KeptRow, Outage, PreviousRun, Proof, Spool, SpoolFault, SpoolNotice } from './spool.ts';
import type { NewSegment, SpooledSegment } from './spooled-segment.ts';
import { UploadOrder, type UploadWishes } from './upload-order.ts';

const outageSchema = gapEntrySchema.pick({ cause: true, evidence: true });

export interface SqliteSpoolParts {
  readonly directory: string;
  readonly folders: Spool['folders'];
  readonly recorderId: RecorderId;
  readonly spoolId: string;
  readonly database: Database.Database;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly previousRun: PreviousRun;
  readonly lastAliveAt: UtcMs | undefined;
  readonly notices: readonly SpoolNotice[];
  /** What `recorder-started` says of this run at the begin of a generation. */
  readonly run: { readonly version: string; readonly boot: string };
  readonly onDamage: () => void;
  /** Called when everything else is closed. */
  readonly onClosed: (of: { readonly clean: boolean }, at: Generation) => void;
}

/** The spool over an open, migrated database. See `Spool` for what each method promises. */
export class SqliteSpool implements Spool {
  readonly directory: string;
  readonly folders: Spool['folders'];
  readonly recorderId: RecorderId;
  readonly spoolId: string;
  readonly boot: string;
  readonly database: Database.Database;
  readonly previousRun: PreviousRun;
  readonly lastAliveAt: UtcMs | undefined;
  readonly notices: readonly SpoolNotice[];
  #of: SqliteSpoolParts;
  #clock: Clock;
  #entries: EntryLog;
  #segments: SegmentTable;
  #memory: MemoryTable;
  #transactions: JournaledTransactions;
  #uploadOrder: UploadOrder;

  constructor(parts: SqliteSpoolParts) {
    this.directory = parts.directory;
    this.folders = parts.folders;
    this.recorderId = parts.recorderId;
    this.spoolId = parts.spoolId;
    this.boot = parts.run.boot;
    this.database = parts.database;
    this.previousRun = parts.previousRun;
    this.lastAliveAt = parts.lastAliveAt;
    this.notices = parts.notices;
    this.#of = parts;
    this.#clock = parts.clock;
    this.#entries = new EntryLog(parts.database);
    this.#segments = new SegmentTable(parts.database, parts.folders.sealed);
    this.#memory = new MemoryTable(parts.database);
    this.#uploadOrder = new UploadOrder(parts.database);
    this.#transactions = new JournaledTransactions({ ...parts, entries: this.#entries });
  }

  transaction<Result>(work: () => Result): Result {
    return this.#transactions.run(work);
  }

  keep(table: string, row: KeptRow): void {
    this.#transactions.keep(table, row);
  }

  onFault(listener: (fault: SpoolFault) => void): () => void {
    return this.#transactions.onFault(listener);
  }

  noteDamage(message: string): void {
    this.#transactions.noteDamage(message);
  }

  appendEntry(draft: EntryDraft): RecorderEntry {
    return this.transaction(() => this.#entries.append(draft, this.#clock.wallNow()));
  }

  readEntries(fromSeq: number, limit: number, generation?: number): RecorderEntry[] {
    return this.#entries.read(fromSeq, limit, generation);
  }

  ledgerSize(): number {
    return this.#entries.size();
  }

  generations(): readonly Generation[] {
    return this.#entries.generations();
  }

  leafHash(generation: number, seq: number): Sha256Hex | undefined {
    return this.#entries.leafHash(generation, seq);
  }

  beginGeneration(previous: PreviousGeneration, facts?: readonly EntryDraft[]): void {
    const { generation } = this.#entries.current();
    this.transaction(() => {
      const restated = facts ?? [...restatedFacts(this.database, this.#entries)];
      this.#entries.begin(Math.max(generation, previous.generation) + 1, previous);
      const now = this.#clock.wallNow();
      this.#entries.append({ kind: 'recorder-started', ...this.#of.run, previous }, now);
      for (const draft of restated) this.#entries.append(draft, now);
    });
  }

  noteStored(monitor: string, generation: number, nextSeq: number): void {
    this.database
      .prepare('INSERT OR REPLACE INTO monitor_position (monitor, generation, next_seq) VALUES (?, ?, ?)')
      .run(monitor, generation, nextSeq);
  }

  keepOpen(row: OpenSegmentRow): void {
    this.#transactions.keepOpen(row);
  }

  /** Brings the journal up to the index; for the opening. */
  catchUpJournal(): void {
    this.#transactions.catchUp();
  }

  onAppended(listener: (ledgerSize: number) => void): () => void {
    return this.#transactions.onAppended(listener);
  }

  sealSegment(segment: NewSegment): SegmentSealed {
    const key = segmentObjectKey({ ...segment, recorderId: this.recorderId });
    const { fileName, ...facts } = segment;
    return this.transaction(() => {
      this.#segments.insert({ ...facts, fileName }, key);
      this.forgetOpenSegment(segment.segmentId);
      this.setWatermark(segment.sourceId, segment.endUtcMs);
      return this.#entries.append({ kind: 'segment-sealed', ...facts, key }, this.#clock.wallNow());
    });
  }

  recordGap(gap: Omit<GapEntry, 'seq' | 'at' | 'kind'>): GapEntry {
    return this.transaction(() => {
      this.setWatermark(gap.sourceId, gap.toUtcMs);
      return this.#entries.append({ kind: 'gap', ...gap }, this.#clock.wallNow());
    });
  }

  segmentsAfter(afterId: string, limit: number): SpooledSegment[] {
    return this.#segments.after(afterId, limit);
  }

  knowsFile(fileName: string): boolean {
    return this.#segments.knowsFile(fileName);
  }

  findSegment(segmentId: SegmentId): SpooledSegment | undefined {
    return this.#segments.find(segmentId);
  }

  segmentsToUpload(limit: number, wishes: UploadWishes = {}): SpooledSegment[] {
    return this.#uploadOrder
      .next(this.#clock.wallNow(), limit, wishes)
      .flatMap((segmentId) => this.#segments.find(segmentId) ?? []);
  }

  markUploading(segmentId: SegmentId): void {
    this.#update(segmentId, `upload_state = 'uploading', attempts = attempts + 1`);
  }

  markUploaded(segmentId: SegmentId, of: { readonly versionId?: string | undefined }): void {
    this.#update(segmentId, `upload_state = 'uploaded', version_id = ?`, [of.versionId ?? null]);
  }

  markFailed(segmentId: SegmentId, of: { readonly nextAttemptAt: UtcMs }): void {
    // One that was dropped meanwhile (its file was found damaged) has nothing left to be tried.
    this.#segments.update(segmentId, `upload_state = 'sealed', version_id = NULL, next_attempt_at = ?`, [
      of.nextAttemptAt,
    ]);
  }

  markWaiting(segmentId: SegmentId, of: { readonly nextAttemptAt: UtcMs }): void {
    this.#segments.update(
      segmentId,
      `upload_state = iif(upload_state = 'uploaded', 'uploaded', 'sealed'), next_attempt_at = ?`,
      [of.nextAttemptAt],
    );
  }

  markProven(segmentId: SegmentId, of: Proof): void {
    const segment = this.#require(segmentId);
    if (segment.uploadState === 'proven') return;
    const { versionId, receipt } = of;
    const by = receipt && {
      provenBy: receipt.monitorId,
      receiptAt: receipt.at,
      receiptSignature: receipt.signature,
    };
    const facts = { ...(versionId === undefined ? {} : { versionId }), ...by };
    this.transaction(() => {
      this.#update(segmentId, `upload_state = 'proven', version_id = ?`, [of.versionId ?? null]);
      return this.#entries.append(
        { kind: 'segment-proven', segmentId, key: segment.key, ...facts },
        this.#clock.wallNow(),
      );
    });
  }

  notYetProven(): number {
    return this.totals().unproven;
  }

  oldestUnproven(): UtcMs | undefined {
    return this.#segments.oldestUnproven();
  }

  spoolBytes(): number {
    return this.totals().bytes;
  }

  totals(): SegmentTotals {
    return this.#segments.totals();
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
    this.transaction(() => {
      this.#update(segmentId, 'garbage = 1');
      const proven = reason === 'quota' ? {} : { proven: segment.uploadState === 'proven' };
      return this.#entries.append(
        { kind: 'segment-dropped', segmentId, from: 'spool', reason, ...proven },
        this.#clock.wallNow(),
      );
    });
    await removeDurably(segment.path);
    this.#segments.remove(segmentId);
  }

  async keepWithin(cacheBytes: number): Promise<number> {
    let dropped = 0;
    await this.#dropOldestProven(() => {
      if (this.spoolBytes() <= cacheBytes) return false;
      dropped += 1;
      return true;
    });
    return dropped;
  }

  async makeRoom(bytes: number): Promise<number> {
    let gone = 0;
    await this.#dropOldestProven((segment) => {
      if (gone >= bytes) return false;
      gone += segment.bytes;
      return true;
    });
    return gone;
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

  noteOutage(sourceId: SourceId, { cause, evidence }: Outage): void {
    this.database
      .prepare('UPDATE source_watermark SET outage = ? WHERE source_id = ?')
      .run(JSON.stringify({ cause, evidence }), sourceId);
  }

  lastOutage(sourceId: SourceId): Outage | undefined {
    const json = this.database
      .prepare<[string], string | null>('SELECT outage FROM source_watermark WHERE source_id = ?')
      .pluck()
      .get(sourceId);
    return json === undefined || json === null ? undefined : outageSchema.parse(JSON.parse(json));
  }

  saveOpenSegment(row: OpenSegmentRow): void {
    this.transaction(() => {
      insertOpenSegment(this.database, row);
      this.#transactions.keepOpen(row);
    });
  }

  openSegmentRows(): OpenSegmentRow[] {
    return this.database
      .prepare(
        `SELECT id AS segmentId, source_id AS sourceId, capture_id AS captureId, file_name AS fileName,
           start_utc_ms AS startUtcMs, first_tfdt AS firstTfdt, timescale, clock_error_ms AS clockErrorMs
         FROM open_segment ORDER BY start_utc_ms`,
      )
      .all()
      .map((row) => openSegmentRowSchema.parse(row));
  }

  forgetOpenSegment(segmentId: SegmentId): void {
    this.database.prepare('DELETE FROM open_segment WHERE id = ?').run(segmentId);
  }

  noteAlive(): void {
    this.database.prepare('UPDATE spool SET last_alive_at = ?').run(this.#clock.wallNow());
  }

  streamMemory(deviceId: DeviceId, quality: Quality): unknown {
    return this.#memory.stream(deviceId, quality);
  }

  rememberStream(deviceId: DeviceId, quality: Quality, stream: object | undefined): void {
    this.#memory.rememberStream(deviceId, quality, stream);
  }

  recall(name: string): unknown {
    return this.#memory.recall(name);
  }

  remember(name: string, value: object): void {
    this.#memory.remember(name, value);
  }

  close(of: { readonly clean: boolean } = { clean: false }): void {
    if (of.clean) {
      this.database
        .prepare('UPDATE spool SET stopped_cleanly = 1, last_alive_at = ?')
        .run(this.#clock.wallNow());
    }
    this.#transactions.clear();
    const at = this.#entries.current();
    this.database.close();
    this.#of.journal.close();
    this.#of.onClosed(of, at);
  }

  /** Drops as long as `wanted` says so of the next. */
  async #dropOldestProven(wanted: (segment: SpooledSegment) => boolean): Promise<void> {
    for (;;) {
      const oldest = this.#segments.provenOldestFirst(20);
      if (oldest.length === 0) return;
      for (const segment of oldest) {
        if (!wanted(segment)) return;
        await this.drop(segment.segmentId, 'quota');
      }
    }
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
