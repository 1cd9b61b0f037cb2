import { dayMs, hourMs, minuteMs } from './viewport.ts';

/** Asia/Ho_Chi_Minh has been UTC+7 without summer time since 1975; a test holds this against the zone database. */
export const localOffsetMs = 7 * hourMs;

export const startOfLocalDay = (atMs: number): number =>
  Math.floor((atMs + localOffsetMs) / dayMs) * dayMs - localOffsetMs;

const two = (value: number) => String(value).padStart(2, '0');

export interface ClockTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hours: string;
  readonly minutes: string;
  readonly seconds: string;
  readonly millis: string;
}

/** The parts of a moment on a wall that is `offsetMs` ahead of UTC. Cheap: it is called for every tick of a redraw. */
export function clockTime(atMs: number, offsetMs = localOffsetMs): ClockTime {
  const shifted = Math.floor(atMs) + offsetMs;
  const ofDay = ((shifted % dayMs) + dayMs) % dayMs;
  const date = new Date(shifted);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hours: two(Math.floor(ofDay / hourMs)),
    minutes: two(Math.floor(ofDay / minuteMs) % 60),
    seconds: two(Math.floor(ofDay / 1000) % 60),
    millis: String(ofDay % 1000).padStart(3, '0'),
  };
}

/** `09:41:22`, with `.480` when `millis` is wanted. */
export function clockText(atMs: number, millis = false, offsetMs = localOffsetMs): string {
  const at = clockTime(atMs, offsetMs);
  const text = `${at.hours}:${at.minutes}:${at.seconds}`;
  return millis ? `${text}.${at.millis}` : text;
}

/** `22/11/2026`. */
export function dateText(atMs: number, offsetMs = localOffsetMs): string {
  const at = clockTime(atMs, offsetMs);
  return `${two(at.day)}/${two(at.month)}/${at.year}`;
}
