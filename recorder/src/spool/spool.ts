import type Database from 'better-sqlite3';
import type {
  GapEntry,
  PreviousGeneration,
  ProofReceipt,
  Quality,
  RecorderEntry,
  SegmentSealed,
  SpoolFinding,
} from '@minhbach/shared/protocol';
import type {
  DeviceId,
  RecorderId,
  SegmentId,
  Sha256Hex,
  SourceId,
  UtcMs,
} from '@minhbach/shared/units-of-measure';
import type { EntryDraft, Generation } from '../ledger/index.ts';
import type { OpenSegmentRow } from './open-segment-row.ts';
import type { SegmentTotals } from './segment-table.ts';
import type { NewSegment, SpooledFile, SpooledSegment } from './spooled-segment.ts';
import type { UploadWishes } from './upload-order.ts';

export type SpoolDatabase = Database.Database;

/** One step of the schema. Steps run once, in order, each in a transaction of its own; `name` never changes. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
}

/** A small table of another room whose rows must outlive the index. */
export interface KeptTable {
  /** Every row, as it is put into the journal. */
  rows(database: SpoolDatabase): readonly KeptRow[];
  /** Puts a row back; a later one of the same device replaces it. */
  restore(database: SpoolDatabase, row: unknown): void;
}
/** JSON; secrets only sealed. */
export type KeptRow = Readonly<Record<string, string | number | null>>;

/** Something an operator should know of the spool; `message` is one sentence. */
export interface SpoolNotice {
  readonly finding: SpoolFinding;
  readonly message: string;
}

export interface SpoolFault {
  readonly code: 'journal-failed' | 'index-damaged';
  readonly message: string;
}

export type Outage = Pick<GapEntry, 'cause' | 'evidence'>;

/** How the run before ended, as far as the spool can tell. */
export interface PreviousRun {
  readonly end: 'stopped' | 'crashed' | 'power-lost' | 'none';
  /** One line. */
  readonly evidence: string;
}

/** Which version was read back and hashed; with the receipt of the monitor when that did it. */
export interface Proof {
  readonly versionId?: string | undefined;
  readonly receipt?: ProofReceipt | undefined;
}

/**
 * The recorder's index: what lies in the spool, on its way to the archive, and the facts stated about it.
 * Every method is synchronous; what it changed is on the disk when it returns (WAL, `synchronous = EXTRA`), and in the
 * journal unless that failed, which is a fault and made good with the next change.
 */
export interface Spool {
  /** The folder that holds `spool.db`, `open/`, `sealed/`, `quarantine/`. */
  readonly directory: string;
  readonly folders: { readonly open: string; readonly sealed: string; readonly quarantine: string };
  /** Random, made with the spool; marks the processes that work for it. */
  readonly spoolId: string;
  readonly recorderId: RecorderId;
  /** The machine's boot id now. */
  readonly boot: string;
  /** For rooms that brought their own tables through `migrations`. */
  readonly database: SpoolDatabase;
  /** What opening it showed. */
  readonly notices: readonly SpoolNotice[];
  /** Runs `work` in one transaction; anything that states facts inside is part of it. */
  transaction<Result>(work: () => Result): Result;
  /** To be called inside the `transaction` that changes the row: makes it outlive the index. */
  keep(table: string, row: KeptRow): void;
  /** Calls `listener` for each fault, those before included; answers how to stop. */
  onFault(listener: (fault: SpoolFault) => void): () => void;
  /** The index turned out to be damaged: it is laid aside and made again at the next opening. */
  noteDamage(message: string): void;

  // Ledger-shaped facts
  /** Appends one fact with the next `seq` and the present time. */
  appendEntry(draft: EntryDraft): RecorderEntry;
  /** Up to `limit` entries from `fromSeq` on, in order; of the newest generation unless another is named. */
  readEntries(fromSeq: number, limit: number, generation?: number): RecorderEntry[];
  /** Number of entries of the newest generation, which is also the next `seq`. */
  ledgerSize(): number;
  /** Oldest first; the last one is being added to. */
  generations(): readonly Generation[];
  leafHash(generation: number, seq: number): Sha256Hex | undefined;
  /**
   * From here on a new generation that names the one before; `facts`, by default what the monitors are not known to have
   * stored, is stated in it again.
   */
  beginGeneration(previous: PreviousGeneration, facts?: readonly EntryDraft[]): void;
  /** A monitor has stored the ledger up to here. */
  noteStored(monitor: string, generation: number, nextSeq: number): void;
  /** Called after each append, once it is durable, with the new `ledgerSize`. Answers how to stop. */
  onAppended(listener: (ledgerSize: number) => void): () => void;

