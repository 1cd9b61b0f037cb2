import {
  dutyCalendarSchema,
  type DutyCalendar,
  type dutyCalendarInputSchema,
} from '@minhbach/shared/protocol';
import { utcMs, type CounterId, type PersonId, type UtcMs } from '@minhbach/shared/units-of-measure';
import type { z } from 'zod';
import type { MonitorDatabase } from '../database/index.ts';
import type { DutyTables } from './duty-schema.ts';
import { defaultDutyWeek, localDate, nextDate } from './duty-spans.ts';

type Tables = DutyTables & { counter: { id: CounterId; created_at: number } };

/** When each counter serves, as stated over time. */
export class DutyCalendars {
  readonly #database: MonitorDatabase;

  constructor(database: MonitorDatabase) {
    this.#database = database;
  }

  /** Every calendar of the counter in the order stated, the default from its first day on at the front. */
  history(counterId: CounterId): DutyCalendar[] {
    const rows = this.#database.all(
      this.#tables.selectFrom('duty_calendar').selectAll().where('counter_id', '=', counterId).orderBy('seq'),
    );
    return [
      { weekly: defaultDutyWeek, holidays: [], effectiveFrom: localDate(this.createdAt(counterId)) },
      ...rows.map((row) =>
        dutyCalendarSchema.parse({ ...(JSON.parse(row.body) as object), effectiveFrom: row.effective_from }),
      ),
    ];
  }

  /**
   * Holds from the next local day on. The first calendar of a counter made today holds from today: there is no duty
   * yet that it could reach back into.
   */
  state(of: {
    readonly counterId: CounterId;
    readonly calendar: z.output<typeof dutyCalendarInputSchema>;
    readonly madeBy: PersonId;
    readonly now: UtcMs;
  }): DutyCalendar {
    const { counterId, calendar, madeBy, now } = of;
    const today = localDate(now);
    const isFirst = this.history(counterId).length === 1 && localDate(this.createdAt(counterId)) === today;
    const effectiveFrom = isFirst ? today : nextDate(today);
    this.#database.run(
      this.#tables.insertInto('duty_calendar').values({
        counter_id: counterId,
        effective_from: effectiveFrom,
        body: JSON.stringify(calendar),
        made_by: madeBy,
        made_at: now,
      }),
    );
    return { ...calendar, effectiveFrom };
  }

  /** Duty begins when the counter is made. */
  createdAt(counterId: CounterId): UtcMs {
    const row = this.#database.first(
      this.#tables.selectFrom('counter').select('created_at').where('id', '=', counterId),
    );
    return utcMs(row?.created_at ?? 0);
  }

  get #tables() {
    return this.#database.tables<Tables>();
  }
}
