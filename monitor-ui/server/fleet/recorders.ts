import type { Clock } from '@minhbach/shared/clock';
import type { Recorder } from '@minhbach/shared/protocol';
import { utcMs, type RecorderId, type SiteId, type UtcMs } from '@minhbach/shared/units-of-measure';
import type { UnitSight } from '../access/index.ts';
import type { MonitorDatabase } from '../database/index.ts';
import type { RecorderReport } from '../uplink/index.ts';
import type { FleetTables } from './fleet-schema.ts';

/** A recorder's status is written at most this often; the newest is kept in memory. */
const writeEveryMs = 60_000;

interface Seen {
  at: UtcMs;
  writtenAt: number;
  report: RecorderReport | undefined;
}

/** The enrolled recorders and what each last said of itself. */
export class Recorders {
  readonly #database: MonitorDatabase;
  readonly #clock: Clock;
  readonly #isOnline: (id: RecorderId) => boolean;
  readonly #seen = new Map<RecorderId, Seen>();

  constructor(database: MonitorDatabase, clock: Clock, isOnline: (id: RecorderId) => boolean) {
    this.#database = database;
    this.#clock = clock;
    this.#isOnline = isOnline;
  }

  find(id: string): Recorder | undefined {
    const row = this.row(id);
    return row && this.#toRecorder(row);
  }

  list(of: {
    readonly sight: UnitSight;
    readonly siteId?: SiteId | undefined;
    readonly after?: string | undefined;
    readonly limit: number;
  }): Recorder[] {
    if (of.sight === 'nothing') return [];
    let query = this.#table
      .selectFrom('recorder as r')
      .innerJoin('site as s', 's.id', 'r.site_id')
      .selectAll('r')
      .orderBy('r.id')
      .limit(of.limit);
    if ('only' in of.sight) query = query.where('s.unit_id', '=', of.sight.only);
    else if (of.sight.but !== undefined) query = query.where('s.unit_id', '!=', of.sight.but);
    if (of.siteId !== undefined) query = query.where('r.site_id', '=', of.siteId);
    if (of.after !== undefined) query = query.where('r.id', '>', of.after as RecorderId);
    return this.#database.all(query).map((row) => this.#toRecorder(row));
  }

  row(id: string): FleetTables['recorder'] | undefined {
    return this.#database.first(
      this.#table
        .selectFrom('recorder')
        .selectAll()
        .where('id', '=', id as RecorderId),
    );
  }

  rename(id: RecorderId, name: string): void {
    this.#database.run(this.#table.updateTable('recorder').set({ name }).where('id', '=', id));
  }

  noteSeen(id: RecorderId, report?: RecorderReport): void {
    const now = this.#clock.wallNow();
    const before = this.#seen.get(id);
    const seen: Seen = { at: now, writtenAt: before?.writtenAt ?? 0, report: report ?? before?.report };
    this.#seen.set(id, seen);
    if (now - seen.writtenAt >= writeEveryMs) this.#write(id, seen);
  }

  noteGone(id: RecorderId): void {
    const seen = this.#seen.get(id);
    if (seen) this.#write(id, seen);
  }

  #write(id: RecorderId, seen: Seen): void {
    seen.writtenAt = this.#clock.wallNow();
    const report = seen.report === undefined ? {} : { report: JSON.stringify(seen.report) };
    this.#database.run(
      this.#table
        .updateTable('recorder')
        .set({ last_seen_at: seen.at, ...report })
        .where('id', '=', id),
    );
  }

  #toRecorder(row: FleetTables['recorder']): Recorder {
    const seen = this.#seen.get(row.id);
    const stored = row.report === null ? undefined : (JSON.parse(row.report) as RecorderReport);
    const report = seen?.report ?? stored;
    const lastSeenAt = seen?.at ?? row.last_seen_at;
    return {
      id: row.id,
      name: row.name,
      siteId: row.site_id,
      online: this.#isOnline(row.id),
      ledgerSize: report?.ledgerSize ?? 0,
      ...(lastSeenAt === null ? {} : { lastSeenAt: utcMs(lastSeenAt) }),
      ...(report === undefined
        ? {}
        : {
            version: report.version,
            spoolBytes: report.spoolBytes,
            diskFreeBytes: report.diskFreeBytes,
            notYetProven: report.notYetProven,
          }),
    };
  }

  get #table() {
    return this.#database.tables<FleetTables>();
  }
}
