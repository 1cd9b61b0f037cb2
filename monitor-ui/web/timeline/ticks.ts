import { clockTime, localOffsetMs } from './local-time.ts';
import { dayMs, hourMs, minuteMs, msPerPx, secondMs, type Viewport } from './viewport.ts';

export interface Tick {
  readonly atMs: number;
  readonly label: string;
  /** Midnight, full hour, full minute…: drawn stronger. */
  readonly major: boolean;
}

/** Tick distances, each with the distance at which a tick is major. */
const ladder = [
  [100, secondMs],
  [200, secondMs],
  [500, 5 * secondMs],
  [secondMs, 10 * secondMs],
  [2 * secondMs, 10 * secondMs],
  [5 * secondMs, minuteMs],
  [10 * secondMs, minuteMs],
  [15 * secondMs, minuteMs],
  [30 * secondMs, 5 * minuteMs],
  [minuteMs, 10 * minuteMs],
  [2 * minuteMs, 10 * minuteMs],
  [5 * minuteMs, 30 * minuteMs],
  [10 * minuteMs, hourMs],
  [15 * minuteMs, hourMs],
  [30 * minuteMs, 6 * hourMs],
  [hourMs, 6 * hourMs],
  [2 * hourMs, 12 * hourMs],
  [3 * hourMs, 12 * hourMs],
  [6 * hourMs, dayMs],
] as const;

/** Round local times, far enough apart that labels do not touch. */
export function ticksOf(view: Viewport, minDistancePx = 84): Tick[] {
  const wantedMs = msPerPx(view) * minDistancePx;
  const [stepMs, majorMs] = ladder.find(([step]) => step >= wantedMs) ?? [dayMs, dayMs];
  const first = Math.ceil((view.fromMs + localOffsetMs) / stepMs) * stepMs - localOffsetMs;
  const ticks: Tick[] = [];
  for (let atMs = first; atMs <= view.toMs; atMs += stepMs) {
    ticks.push({ atMs, label: labelOf(atMs, stepMs), major: (atMs + localOffsetMs) % majorMs === 0 });
  }
  return ticks;
}

function labelOf(atMs: number, stepMs: number): string {
  const at = clockTime(atMs);
  if ((atMs + localOffsetMs) % dayMs === 0) {
    return `${String(at.day).padStart(2, '0')}/${String(at.month).padStart(2, '0')}`;
  }
  if (stepMs >= minuteMs) return `${at.hours}:${at.minutes}`;
  const text = `${at.hours}:${at.minutes}:${at.seconds}`;
  return stepMs >= secondMs ? text : `${text}.${at.millis.charAt(0)}`;
}
