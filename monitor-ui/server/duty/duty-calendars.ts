import {
  dutyCalendarSchema,
  type DutyCalendar,
  type dutyCalendarInputSchema,
} from '@minhbach/shared/protocol';
import { utcMs, type CounterId, type PersonId, type UtcMs } from '@minhbach/shared/units-of-measure';
import type { z } from 'zod';
import type { MonitorDatabase } from '../database/index.ts';
import type { DutyTables } from './duty-schema.ts';
import { calendarOn, defaultDutyWeek, dutySpans, localDate, nextDate } from './duty-spans.ts';

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

  isOnDuty(counterId: CounterId, at: UtcMs): boolean {
    return dutySpans(this.history(counterId), at, utcMs(at + 1)).length > 0;
  }

  /**
   * What a change made now would hold from, and what it would take the place of: from the next local day on. The first
   * calendar of a counter made today holds from today: there is no duty yet that it could reach back into or take away.
   */
  next(
    counterId: CounterId,
    now: UtcMs,
  ): { readonly effectiveFrom: string; readonly replaces?: DutyCalendar } {
    const today = localDate(now);
    const history = this.history(counterId);
    if (history.length === 1 && localDate(this.createdAt(counterId)) === today)
      return { effectiveFrom: today };
    const effectiveFrom = nextDate(today);
    const replaces = calendarOn(history, effectiveFrom);
    return { effectiveFrom, ...(replaces && { replaces }) };
  }

  /** Durable on return, or with the transaction it is called in. Answers the calendar as it holds. */
  state(of: {
    readonly counterId: CounterId;
    readonly calendar: z.output<typeof dutyCalendarInputSchema>;
    readonly madeBy: PersonId;
    readonly now: UtcMs;
  }): DutyCalendar {
    const { counterId, calendar, madeBy, now } = of;
    const { effectiveFrom } = this.next(counterId, now);
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
