import type Database from 'better-sqlite3';
import { entryLeafHash } from '@minhbach/shared/ledger';
import type { GapEntry, RecorderEntry, SegmentSealed } from '@minhbach/shared/protocol';
import type { RecorderId, SegmentId, SourceId } from '@minhbach/shared/units-of-measure';
import type { MonitorDatabase } from '../database/index.ts';
import { EntryRefusedError, type EntryIntake, type LedgerPosition } from '../uplink/index.ts';
import { canonicalEntryText } from './entry-text.ts';
import { cutsText } from './segment-cuts.ts';

type Statement = Database.Statement<unknown[], unknown>;

/** Writes what recorders state: the entry itself, and the rows that queries read. */
export class EntryStore implements EntryIntake {
  readonly #database: MonitorDatabase;
  readonly #onSealed: (segmentId: SegmentId) => void;
  readonly #insertEntry: Statement;
  readonly #readEntry: Database.Statement<[string, number, number], { body: string }>;
  readonly #lastEntry: Database.Statement<[string], { generation: number; seq: number; body: string }>;
  readonly #lastOfGeneration: Database.Statement<[string, number], { seq: number | null }>;
  readonly #owner: Database.Statement<[string], { recorder_id: string }>;
  readonly #claim: Statement;
  readonly #insertSegment: Statement;
  readonly #insertFact: Statement;
  readonly #insertGap: Statement;
  readonly #prove: Statement;
  readonly #setVersion: Statement;
  readonly #drop: Statement;
  readonly #expired: Database.Statement<[string, number, number], unknown>;
  readonly #factOwner: Database.Statement<[string], { recorder_id: string; object_key: string }>;
  readonly #toldSegment: Database.Statement<[string], unknown[]>;
  readonly #toldGap: Database.Statement<[string], unknown[]>;

