import { systemClock, type Clock } from '@minhbach/shared/clock';
import { utcMs } from '@minhbach/shared/units-of-measure';

interface Sleeper {
  readonly untilMs: number;
  wake(): void;
}

/** Both clocks of the machine, moved on by hand: whoever sleeps until then wakes. Between the moves they go on by themselves. */
export class AdvancedClock implements Clock {
  #byMs = 0;
  readonly #sleepers = new Set<Sleeper>();

  readonly wallNow = () => utcMs(systemClock.wallNow() + this.#byMs);
  readonly monotonicNowMs = () => systemClock.monotonicNowMs() + this.#byMs;

  readonly sleep = async (durationMs: number, signal?: AbortSignal): Promise<void> => {
    const moved = new AbortController();
    const sleeper = { untilMs: this.monotonicNowMs() + durationMs, wake: () => moved.abort() };
    this.#sleepers.add(sleeper);
    try {
      await systemClock.sleep(durationMs, AbortSignal.any([moved.signal, ...(signal ? [signal] : [])]));
    } catch (error) {
      if (!moved.signal.aborted) throw error;
    } finally {
      this.#sleepers.delete(sleeper);
    }
  };

  advance(byMs: number): void {
    this.#byMs += byMs;
    for (const sleeper of this.#sleepers) if (sleeper.untilMs <= this.monotonicNowMs()) sleeper.wake();
  }
}
