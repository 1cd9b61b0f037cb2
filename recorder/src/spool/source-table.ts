import type Database from 'better-sqlite3';
import { gapEntrySchema } from '@minhbach/shared/protocol';
import { utcMs, type SourceId, type UtcMs } from '@minhbach/shared/units-of-measure';
import type { Outage } from './spool.ts';

const outageSchema = gapEntrySchema.pick({ cause: true, evidence: true });

/** The `source_watermark` table: up to where each source's time is accounted for, and why it has no footage now. */
export class SourceTable {
  readonly #database: Database.Database;

  constructor(database: Database.Database) {
    this.#database = database;
  }

  watermark(sourceId: SourceId): UtcMs | undefined {
    const end = this.#database
      .prepare<[string], number>('SELECT end_utc_ms FROM source_watermark WHERE source_id = ?')
      .pluck()
      .get(sourceId);
    return end === undefined ? undefined : utcMs(end);
  }

  newestWatermark(): UtcMs | undefined {
    const end = this.#database
      .prepare<[], number | null>('SELECT max(end_utc_ms) FROM source_watermark')
      .pluck()
      .get();
    return end === undefined || end === null ? undefined : utcMs(end);
  }

  setWatermark(sourceId: SourceId, end: UtcMs): void {
    this.#database
      .prepare(
        `INSERT INTO source_watermark (source_id, end_utc_ms) VALUES (?, ?)
         ON CONFLICT (source_id) DO UPDATE SET end_utc_ms = max(end_utc_ms, excluded.end_utc_ms)`,
      )
      .run(sourceId, end);
  }

  noteOutage(sourceId: SourceId, { cause, evidence }: Outage): void {
    this.#database
      .prepare('UPDATE source_watermark SET outage = ? WHERE source_id = ?')
      .run(JSON.stringify({ cause, evidence }), sourceId);
  }

  lastOutage(sourceId: SourceId): Outage | undefined {
    const json = this.#database
      .prepare<[string], string | null>('SELECT outage FROM source_watermark WHERE source_id = ?')
      .pluck()
      .get(sourceId);
    return json === undefined || json === null ? undefined : outageSchema.parse(JSON.parse(json));
  }
}
