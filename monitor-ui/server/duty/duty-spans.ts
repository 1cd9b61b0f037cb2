import type { DutyCalendar } from '@minhbach/shared/protocol';
import { utcMs, type SourceId, type UtcMs } from '@minhbach/shared/units-of-measure';
import type { Span } from './spans.ts';

export interface DutySpan extends Span {
  /** Of the counter's sources, those required then. Absent: all. */
  readonly required?: readonly SourceId[];
}

/** Việt Nam keeps UTC+7 all year (IANA Asia/Ho_Chi_Minh, since 1975). */
const offsetMs = 7 * 3_600_000;
const dayMs = 86_400_000;

export const defaultDutyWeek: DutyCalendar['weekly'] = [1, 2, 3, 4, 5].flatMap((weekday) => [
  { weekday, from: '07:30', to: '11:30' },
  { weekday, from: '13:30', to: '17:00' },
]);

/** The local calendar day, `yyyy-mm-dd`, in which this moment lies. */
export function localDate(at: UtcMs): string {
  return new Date(at + offsetMs).toISOString().slice(0, 10);
}

/** All of a local day. */
export function dayOf(date: string): Span {
  const from = Date.parse(`${date}T00:00:00Z`) - offsetMs;
  return { from: utcMs(from), to: utcMs(from + dayMs) };
}

export function nextDate(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + dayMs).toISOString().slice(0, 10);
}

/**
 * When the counter was on duty within `from..to`, in order; two touch only where other sources are required. `history` in the order it was stated: of
 * calendars effective on a day, the one effective latest holds, and of two effective the same day the later stated.
 */
export function dutySpans(history: readonly DutyCalendar[], from: UtcMs, to: UtcMs): DutySpan[] {
  const spans: DutySpan[] = [];
  for (let midnight = startOfLocalDay(from); midnight < to; midnight += dayMs) {
    const date = localDate(utcMs(midnight));
    const calendar = calendarOn(history, date);
    const required = calendar?.requiredSources;
    for (const span of spansOfDay(calendar, date, midnight)) {
      const start = Math.max(span.from, from);
      const end = Math.min(span.to, to);
      if (end <= start) continue;
      const last = spans.at(-1);
      if (last && start <= last.to && isSame(last.required, required))
        spans[spans.length - 1] = { ...last, to: utcMs(Math.max(last.to, end)) };
      else spans.push({ from: utcMs(start), to: utcMs(end), ...(required && { required }) });
    }
  }
  return spans;
}

/** Local midnight before or at `at`, UTC milliseconds. */
function startOfLocalDay(at: UtcMs): number {
  return Math.floor((at + offsetMs) / dayMs) * dayMs - offsetMs;
}

function isSame(some: readonly SourceId[] | undefined, others: readonly SourceId[] | undefined): boolean {
  return some === others || (some?.join() ?? '') === (others?.join() ?? '');
}

/** The calendar that holds on a local day. */
export function calendarOn(history: readonly DutyCalendar[], date: string): DutyCalendar | undefined {
  let holding: DutyCalendar | undefined;
  for (const calendar of history) {
    if (calendar.effectiveFrom > date) continue;
    if (holding === undefined || calendar.effectiveFrom >= holding.effectiveFrom) holding = calendar;
  }
  return holding;
}

export function spansOfDay(
  calendar: DutyCalendar | undefined,
  date: string,
  midnight: number,
): { from: number; to: number }[] {
  if (calendar?.holidays.includes(date)) return [];
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay() || 7;
  return (calendar?.weekly ?? defaultDutyWeek)
    .filter((span) => span.weekday === weekday)
    .map((span) => ({ from: midnight + minutesOf(span.from), to: midnight + minutesOf(span.to) }))
    .sort((a, b) => a.from - b.from);
}

function minutesOf(clockTime: string): number {
  const [hours = 0, minutes = 0] = clockTime.split(':').map(Number);
  return (hours * 60 + minutes) * 60_000;
}
