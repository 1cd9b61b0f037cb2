import { utcMs, type UtcMs } from '@minhbach/shared/units-of-measure';

const offsetMs = 7 * 3_600_000;
const dayMs = 86_400_000;
const minuteMs = 60_000;

export interface SpokenTime {
  readonly from: UtcMs;
  readonly to: UtcMs;
  /** What is left when the words of time are taken out. */
  readonly rest: string;
}

/** Around a time of day, as far as people remember it. */
const aroundMs = 30 * minuteMs;

/**
 * A day, with or without a time of day, in folded Vietnamese or English words: `hom qua 9h30`, `12/11 luc 14:05`,
 * `today`. Local time (UTC+7). Without a day, a time of day means the last time it was that late. `undefined` when no
 * time is named. A day without a year is the last such day.
 */
export function spokenTime(folded: string, now: UtcMs): SpokenTime | undefined {
  let rest = folded;
  const take = (pattern: RegExp): RegExpMatchArray | undefined => {
    const match = rest.match(pattern) ?? undefined;
    if (match !== undefined) rest = rest.replace(pattern, ' ').replaceAll(/\s+/g, ' ').trim();
    return match;
  };
  const today = Math.floor((now + offsetMs) / dayMs) * dayMs;
  let day: number | undefined;
  if (take(/\b(?:hom nay|today)\b/)) day = today;
  else if (take(/\b(?:hom qua|yesterday)\b/)) day = today - dayMs;
  else if (take(/\b(?:hom kia)\b/)) day = today - 2 * dayMs;
  else {
    const date = take(/\b(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}))?\b/);
    if (date !== undefined) day = dateOf(date, today);
  }
  const clock = take(/\b(\d{1,2})(?:\s?(?:h|gio|:)\s?(\d{2})?)(?!\d)/);
  const minutes = clock && minutesOf(clock);
  take(/\b(?:luc|at|ngay|on)\b/);
  if (day === undefined && minutes === undefined) return undefined;
  if (minutes === undefined) return spanOf(day ?? today, (day ?? today) + dayMs, rest);
  let at = (day ?? today) + minutes * minuteMs;
  if (day === undefined && at - offsetMs > now) at -= dayMs;
  return spanOf(at - aroundMs, at + aroundMs, rest);
}

function dateOf([, dayText, monthText, yearText]: RegExpMatchArray, today: number): number | undefined {
  const [day, month] = [Number(dayText), Number(monthText)];
  const year = yearText === undefined ? new Date(today).getUTCFullYear() : Number(yearText);
  const at = Date.UTC(year, month - 1, day);
  const read = new Date(at);
  if (read.getUTCDate() !== day || read.getUTCMonth() !== month - 1) return undefined;
  return yearText === undefined && at > today ? Date.UTC(year - 1, month - 1, day) : at;
}

function minutesOf([, hoursText, minutesText]: RegExpMatchArray): number | undefined {
  const [hours, minutes] = [Number(hoursText), Number(minutesText ?? 0)];
  return hours < 24 && minutes < 60 ? hours * 60 + minutes : undefined;
}

function spanOf(from: number, to: number, rest: string): SpokenTime {
  return { from: utcMs(from - offsetMs), to: utcMs(to - offsetMs), rest };
}
