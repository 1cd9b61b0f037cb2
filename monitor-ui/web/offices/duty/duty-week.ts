import type { DutyCalendar } from '@minhbach/shared/protocol';

export type Span = DutyCalendar['weekly'][number];
export interface DutyPlan {
  readonly weekly: readonly Span[];
  readonly holidays: readonly string[];
}
export type DutyFault = 'time' | 'order' | 'overlap' | 'count';

export const weekdays = [1, 2, 3, 4, 5, 6, 7] as const;
export type Weekday = (typeof weekdays)[number];

const workingDays = weekdays.slice(0, 5);
export const officeHours: readonly Span[] = workingDays.flatMap((weekday) => [
  { weekday, from: '07:30', to: '11:30' },
  { weekday, from: '13:30', to: '17:00' },
]);
export const roundTheClock: readonly Span[] = weekdays.map((weekday) => ({
  weekday,
  from: '00:00',
  to: '24:00',
}));

export function spansOf(plan: DutyPlan, weekday: Weekday): readonly Span[] {
  return plan.weekly.filter((span) => span.weekday === weekday);
}

export function withSpans(plan: DutyPlan, weekday: Weekday, spans: readonly Span[]): DutyPlan {
  const others = plan.weekly.filter((span) => span.weekday !== weekday);
  return { ...plan, weekly: [...others, ...spans].sort((a, b) => a.weekday - b.weekday) };
}

/** Monday's hours on Tuesday to Friday as well. */
export function mondayForAll(plan: DutyPlan): DutyPlan {
  const monday = spansOf(plan, 1);
  return workingDays.slice(1).reduce(
    (so, weekday) =>
      withSpans(
        so,
        weekday,
        monday.map((span) => ({ ...span, weekday })),
      ),
    plan,
  );
}

/** A free half day after the last span; `undefined` when the day is full. */
export function nextSpan(plan: DutyPlan, weekday: Weekday): Span | undefined {
  const last = spansOf(plan, weekday)
    .map((span) => span.to)
    .sort()
    .at(-1);
  if (last === undefined) return { weekday, from: '07:30', to: '11:30' };
  if (last < '13:30') return { weekday, from: '13:30', to: '17:00' };
  return last < '24:00' ? { weekday, from: last, to: '24:00' } : undefined;
}

export function faultOfSpan(span: Span): DutyFault | undefined {
  if (minutesOf(span.from) === undefined || minutesOf(span.to) === undefined) return 'time';
  return span.from < span.to ? undefined : 'order';
}

export function faultOfDay(plan: DutyPlan, weekday: Weekday): DutyFault | undefined {
  const spans = [...spansOf(plan, weekday)].sort((a, b) => a.from.localeCompare(b.from));
  const fault = spans.map(faultOfSpan).find((found) => found !== undefined);
  if (fault !== undefined) return fault;
  return spans.some((span, index) => span.from < (spans[index - 1]?.to ?? '')) ? 'overlap' : undefined;
}

export function faultOfPlan(plan: DutyPlan): DutyFault | undefined {
  if (plan.weekly.length > 50 || plan.holidays.length > 400) return 'count';
  return weekdays.map((weekday) => faultOfDay(plan, weekday)).find((fault) => fault !== undefined);
}

export function minutesAWeek(plan: DutyPlan): number {
  return plan.weekly.reduce(
    (sum, span) => sum + Math.max(0, (minutesOf(span.to) ?? 0) - (minutesOf(span.from) ?? 0)),
    0,
  );
}

/** Takes away hours, or days by a new holiday: what the person is asked about before it is sent. */
export function reduces(before: DutyPlan, after: DutyPlan): boolean {
  const known = new Set(before.holidays);
  return minutesAWeek(after) < minutesAWeek(before) || after.holidays.some((day) => !known.has(day));
}

/** As typed: `730`, `7:30`, `7h30` all mean 07:30; what is no time stays as it is, for the person to see. */
export function tidyTime(typed: string): string {
  const match = /^(\d{1,2})\s*[:h.]?\s*(\d{2})?$/i.exec(typed.trim());
  if (match === null) return typed.trim();
  const tidy = `${(match[1] ?? '').padStart(2, '0')}:${match[2] ?? '00'}`;
  return minutesOf(tidy) === undefined ? typed.trim() : tidy;
}

function minutesOf(time: string): number | undefined {
  if (!/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/.test(time)) return undefined;
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}