  // Segments
  /** Row and `segment-sealed` entry in one transaction; also moves the source's watermark and ends its open row. */
  sealSegment(segment: NewSegment): SegmentSealed;
  /** `gap` entry; moves the source's watermark to its end. */
  recordGap(gap: Omit<GapEntry, 'seq' | 'at' | 'kind'>): GapEntry;
  /** Up to `limit` segments with ids after `afterId` ('' for the first) whose file must be there, in order of their ids. */
  segmentsAfter(afterId: string, limit: number): SpooledSegment[];
  /** The same, only where their files are: for going through all of them. */
  filesAfter(afterId: string, limit: number): SpooledFile[];
  /** Whether a segment's row names this file below `sealed/`. */
  knowsFile(fileName: string): boolean;
  findSegment(segmentId: SegmentId): SpooledSegment | undefined;
  /** Neither proven nor being dropped, and due: what is wanted first, then oldest first within a source, sources in turn. */
  segmentsToUpload(limit: number, wishes?: UploadWishes): SpooledSegment[];
  /** `uploading`, one more attempt. */
  markUploading(segmentId: SegmentId): void;
  /** The store has the object, nobody has read it back yet. */
  markUploaded(segmentId: SegmentId, of: { readonly versionId?: string | undefined }): void;
  /** Back to `sealed`, not to be tried before `nextAttemptAt`. Nothing for one that was dropped meanwhile. */
  markFailed(segmentId: SegmentId, of: { readonly nextAttemptAt: UtcMs }): void;
  /** Not to be tried before `nextAttemptAt`; what is known to be stored stays `uploaded`, anything else goes back. */
  markWaiting(segmentId: SegmentId, of: { readonly nextAttemptAt: UtcMs }): void;
  /** Read back and hashed: `proven`, with its `segment-proven` entry, in one transaction. Twice is the same as once. */
  markProven(segmentId: SegmentId, of: Proof): void;
  notYetProven(): number;
  /** End of the oldest footage not yet proven; `undefined` when all is. */
  oldestUnproven(): UtcMs | undefined;

  /**
   * Runs `work` alone among all that send, examine or take away the file of this segment. Whatever was known of the segment
   * before may be otherwise by then. `drop` is called from within; the turns of `keepWithin` and `makeRoom` are their own.
   */
  inTurn<Result>(segmentId: SegmentId, work: () => Promise<Result>): Promise<Result>;

  // Space
  /** Bytes of all sealed files the index knows. */
  spoolBytes(): number;
  totals(): SegmentTotals;
  provenOldestFirst(limit: number): SpooledSegment[];
  /**
   * Takes a segment off the disk: row -> garbage mark and `segment-dropped` entry -> unlink -> directory fsync -> mark
   * gone. `quota` is refused (`not-proven`) unless proven. Throws `not-found` for one that has gone already.
   */
  drop(segmentId: SegmentId, reason: 'quota' | 'lost' | 'damaged'): Promise<void>;
  /** Drops the oldest proven segments until at most `cacheBytes` are left or none is proven. Answers how many went. */
  keepWithin(cacheBytes: number): Promise<number>;
  /** Drops the oldest proven segments until `bytes` have gone or none is proven. Answers how many bytes went. */
  makeRoom(bytes: number): Promise<number>;

  // Watermarks and open segments, for the segment writers
  /** End of the newest footage or gap of a source, or `undefined` when it never had any. */
  watermark(sourceId: SourceId): UtcMs | undefined;
  /** Up to where any source's time is accounted for. */
  newestWatermark(): UtcMs | undefined;
  setWatermark(sourceId: SourceId, end: UtcMs): void;
  /** Why a source has no footage now; for whoever has to state the gap, should this run not live to do it. */
  noteOutage(sourceId: SourceId, outage: Outage): void;
  lastOutage(sourceId: SourceId): Outage | undefined;
  saveOpenSegment(row: OpenSegmentRow): void;
  openSegmentRows(): OpenSegmentRow[];
  forgetOpenSegment(segmentId: SegmentId): void;
  /** `stopped`: it said it was stopping and all it had was sealed; forgotten by opening. */
  readonly previousRun: PreviousRun;
  /** Last time the previous run was seen alive, if it ever ran. */
  readonly lastAliveAt: UtcMs | undefined;
  noteAlive(): void;

  // What a device's stream was last seen to carry
  streamMemory(deviceId: DeviceId, quality: Quality): unknown;
  /** `undefined` forgets. */
  rememberStream(deviceId: DeviceId, quality: Quality, stream: object | undefined): void;

  /** Something small that costs time to find out; lost with the index. */
  recall(name: string): unknown;
  remember(name: string, value: object): void;

  /** Marks a clean stop when `clean`, checkpoints the WAL and closes the database. */
  close(of?: { readonly clean: boolean }): void;
}
