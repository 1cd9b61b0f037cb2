import { setTimeout as delay } from 'node:timers/promises';
import { utcMs, type UtcMs } from '../units-of-measure/index.ts';

/** Two clocks: `wallNow` places things in the world, `monotonicNowMs` orders them. Never subtract one from the other's past. */
export interface Clock {
  wallNow(): UtcMs;
  /** Milliseconds since an arbitrary start of this process; never runs backwards. Fractions are kept. */
  monotonicNowMs(): number;
  /** Resolves after `durationMs`; rejects with the signal's reason when aborted. */
  sleep(durationMs: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  wallNow: () => utcMs(Date.now()),
  monotonicNowMs: () => performance.now(),
  sleep: async (durationMs, signal) => {
    await delay(durationMs, undefined, signal ? { signal } : {});
  },
};