  /** `onSealed` is told of each segment sealed, after the transaction that stores it. */
  constructor(monitorDatabase: MonitorDatabase, onSealed: (segmentId: SegmentId) => void) {
    this.#database = monitorDatabase;
    const database = monitorDatabase.sqlite;
    this.#onSealed = onSealed;
    this.#insertEntry = database.prepare(
      'INSERT INTO recorder_entry (recorder_id, generation, seq, at, kind, body) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#readEntry = database.prepare(
      'SELECT body FROM recorder_entry WHERE recorder_id = ? AND generation = ? AND seq = ?',
    );
    this.#lastEntry = database.prepare(
      'SELECT generation, seq, body FROM recorder_entry WHERE recorder_id = ? ORDER BY generation DESC, seq DESC LIMIT 1',
    );
    this.#lastOfGeneration = database.prepare(
      'SELECT max(seq) AS seq FROM recorder_entry WHERE recorder_id = ? AND generation = ?',
    );
    this.#owner = database.prepare('SELECT recorder_id FROM source_owner WHERE source_id = ?');
    this.#claim = database.prepare('INSERT INTO source_owner (source_id, recorder_id) VALUES (?, ?)');
    this.#insertSegment = database.prepare(
      `INSERT INTO segment (source_id, start_ms, segment_id, end_ms, capture_id, first_tfdt, timescale, bytes, init_bytes, mime,
         cuts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#insertFact = database.prepare(
      `INSERT INTO segment_fact (segment_id, recorder_id, sha256, fragments_root, fragments, codec, clock_error_ms, recovered,
         object_key, keyframes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#insertGap = database.prepare(
      'INSERT INTO gap (gap_id, source_id, from_ms, to_ms, cause, evidence) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#prove = database.prepare('UPDATE segment SET proven = 1 WHERE segment_id = ?');
    this.#setVersion = database.prepare('UPDATE segment_fact SET version_id = ? WHERE segment_id = ?');
    this.#drop = database.prepare('UPDATE segment SET dropped = 1 WHERE segment_id = ?');
    this.#expired = database.prepare(
      'SELECT 1 FROM expired_span WHERE source_id = ? AND from_ms <= ? AND to_ms >= ?',
    );
    this.#factOwner = database.prepare(
      'SELECT recorder_id, object_key FROM segment_fact WHERE segment_id = ?',
    );
    this.#toldSegment = database
      .prepare<[string], unknown[]>(
        `SELECT source_id, start_ms, end_ms, sha256, object_key FROM segment JOIN segment_fact USING (segment_id)
         WHERE segment_id = ?`,
      )
      .raw();
    this.#toldGap = database
      .prepare<[string], unknown[]>('SELECT source_id, from_ms, to_ms, cause FROM gap WHERE gap_id = ?')
      .raw();
  }

  position(recorderId: RecorderId): LedgerPosition {
    const last = this.#lastEntry.get(recorderId);
    if (last === undefined) return { generation: 0, nextSeq: 0 };
    const { generation, seq, body } = last;
    return { generation, nextSeq: seq + 1, lastLeaf: entryLeafHash(body) };
  }

  store(recorderId: RecorderId, generation: number, entries: readonly RecorderEntry[]): number {
    const sealed: SegmentId[] = [];
    const nextSeq = this.#database.transaction(() => {
      let next = (this.#lastOfGeneration.get(recorderId, generation)?.seq ?? -1) + 1;
      for (const entry of entries) {
        if (entry.seq > next) break;
        const body = canonicalEntryText(entry);
        if (entry.seq < next) {
          this.#requireSame(recorderId, generation, entry.seq, body);
          continue;
        }
        this.#insertEntry.run(recorderId, generation, entry.seq, entry.at, entry.kind, body);
        this.#digest(recorderId, entry);
        if (entry.kind === 'segment-sealed') sealed.push(entry.segmentId);
        next += 1;
      }
      return next;
    });
    for (const segmentId of sealed) this.#onSealed(segmentId);
    return nextSeq;
  }

  /**
   * Writes the rows that follow from an entry which is stored already: to be called once for each, in the order of the
   * entries, on tables that were emptied. Throws `EntryRefusedError` for what its recorder may not say.
   */
  derive(recorderId: RecorderId, entry: RecorderEntry): void {
    this.#digest(recorderId, entry);
  }

  #requireSame(recorderId: RecorderId, generation: number, seq: number, body: string): void {
    if (this.#readEntry.get(recorderId, generation, seq)?.body === body) return;
    throw new EntryRefusedError(
      'conflict',
      `entry ${seq} of generation ${generation} differs from what this recorder said before`,
    );
  }

  #digest(recorderId: RecorderId, entry: RecorderEntry): void {
    switch (entry.kind) {
      case 'source-registered':
        return this.#requireOwn(recorderId, entry.sourceId);
      case 'segment-sealed':
        this.#requireOwn(recorderId, entry.sourceId);
        return this.#sealed(recorderId, entry);
      case 'gap':
        this.#requireOwn(recorderId, entry.sourceId);
        return this.#gap(entry);
      case 'segment-proven': {
        if (!this.#isOwnSegment(recorderId, entry.segmentId, entry.key)) return;
        this.#prove.run(entry.segmentId);
        if (entry.versionId !== undefined) this.#setVersion.run(entry.versionId, entry.segmentId);
        return;
      }
      case 'segment-dropped':
        if (this.#isOwnSegment(recorderId, entry.segmentId)) this.#drop.run(entry.segmentId);
        return;
      case 'recorder-started':
      case 'recorder-stopped':
      case 'source-retired':
      case 'device-identity':
      case 'clock':
      case 'archive-probed':
      case 'head-witnessed':
        return;
    }
  }

  /** A source belongs to the recorder that named it first: nobody else can add to its footage or its gaps. */
  #requireOwn(recorderId: RecorderId, sourceId: SourceId): void {
    const owner = this.#owner.get(sourceId)?.recorder_id;
    if (owner === undefined) this.#claim.run(sourceId, recorderId);
    else if (owner !== recorderId) {
      throw new EntryRefusedError('foreign', `source ${sourceId} belongs to another recorder`);
    }
  }

  /** A segment nobody announced (an earlier generation, lost with its disk) has no row to change. */
  #isOwnSegment(recorderId: RecorderId, segmentId: SegmentId, key?: string): boolean {
    const fact = this.#factOwner.get(segmentId);
    if (fact === undefined) return false;
    if (fact.recorder_id !== recorderId || (key !== undefined && fact.object_key !== key)) {
      throw new EntryRefusedError('foreign', `segment ${segmentId} is not at that place of this recorder`);
    }
    return true;
  }

  #sealed(recorderId: RecorderId, entry: SegmentSealed): void {
    if (!entry.key.startsWith(`r/${recorderId}/s/${entry.sourceId}/`)) {
      throw new EntryRefusedError('foreign', `segment ${entry.segmentId} names an object outside its source`);
    }
    if (entry.endUtcMs < entry.startUtcMs || entry.initBytes >= entry.bytes) {
      throw new EntryRefusedError('conflict', `segment ${entry.segmentId} has an impossible span or size`);
    }
    // Told again after retention removed it.
    if (this.#expired.get(entry.sourceId, entry.startUtcMs, entry.endUtcMs) !== undefined) return;
    const told = this.#toldSegment.get(entry.segmentId);
    if (told !== undefined) {
      return requireRestated(`segment ${entry.segmentId}`, told, [
        entry.sourceId,
        entry.startUtcMs,
        entry.endUtcMs,
        entry.sha256,
        entry.key,
      ]);
    }
    this.#insertSegment.run(
      entry.sourceId,
      entry.startUtcMs,
      entry.segmentId,
      entry.endUtcMs,
      entry.captureId,
      entry.firstTfdt,
      entry.timescale,
      entry.bytes,
      entry.initBytes,
      entry.mime,
      cutsOf(entry),
    );
    this.#insertFact.run(
      entry.segmentId,
      recorderId,
      entry.sha256,
      entry.fragmentsRoot,
      entry.fragments,
      entry.codec,
      entry.clockErrorMs,
      Number(entry.recovered),
      entry.key,
      JSON.stringify(entry.keyframes),
    );
  }

  #gap(entry: GapEntry): void {
    if (entry.toUtcMs < entry.fromUtcMs) {
      throw new EntryRefusedError('conflict', `gap ${entry.gapId} ends before it starts`);
    }
    const told = this.#toldGap.get(entry.gapId);
    if (told !== undefined) {
      const { sourceId, fromUtcMs, toUtcMs, cause } = entry;
      return requireRestated(`gap ${entry.gapId}`, told, [sourceId, fromUtcMs, toUtcMs, cause]);
    }
    this.#insertGap.run(
      entry.gapId,
      entry.sourceId,
      entry.fromUtcMs,
      entry.toUtcMs,
      entry.cause,
      entry.evidence,
    );
  }
}

/** A later generation of a recorder's ledger may say again what an earlier one said, and nothing else of it. */
function requireRestated(what: string, told: readonly unknown[], now: readonly unknown[]): void {
  if (told.every((value, index) => value === now[index])) return;
  throw new EntryRefusedError('conflict', `${what} differs from what this recorder said before`);
}

function cutsOf(entry: SegmentSealed): string | null {
  try {
    return cutsText(entry);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new EntryRefusedError('conflict', `segment ${entry.segmentId}: ${error.message}`);
  }
}
