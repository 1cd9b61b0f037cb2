import type Database from 'better-sqlite3';
import {
  gapEntrySchema,
  segmentSealedSchema,
  type GapEntry,
  type SegmentSealed,
} from '@minhbach/shared/protocol';
import type { RecorderId, SourceId, UtcMs } from '@minhbach/shared/units-of-measure';
import type { MonitorDatabase } from '../database/index.ts';

/** An entry and the generation of the ledger it stands in. */
export interface Stated<Entry> {
  readonly generation: number;
  readonly entry: Entry;
}

export interface StatedFootage {
  /** Overlapping the span, in order of time, each once. */
  readonly segments: readonly Stated<SegmentSealed>[];
  readonly gaps: readonly Stated<GapEntry>[];
}

interface EntryRow {
  readonly generation: number;
  readonly kind: 'segment-sealed' | 'gap';
  readonly body: string;
}

/** Facts are stated once they are over; a clock set back between the two shifts that by less than this. */
const slackMs = 3_600_000;

/** Finds what recorders stated of a span, in their own words. */
export class FootageEntries {
  readonly #since: Database.Statement<[string, number], EntryRow>;
  readonly #began: Database.Statement<[string, string], number | null>;
  readonly #wanted: Database.Statement<[string, number, number, string, number, number], { id: string }>;

  constructor({ sqlite }: Pick<MonitorDatabase, 'sqlite'>) {
    this.#since = sqlite.prepare(
      `SELECT generation, kind, body FROM recorder_entry
       WHERE recorder_id = ? AND at >= ? AND kind IN ('segment-sealed', 'gap') ORDER BY at`,
    );
    this.#began = sqlite
      .prepare<[string, string], number | null>(
        `SELECT min(began) FROM (SELECT min(start_ms) AS began FROM segment WHERE source_id = ?
         UNION ALL SELECT min(from_ms) AS began FROM gap WHERE source_id = ?)`,
      )
      .pluck();
    this.#wanted = sqlite.prepare(
      `SELECT segment_id AS id FROM segment WHERE source_id = ? AND start_ms < ? AND end_ms > ?
       UNION ALL SELECT gap_id AS id FROM gap WHERE source_id = ? AND from_ms < ? AND to_ms > ?`,
    );
  }

  /** The first time of which anything is stated and kept; `undefined` for none. */
  began(sourceId: SourceId): number | undefined {
    return this.#began.get(sourceId, sourceId) ?? undefined;
  }

  of(recorderId: RecorderId, sourceId: SourceId, from: UtcMs, to: UtcMs): StatedFootage {
    const wanted = new Set(this.#wanted.all(sourceId, to, from, sourceId, to, from).map(({ id }) => id));
    const segments: Stated<SegmentSealed>[] = [];
    const gaps: Stated<GapEntry>[] = [];
    if (wanted.size === 0) return { segments, gaps };
    for (const { generation, kind, body } of this.#since.iterate(recorderId, from - slackMs)) {
      const value: unknown = JSON.parse(body);
      if (kind === 'gap') {
        const entry = gapEntrySchema.parse(value);
        if (wanted.delete(entry.gapId)) gaps.push({ generation, entry });
      } else {
        const entry = segmentSealedSchema.parse(value);
        if (wanted.delete(entry.segmentId)) segments.push({ generation, entry });
      }
      if (wanted.size === 0) break;
    }
    return {
      segments: segments.sort((a, b) => a.entry.startUtcMs - b.entry.startUtcMs),
      gaps: gaps.sort((a, b) => a.entry.fromUtcMs - b.entry.fromUtcMs),
    };
  }
}
