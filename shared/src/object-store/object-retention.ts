import { defaultRetentionDays, type ObjectStoreSettings } from './object-store-settings.ts';
import type { RetentionMode, StoreProbe } from './object-store.ts';

export interface ObjectRetention {
  readonly mode: RetentionMode;
  /** From the end of the footage. */
  readonly days: number;
}

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
    return probe?.lock === 'enforced' ? { mode: 'compliance', days: defaultRetentionDays } : undefined;
  }
  const { mode, days } = asked;
  return mode === 'none' ? undefined : { mode, days };
}
