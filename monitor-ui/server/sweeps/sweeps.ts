import { createHash } from 'node:crypto';
import type { Clock } from '@minhbach/shared/clock';
import { leafHash } from '@minhbach/shared/ledger';
import {
  newId,
  sweepIdSchema,
  type RecorderId,
  type SegmentId,
  type SourceId,
  type SweepId,
  type UtcMs,
} from '@minhbach/shared/units-of-measure';
import { AuditEntries, type AuditLog } from '../audit/index.ts';
import type { MonitorDatabase } from '../database/index.ts';
import { CatalogueRows } from './catalogue-rows.ts';
import { checkSegment, type SegmentCheckParts, type SweepFinding } from './check-segment.ts';
import { seedOf } from './draw.ts';
import { DrawnSegments, type DrawnSegment } from './drawn-segments.ts';
import type { SweepTables } from './sweep-schema.ts';

/** A segment that is not what was sealed. */
export interface SweepFailure {
  readonly recorderId: RecorderId;
  readonly sourceId: SourceId;
  readonly segmentId: SegmentId;
  readonly from: UtcMs;
  readonly to: UtcMs;
  readonly fault: string;
  readonly found: string;
}

export interface SweepsParts extends Omit<SegmentCheckParts, 'rows'> {
  readonly database: MonitorDatabase;
  readonly audit: AuditLog;
  readonly clock: Clock;
  /** Segments looked at in one sweep of one recorder. */
  readonly sample: number;
  readonly onFailure: (failure: SweepFailure) => void;
}

/**
 * Draws sealed segments of a recorder at random and looks at them in full. What decides the draw is stated in the audit
 * before anything is looked at, and what was found afterwards, so that nobody can look only where all is well.
 */
export class Sweeps {
  readonly #parts: SweepsParts;
  readonly #audit: AuditEntries;
  readonly #drawn: DrawnSegments;
  readonly #rows: CatalogueRows;

  constructor(parts: SweepsParts) {
    this.#parts = parts;
    this.#audit = new AuditEntries(parts.database);
    this.#drawn = new DrawnSegments(parts.database.sqlite);
    this.#rows = new CatalogueRows(parts.database.sqlite);
  }

  /** Answers `undefined` for a recorder that stated nothing yet. Rejects when `signal` aborts; the sweep then has no end. */
  async run(recorderId: RecorderId, signal: AbortSignal): Promise<SweepId | undefined> {
    const { database, audit, clock, sample } = this.#parts;
    const extent = this.#drawn.extent(recorderId);
    if (extent === undefined) return undefined;
    const id = newId(sweepIdSchema);
    const seed = database.transaction(() => {
      const auditSize = this.#audit.size();
      const [last = ''] = this.#audit.texts(Math.max(0, auditSize - 1), 1);
      const basis = {
        auditSize,
        auditLeaf: Buffer.from(leafHash(Buffer.from(last))).toString('hex'),
        recorderId,
        generations: extent.generations.map(({ generation, size }) => `${generation}:${size}`).join(' '),
        lastLeaf: extent.lastLeaf,
      };
      const drawnSeed = seedOf(basis);
      const auditSeq = audit.append({
        kind: 'sweep-drawn',
        subject: { sweepId: id, ...basis, seed: drawnSeed, sample },
      });
      database.run(
        this.#tables.insertInto('sweep').values({
          ...{ id, recorder_id: recorderId, drawn_at: clock.wallNow(), audit_seq: auditSeq },
          ...{ seed: drawnSeed, entries: extent.entries, sample, ended_at: null },
        }),
      );
      return drawnSeed;
    });
    const isExpired = (entry: DrawnSegment['entry']) => this.#rows.isExpired(entry);
    const lines: string[] = [];
    const counts = { passed: 0, failed: 0, unavailable: 0 };
    for (const drawn of this.#drawn.drawn(recorderId, seed, extent, isExpired, sample)) {
      const startedMs = clock.monotonicNowMs();
      const finding = await this.#look(recorderId, id, drawn, signal);
      counts[finding.outcome] += 1;
      const fault = finding.outcome === 'passed' ? '' : finding.fault;
      lines.push(`${drawn.generation} ${drawn.seq} ${drawn.entry.segmentId} ${finding.outcome} ${fault}\n`);
      // Half of the time at most is work: recorders and people come first.
      await clock.sleep(Math.max(1, clock.monotonicNowMs() - startedMs), signal);
    }
    database.transaction(() => {
      const ended = this.#tables.updateTable('sweep').set({ ended_at: clock.wallNow() });
      database.run(ended.where('id', '=', id));
      const resultsSha256 = createHash('sha256').update(lines.join('')).digest('hex');
      audit.append({ kind: 'sweep-ended', subject: { sweepId: id, recorderId, ...counts, resultsSha256 } });
    });
    return id;
  }

  async #look(
    recorderId: RecorderId,
    sweepId: SweepId,
    { generation, seq, entry }: DrawnSegment,
    signal: AbortSignal,
  ): Promise<SweepFinding> {
    const { database, clock, onFailure } = this.#parts;
    const { segmentId, sourceId, startUtcMs, endUtcMs } = entry;
    let finding = await checkSegment({ ...this.#parts, rows: this.#rows }, recorderId, entry, signal);
    // Retention may have removed it meanwhile.
    if (finding.outcome === 'failed' && this.#rows.isExpired(entry)) {
      finding = { outcome: 'unavailable', fault: 'away', found: 'removed by retention meanwhile' };
    }
    const wrong = finding.outcome === 'passed' ? undefined : finding;
    const soundDb = finding.outcome === 'passed' ? finding.soundDb : undefined;
    database.run(
      this.#tables.insertInto('sweep_result').values({
        ...{ sweep_id: sweepId, generation, seq, segment_id: segmentId, source_id: sourceId },
        ...{ start_ms: startUtcMs, end_ms: endUtcMs, outcome: finding.outcome },
        fault: wrong?.fault ?? null,
        found: wrong?.found ?? null,
        sound_db: soundDb ?? null,
        checked_at: clock.wallNow(),
      }),
    );
    if (finding.outcome === 'failed') {
      const { fault, found } = finding;
      onFailure({ recorderId, sourceId, segmentId, from: startUtcMs, to: endUtcMs, fault, found });
    }
    return finding;
  }

  get #tables() {
    return this.#parts.database.tables<SweepTables>();
  }
}
