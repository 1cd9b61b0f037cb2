import { localOffsetMs, startOfDay } from './local-day.ts';

const clock =
  /^(?:(\d{1,2})\/(\d{1,2})(?:\/(\d{4}))?\s+)?(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,3}))?)?\s*(z|utc)?$/i;
const rfc3339 = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}([.,]\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/i;

/**
 * What a person types to go to a moment: `9:41`, `09:41:22,480`, `22/11 09:41`, `22/11/2026 09:41:22`, each local unless
 * `Z` or `UTC` follows; or RFC 3339. A day not named is that of `nearMs`. Undefined for anything else.
 */
export function parseJump(input: string, nearMs: number): number | undefined {
  const typed = input.trim();
  if (rfc3339.test(typed)) {
    const parsed = Date.parse(typed.replace(' ', 'T').replace(',', '.'));
    return Number.isNaN(parsed) ? undefined : parsed;
  }
  const match = clock.exec(typed);
  if (match === null) return undefined;
  const [, day, month, year, hours = '', minutes = '', seconds = '0', fraction = '0', zone] = match;
  const offsetMs = zone === undefined ? localOffsetMs : 0;
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return undefined;
  const ofDayMs =
    (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000 + Number(fraction.padEnd(3, '0'));
  if (day === undefined || month === undefined) {
    return startOfDay(nearMs, offsetMs) + ofDayMs;
  }
  const inYear = year === undefined ? new Date(nearMs + offsetMs).getUTCFullYear() : Number(year);
  const date = Date.UTC(inYear, Number(month) - 1, Number(day));
  const real = new Date(date);
  if (real.getUTCMonth() !== Number(month) - 1 || real.getUTCDate() !== Number(day)) return undefined;
  return date - offsetMs + ofDayMs;
}
