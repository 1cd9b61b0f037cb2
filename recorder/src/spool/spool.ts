import type Database from 'better-sqlite3';
import type { GapEntry, Quality, RecorderEntry, SegmentSealed } from '@minhbach/shared/protocol';
import type { DeviceId, RecorderId, SegmentId, SourceId, UtcMs } from '@minhbach/shared/units-of-measure';
import type { EntryDraft } from '../ledger/index.ts';
import type { OpenSegmentRow } from './open-segment-row.ts';
import type { NewSegment, SpooledSegment } from './spooled-segment.ts';

export type SpoolDatabase = Database.Database;

/** One step of the schema. Steps run once, in order, each in a transaction of its own; `name` never changes. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
}

/**
 * The recorder's index: what lies in the spool, on its way to the archive, and the facts stated about it.
 * Every method is synchronous; what it changed is on the disk when it returns (WAL, `synchronous = EXTRA`).
 */
export interface Spool {
  /** The folder that holds `spool.db`, `open/`, `sealed/`, `quarantine/`. */
  readonly directory: string;
  readonly folders: { readonly open: string; readonly sealed: string; readonly quarantine: string };
  /** Random, made with the spool; marks the processes that work for it. */
  readonly spoolId: string;
  readonly recorderId: RecorderId;
  /** For rooms that brought their own tables through `migrations`. */
  readonly database: SpoolDatabase;

  // Ledger-shaped facts
  /** Appends one fact with the next `seq` and the present time. */
  appendEntry(draft: EntryDraft): RecorderEntry;
  /** Up to `limit` entries from `fromSeq` on, in order. */
  readEntries(fromSeq: number, limit: number): RecorderEntry[];
  /** Number of entries, which is also the next `seq`. */
  ledgerSize(): number;
  /** Called after each append, once it is durable, with the new `ledgerSize`. Answers how to stop. */
  onAppended(listener: (ledgerSize: number) => void): () => void;

  // Segments
  /** Row and `segment-sealed` entry in one transaction; also moves the source's watermark and ends its open row. */
  sealSegment(segment: NewSegment): SegmentSealed;
  /** `gap` entry; moves the source's watermark to its end. */
  recordGap(gap: Omit<GapEntry, 'seq' | 'at' | 'kind'>): GapEntry;
  /** Every segment whose file must be there. Change nothing while iterating. */
  allSegments(): Iterable<SpooledSegment>;
  findSegment(segmentId: SegmentId): SpooledSegment | undefined;
  /** Neither proven nor being dropped, and due; oldest first within a source, sources in turn. */
  segmentsToUpload(limit: number): SpooledSegment[];
  /** `uploading`, one more attempt. */
  markUploading(segmentId: SegmentId): void;
  /** The store has the object, nobody has read it back yet. */
  markUploaded(segmentId: SegmentId, of: { readonly versionId?: string | undefined }): void;
  /** Back to `sealed`, not to be tried before `nextAttemptAt`. */
  markFailed(segmentId: SegmentId, of: { readonly nextAttemptAt: UtcMs }): void;
  /** Read back and hashed: `proven`, with its `segment-proven` entry, in one transaction. Twice is the same as once. */
  markProven(segmentId: SegmentId, of: { readonly versionId?: string | undefined }): void;
  notYetProven(): number;

  // Space
  /** Bytes of all sealed files the index knows. */
  spoolBytes(): number;
  provenOldestFirst(limit: number): SpooledSegment[];
  /**
   * Takes a segment off the disk: row -> garbage mark and `segment-dropped` entry -> unlink -> directory fsync -> mark
   * gone. `quota` is refused (`not-proven`) unless proven.
   */
  drop(segmentId: SegmentId, reason: 'quota' | 'lost' | 'damaged'): Promise<void>;
  /** Drops the oldest proven segments until at most `cacheBytes` are left or none is proven. Answers how many went. */
  keepWithin(cacheBytes: number): Promise<number>;

  // Watermarks and open segments, for the segment writers
  /** End of the newest footage or gap of a source, or `undefined` when it never had any. */
  watermark(sourceId: SourceId): UtcMs | undefined;
  /** Up to where any source's time is accounted for. */
  newestWatermark(): UtcMs | undefined;
  setWatermark(sourceId: SourceId, end: UtcMs): void;
  saveOpenSegment(row: OpenSegmentRow): void;
  openSegmentRows(): OpenSegmentRow[];
  forgetOpenSegment(segmentId: SegmentId): void;
  /** True when the previous run said it was stopping and all it had was sealed; cleared by opening. */
  readonly stoppedCleanly: boolean;
  /** Last time the previous run was seen alive, if it ever ran. */
  readonly lastAliveAt: UtcMs | undefined;
  noteAlive(): void;

  // What a device's stream was last seen to carry
  streamMemory(deviceId: DeviceId, quality: Quality): unknown;
  /** `undefined` forgets. */
  rememberStream(deviceId: DeviceId, quality: Quality, stream: object | undefined): void;

  /** Marks a clean stop when `clean`, checkpoints the WAL and closes the database. */
  close(of?: { readonly clean: boolean }): void;
}
