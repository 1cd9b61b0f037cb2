import type { UtcMs } from '@minhbach/shared/units-of-measure';

const parts = new Intl.DateTimeFormat('en-GB', {
  ...{ timeZone: 'Asia/Ho_Chi_Minh', hourCycle: 'h23' },
  ...{ day: '2-digit', month: '2-digit', year: 'numeric' },
  ...{ hour: '2-digit', minute: '2-digit', second: '2-digit' },
});

/** Puts values where the text names them in double braces. */
export function filled(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{\{(\w+)\}\}/g, (whole, name: string) => values[name] ?? whole);
}

/** Day, month and year in Viet Nam, with their zeros. */
export function dateOf(at: UtcMs) {
  const of = Object.fromEntries(parts.formatToParts(at).map(({ type, value }) => [type, value]));
  return { day: of['day'] ?? '', month: of['month'] ?? '', year: of['year'] ?? '' };
}

/** `28/11/2026 14:05:09` in Viet Nam. */
export function timeOf(at: UtcMs): string {
  return parts.format(at).replace(', ', ' ');
}

/** From and to in Viet Nam, the day only once if it is the same. */
export function spanOf(from: UtcMs, to: UtcMs): string {
  const [start, end] = [timeOf(from), timeOf(to)];
  return `${start} – ${end.startsWith(start.slice(0, 10)) ? end.slice(11) : end}`;
}
