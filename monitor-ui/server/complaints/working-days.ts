import { utcMs, type UtcMs } from '@minhbach/shared/units-of-measure';

/** Việt Nam keeps UTC+7 all year (IANA Asia/Ho_Chi_Minh). */
const offsetMs = 7 * 3_600_000;
const dayMs = 86_400_000;

/** Days off by the solar calendar (Labour Code 45/2019/QH14, article 112); the second day of 2 September varies. */
const solarHolidays = new Set(['01-01', '04-30', '05-01', '09-02']);

/** Days off that follow the moon or are announced each year, and Saturdays or Sundays that are worked: `yyyy-mm-dd`. */
export interface WorkingCalendar {
  readonly holidays: readonly string[];
  readonly workdays: readonly string[];
}

/**
 * Local midnight after the last day of a term that runs for `days` from the day after `from`. `working`: counted in
 * working days; else in calendar days, and a term that would end on a day off ends on the next working day (Civil Code
 * 91/2015/QH13, article 148).
 */
export function endOfTerm(
  from: UtcMs,
  term: { readonly days: number; readonly working: boolean },
  calendar: WorkingCalendar,
): UtcMs {
  let midnight = Math.floor((from + offsetMs) / dayMs) * dayMs;
  if (term.working) {
    for (let left = term.days; left > 0;) {
      midnight += dayMs;
      if (isWorkingDay(midnight, calendar)) left -= 1;
    }
  } else {
    midnight += term.days * dayMs;
    while (!isWorkingDay(midnight, calendar)) midnight += dayMs;
  }
  return utcMs(midnight + dayMs - offsetMs);
}

function isWorkingDay(localMidnight: number, { holidays, workdays }: WorkingCalendar): boolean {
  const date = new Date(localMidnight).toISOString().slice(0, 10);
  if (workdays.includes(date)) return true;
  const weekday = new Date(localMidnight).getUTCDay();
  return weekday !== 0 && weekday !== 6 && !solarHolidays.has(date.slice(5)) && !holidays.includes(date);
}
