import type { Clock } from '@minhbach/shared/clock';
import { isDiskFault } from './is-disk-fault.ts';

/** After the disk took nothing, before the next round, where rounds are further apart. */
const longestRestMs = 5_000;

/**
 * Runs `round` again and again until `signal` aborts, `everyMs` apart; resolves then. A disk that takes nothing ends one
 * round only: `onDiskFault` is told of it at every such round, and `undefined` after every other. Rejects with anything else.
 */
export async function keepDoing(
  round: (signal: AbortSignal) => Promise<void>,
  of: {
    readonly everyMs: number;
    readonly clock: Pick<Clock, 'sleep'>;
    readonly signal: AbortSignal;
    readonly onDiskFault: (message: string | undefined) => void;
  },
): Promise<void> {
  const { everyMs, clock, signal, onDiskFault } = of;
  while (!signal.aborted) {
    let restMs = everyMs;
    try {
      await round(signal);
      onDiskFault(undefined);
    } catch (error) {
      if (signal.aborted) return;
      if (!isDiskFault(error)) throw error;
      onDiskFault(error instanceof Error ? error.message : 'the disk takes nothing');
      restMs = Math.min(everyMs, longestRestMs);
    }
    await clock.sleep(restMs, signal).catch(() => undefined);
  }
}
