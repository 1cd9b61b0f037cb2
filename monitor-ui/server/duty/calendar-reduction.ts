import type { DutyCalendar } from '@minhbach/shared/protocol';
import { utcMs, type SourceId } from '@minhbach/shared/units-of-measure';
import { dayOf, spansOfDay } from './duty-spans.ts';
import { joined, totalMs, within, type Span } from './spans.ts';

/** A Monday; only its weekdays count here. */
const aWeek = ['05', '06', '07', '08', '09', '10', '11'].map((day) => `1970-01-${day}`);

/**
 * Whether the counter is on duty less by the second calendar than by the first: at some time of the week, on some day of its
 * own, or by fewer sources. More duty elsewhere makes up for none of it.
 */
export function isReduction(
  before: DutyCalendar,
  after: Omit<DutyCalendar, 'effectiveFrom'> & { readonly effectiveFrom: string },
  sources: readonly SourceId[],
): boolean {
  const held = { ...before, holidays: [] };
  const coming = { ...after, holidays: [] };
  if (aWeek.some((date) => isLess(held, coming, date))) return true;
  const ownDays = new Set([...before.holidays, ...after.holidays]);
  if ([...ownDays].some((date) => date >= after.effectiveFrom && isLess(before, after, date))) return true;
  const required = after.requiredSources;
  return required !== undefined && (before.requiredSources ?? sources).some((id) => !required.includes(id));
}

function isLess(before: DutyCalendar, after: DutyCalendar, date: string): boolean {
  const kept = dutyOf(after, date);
  return dutyOf(before, date).some((span) => totalMs(within(kept, span)) < span.to - span.from);
}

function dutyOf(calendar: DutyCalendar, date: string): Span[] {
  const spans = spansOfDay(calendar, date, dayOf(date).from);
  return joined(spans.map(({ from, to }) => ({ from: utcMs(from), to: utcMs(to) })));
}
