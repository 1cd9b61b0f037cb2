import { utcMs, type UtcMs } from '../units-of-measure/index.ts';
import {
  defaultMostLockDays,
  defaultRetentionDays,
  type ObjectStoreSettings,
} from './object-store-settings.ts';
import type { RetentionMode, StoreProbe } from './object-store.ts';

export interface ObjectRetention {
  readonly mode: RetentionMode;
  /** From the end of the footage, at least. */
  readonly days: number;
  /** Whatever a counter's days are. */
  readonly mostDays: number;
}

const dayMs = 86_400_000;

/**
 * How a recorder locks what it stores: as `archive.retention` says, and in compliance mode for the default days where
 * nothing is said and the probe saw that locks hold. What was asked for is never left out: a store that cannot lock
 * refuses the put then.
 */
export function objectRetention(
  asked: ObjectStoreSettings['retention'],
  probe: Pick<StoreProbe, 'lock'> | undefined,
): ObjectRetention | undefined {
  if (asked === undefined) {
    return probe?.lock === 'enforced'
      ? { mode: 'compliance', days: defaultRetentionDays, mostDays: defaultMostLockDays }
      : undefined;
  }
  const { mode, days, mostDays = Math.max(days, defaultMostLockDays) } = asked;
  return mode === 'none' ? undefined : { mode, days, mostDays };
}

/**
 * Days for which footage of a counter is locked that is to be kept for `counterDays`; `undefined`: nobody has told. Never
 * fewer than the configuration promises, whatever a monitor says, and never more than it allows.
 */
export function lockDays({ days, mostDays }: ObjectRetention, counterDays: number | undefined): number {
  return Math.max(days, Math.min(counterDays ?? 0, mostDays));
}

/**
 * The end of a lock of so many days. Footage of a time when a clock was ahead is locked no longer than what is made now:
 * nobody could take that back. It may lie in the past: a store refuses that.
 */
export function lockedUntil(of: {
  readonly endUtcMs: UtcMs;
  readonly nowMs: number;
  readonly days: number;
}): UtcMs {
  return utcMs(Math.min(of.endUtcMs, of.nowMs) + of.days * dayMs);
}
