import type Database from 'better-sqlite3';
import type { Clock } from '@minhbach/shared/clock';
import { segmentObjectKey } from '@minhbach/shared/object-store';
import type {
  GapEntry,
  PreviousGeneration,
  Quality,
  RecorderEntry,
  SegmentSealed,
} from '@minhbach/shared/protocol';
import type {
  DeviceId,
  RecorderId,
  SegmentId,
  Sha256Hex,
  SourceId,
  UtcMs,
} from '@minhbach/shared/units-of-measure';
import { EntryLog, type EntryDraft, type Generation } from '../ledger/index.ts';
import { restatedFacts } from './generations.ts';
import type { Journal } from './journal.ts';
import { JournaledTransactions } from './journaled-transactions.ts';
import { MemoryTable } from './memory-table.ts';
import type { OpenSegmentRow } from './open-segment-row.ts';
import { OpenSegmentTable } from './open-segment-table.ts';
import { SegmentDrops } from './segment-drops.ts';
import { SegmentTable, type SegmentTotals } from './segment-table.ts';
import { SegmentTurns } from './segment-turns.ts';
import { SourceTable } from './source-table.ts';
import type { KeptRow, Outage, PreviousRun, Proof, Spool, SpoolFault, SpoolNotice } from './spool.ts';
import type { NewSegment, SpooledFile, SpooledSegment } from './spooled-segment.ts';
import { UploadMarks } from './upload-marks.ts';
import type { UploadWishes } from './upload-order.ts';

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
  #sources: SourceTable;
  #openSegments: OpenSegmentTable;
  #uploads: UploadMarks;
  #turns = new SegmentTurns();
  #drops: SegmentDrops;

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
    this.#sources = new SourceTable(parts.database);
    this.#openSegments = new OpenSegmentTable(parts.database);
    this.#transactions = new JournaledTransactions({ ...parts, entries: this.#entries });
    const core = {
      ...{ database: parts.database, clock: parts.clock },
      ...{ entries: this.#entries, segments: this.#segments, transactions: this.#transactions },
    };
    this.#uploads = new UploadMarks(core);
    this.#drops = new SegmentDrops(core, this.#turns, parts.folders.sealed);
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

  filesAfter(afterId: string, limit: number): SpooledFile[] {
    return this.#segments.filesAfter(afterId, limit);
  }

  knowsFile(fileName: string): boolean {
    return this.#segments.knowsFile(fileName);
  }

  findSegment(segmentId: SegmentId): SpooledSegment | undefined {
    return this.#segments.find(segmentId);
  }

  async inTurn<Result>(segmentId: SegmentId, work: () => Promise<Result>): Promise<Result> {
    return this.#turns.take(segmentId, work);
  }

  segmentsToUpload(limit: number, wishes: UploadWishes = {}): SpooledSegment[] {
    return this.#uploads.next(limit, wishes);
  }

  markUploading(segmentId: SegmentId): void {
    this.#uploads.uploading(segmentId);
  }

  markUploaded(segmentId: SegmentId, of: { readonly versionId?: string | undefined }): void {
    this.#uploads.uploaded(segmentId, of.versionId);
  }

  markFailed(segmentId: SegmentId, of: { readonly nextAttemptAt: UtcMs }): void {
    this.#uploads.failed(segmentId, of.nextAttemptAt);
  }

  markWaiting(segmentId: SegmentId, of: { readonly nextAttemptAt: UtcMs }): void {
    this.#uploads.waiting(segmentId, of.nextAttemptAt);
  }

  markProven(segmentId: SegmentId, of: Proof): void {
    this.#uploads.proven(segmentId, of);
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
    return this.#drops.drop(segmentId, reason);
  }

  async keepWithin(cacheBytes: number): Promise<number> {
    return this.#drops.keepWithin(cacheBytes);
  }

  async makeRoom(bytes: number): Promise<number> {
    return this.#drops.makeRoom(bytes);
  }

  /** What `drop` had begun when the process died. */
  async finishDrops(): Promise<void> {
    return this.#drops.finish();
  }

  watermark(sourceId: SourceId): UtcMs | undefined {
    return this.#sources.watermark(sourceId);
  }

  newestWatermark(): UtcMs | undefined {
    return this.#sources.newestWatermark();
  }

  setWatermark(sourceId: SourceId, end: UtcMs): void {
    this.#sources.setWatermark(sourceId, end);
  }

  noteOutage(sourceId: SourceId, outage: Outage): void {
    this.#sources.noteOutage(sourceId, outage);
  }

  lastOutage(sourceId: SourceId): Outage | undefined {
    return this.#sources.lastOutage(sourceId);
  }

  saveOpenSegment(row: OpenSegmentRow): void {
    this.transaction(() => {
      this.#openSegments.insert(row);
      this.#transactions.keepOpen(row);
    });
  }

  openSegmentRows(): OpenSegmentRow[] {
    return this.#openSegments.rows();
  }

  forgetOpenSegment(segmentId: SegmentId): void {
    this.#openSegments.remove(segmentId);
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
}
