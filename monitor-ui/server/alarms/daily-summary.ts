import type { Clock } from '@minhbach/shared/clock';
import { countCameras, type Source } from '@minhbach/shared/protocol';
import type { UnitId, UtcMs } from '@minhbach/shared/units-of-measure';
import type { MonitorDatabase } from '../database/index.ts';
import type { CameraFigures } from './alarm-fact.ts';
import type { AlarmTables } from './alarm-schema.ts';
import type { Alarms } from './alarms.ts';

/** One counter as the summary counts it. */
export interface SummedCounter {
  readonly unitId: UnitId;
  readonly siteName: string;
  readonly sources: readonly Pick<Source, 'kind' | 'state'>[];
}

export interface SiteFigures extends CameraFigures {
  readonly siteName: string;
}

export interface DailySummaryParts {
  readonly alarms: Alarms;
  readonly database: MonitorDatabase;
  readonly clock: Clock;
  /** Local time of day, `HH:MM`. */
  readonly at: string;
  readonly counters: () => readonly SummedCounter[];
  /** Told every day, also when nothing is missing: that it comes is part of what it says. */
  readonly outward: (sites: readonly SiteFigures[]) => void;
}

/** Việt Nam keeps UTC+7 all year (IANA Asia/Ho_Chi_Minh, since 1975). */
const offsetMs = 7 * 3_600_000;

/** Once a day says how many of the declared cameras work: an alarm for each unit in which some do not. */
export class DailySummary {
  readonly #parts: DailySummaryParts;

  /** The first day is not summed up at the program's first start: nothing has been set up then. */
  constructor(parts: DailySummaryParts) {
    this.#parts = parts;
    const anySummary = parts.database.first(this.#table.selectFrom('alarm_summary').select('date').limit(1));
    if (anySummary === undefined) this.#note(localTime(parts.clock.wallNow()).date);
  }

  /** To be called every minute or so. */
  sweep(): void {
    this.#followWhatStands();
    const { date, time } = localTime(this.#parts.clock.wallNow());
    if (time < this.#parts.at || this.#wasMade(date)) return;
    const { alarms, clock, counters, outward, database } = this.#parts;
    const all = counters();
    outward(
      groups(all, ({ siteName }) => siteName).map(([siteName, of]) => ({ siteName, ...countCameras(of) })),
    );
    for (const [unitId, of] of groups(all, (counter) => counter.unitId)) {
      const cameras = countCameras(of);
      if (cameras.working >= cameras.declared) continue;
      const key = `cameras-missing:${unitId}:${date}`;
      alarms.raise({ kind: 'cameras-missing', key, place: { unitId }, from: clock.wallNow(), cameras });
    }
    database.transaction(() => this.#note(date));
  }

  /** Ends what is well again; the others' figures are kept at what is so now. */
  #followWhatStands(): void {
    const standing = this.#parts.alarms.notEnded().filter(({ kind }) => kind === 'cameras-missing');
    if (standing.length === 0) return;
    const units = new Map(groups(this.#parts.counters(), ({ unitId }) => unitId));
    for (const alarm of standing) {
      const { kind, mergeKey: key, unitId, lastSeen: from } = alarm;
      const cameras = countCameras(units.get(unitId) ?? []);
      if (cameras.working >= cameras.declared) this.#parts.alarms.end(key);
      else this.#parts.alarms.raise({ kind, key, place: { unitId }, from, cameras });
    }
  }

  #wasMade(date: string): boolean {
    return (
      this.#parts.database.first(
        this.#table.selectFrom('alarm_summary').select('date').where('date', '=', date),
      ) !== undefined
    );
  }

  #note(date: string): void {
    const { database, clock } = this.#parts;
    database.run(this.#table.insertInto('alarm_summary').values({ date, made_at: clock.wallNow() }));
  }

  get #table() {
    return this.#parts.database.tables<AlarmTables>();
  }
}

function localTime(at: UtcMs): { readonly date: string; readonly time: string } {
  const local = new Date(at + offsetMs).toISOString();
  return { date: local.slice(0, 10), time: local.slice(11, 16) };
}

function groups<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): [Key, Item[]][] {
  const byKey = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = byKey.get(key);
    if (group === undefined) byKey.set(key, [item]);
    else group.push(item);
  }
  return [...byKey];
}
