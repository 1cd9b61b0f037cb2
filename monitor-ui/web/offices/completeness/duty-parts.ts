import type { CompletenessDay } from '@minhbach/shared/protocol';

export type DayLook = 'none' | 'whole' | 'explained' | 'unexplained' | 'pending';
type Parts = Omit<CompletenessDay, 'date'>;

/** What a day is shown as: the worst of it. */
export function lookOf(parts: Parts): DayLook {
  if (parts.dutyMs === 0) return 'none';
  if (parts.unexplainedMs > 0) return 'unexplained';
  if (parts.pendingMs > 0) return 'pending';
  return parts.explainedMs > 0 ? 'explained' : 'whole';
}

/** Recorded time of what is known by now, in hundredths; rounded down, so that 100 % is all of it. */
export function recordedPercent(parts: Parts, language: string): string {
  const knownMs = parts.dutyMs - parts.pendingMs;
  if (knownMs === 0) return '–';
  const percent = Math.floor((parts.recordedMs * 10_000) / knownMs) / 100;
  return `${percent.toLocaleString(language, { maximumFractionDigits: 2 })} %`;
}
