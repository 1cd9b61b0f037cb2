import { sql } from 'kysely';
import type { Source, SourceStatus } from '@minhbach/shared/protocol';
import {
  utcMs,
  type CounterId,
  type RecorderId,
  type SourceId,
  type UtcMs,
} from '@minhbach/shared/units-of-measure';
import type { MonitorDatabase } from '../database/index.ts';
import type { FleetTables } from './fleet-schema.ts';

/** A source as its recorder last described it. What that is worth depends on whether the recorder is there. */
export interface KnownSource extends SourceStatus {
  readonly recorderId: RecorderId;
}

/** Whether a recorder is connected and has told of its sources since. */
export type RecorderHeard = (recorderId: RecorderId) => boolean;

/** The registered sources. A recorder speaks only of its own; what another one claims is passed over. */
export class Sources {
  readonly #database: MonitorDatabase;
  readonly #isHeard: RecorderHeard;

  constructor(database: MonitorDatabase, isHeard: RecorderHeard) {
    this.#database = database;
    this.#isHeard = isHeard;
  }

  find(id: string): KnownSource | undefined {
    const row = this.#database.first(
      this.#table
        .selectFrom('source')
        .selectAll()
        .where('id', '=', id as SourceId),
    );
    return row && toKnown(row);
  }

  /** In the order of registration, also those retired. */
  ofCounter(counterId: CounterId): KnownSource[] {
    return this.ofCounters([counterId]);
  }

  ofCounters(counterIds: readonly CounterId[]): KnownSource[] {
    if (counterIds.length === 0) return [];
    // As one JSON value, so that the statement is the same for any number of counters.
    const ids = JSON.stringify(counterIds);
    return this.#database
      .all(
        this.#table
          .selectFrom('source')
          .selectAll()
          .where(sql<boolean>`counter_id IN (SELECT value FROM json_each(${ids}))`)
          .orderBy('id'),
      )
      .map(toKnown);
  }

  ofRecorder(recorderId: RecorderId): KnownSource[] {
    return this.#database
      .all(this.#table.selectFrom('source').selectAll().where('recorder_id', '=', recorderId).orderBy('id'))
      .map(toKnown);
  }

  all(): KnownSource[] {
    return this.#database.all(this.#table.selectFrom('source').selectAll().orderBy('id')).map(toKnown);
  }

  /**
   * Takes what a recorder says of one of its sources. A source not known here (a crash lay between its registration
   * there and here) is adopted when its counter exists. Answers it when anything changed.
   */
  take(recorderId: RecorderId, status: SourceStatus): KnownSource | undefined {
    const before = this.find(status.sourceId);
    if (before && before.recorderId !== recorderId) return undefined;
    if (before && isSame(before, status)) return undefined;
    const values = {
      state: status.state,
      cause: status.cause ?? null,
      since: status.since,
      retired_at: status.retiredAt ?? before?.retiredAt ?? null,
      has_sub_stream: status.hasSubStream ? 1 : 0,
      codec: status.codec ?? before?.codec ?? null,
    };
    if (before) {
      this.#database.run(this.#table.updateTable('source').set(values).where('id', '=', status.sourceId));
    } else {
      if (!this.#counterStandsAtSiteOf(recorderId, status.counterId)) return undefined;
      this.#database.run(
        this.#table.insertInto('source').values({
          id: status.sourceId,
          device_id: status.deviceId,
          counter_id: status.counterId,
          recorder_id: recorderId,
          kind: status.kind,
          name: status.name,
          registered_at: status.registeredAt,
          ...values,
        }),
      );
    }
    return this.find(status.sourceId);
  }

  retire(id: SourceId, at: UtcMs): void {
    this.#database.run(
      this.#table
        .updateTable('source')
        .set({ retired_at: at, state: 'disabled', since: at })
        .where('id', '=', id),
    );
  }

  /** As the API shows it: nobody knows that a source records whose recorder does not say so now. */
  shown(source: KnownSource): Source {
    const heard = this.#isHeard(source.recorderId) || source.state === 'disabled';
    const cause = heard ? source.cause : 'unknown';
    return {
      id: source.sourceId,
      kind: source.kind,
      name: source.name,
      state: heard ? source.state : 'retrying',
      since: source.since,
      recorderId: source.recorderId,
      counterId: source.counterId,
      deviceId: source.deviceId,
      hasSubStream: source.hasSubStream,
      ...(cause === undefined ? {} : { cause }),
      ...(source.codec === undefined ? {} : { codec: source.codec }),
    };
  }

  #counterStandsAtSiteOf(recorderId: RecorderId, counterId: CounterId): boolean {
    const found = this.#database.first(
      this.#table
        .selectFrom('counter as c')
        .innerJoin('recorder as r', 'r.site_id', 'c.site_id')
        .select('c.id')
        .where('c.id', '=', counterId)
        .where('r.id', '=', recorderId),
    );
    return found !== undefined;
  }

  get #table() {
    return this.#database.tables<FleetTables>();
  }
}

function isSame(before: KnownSource, status: SourceStatus): boolean {
  return (
    before.state === status.state &&
    before.cause === status.cause &&
    before.since === status.since &&
    before.hasSubStream === status.hasSubStream &&
    before.retiredAt === (status.retiredAt ?? before.retiredAt) &&
    before.codec === (status.codec ?? before.codec)
  );
}

function toKnown(row: FleetTables['source']): KnownSource {
  return {
    sourceId: row.id,
    deviceId: row.device_id,
    counterId: row.counter_id,
    recorderId: row.recorder_id,
    kind: row.kind,
    name: row.name,
    state: row.state,
    since: utcMs(row.since),
    registeredAt: utcMs(row.registered_at),
    hasSubStream: row.has_sub_stream === 1,
    ...(row.cause === null ? {} : { cause: row.cause }),
    ...(row.retired_at === null ? {} : { retiredAt: utcMs(row.retired_at) }),
    ...(row.codec === null ? {} : { codec: row.codec }),
  };
}
