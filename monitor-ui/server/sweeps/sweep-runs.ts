import type { Clock } from '@minhbach/shared/clock';
import type { RecorderId } from '@minhbach/shared/units-of-measure';
import type { HeadSweep } from './head-sweep.ts';
import type { Sweeps } from './sweeps.ts';

export interface SweepRunsParts {
  readonly heads: Pick<HeadSweep, 'run'>;
  readonly sweeps: Pick<Sweeps, 'run'>;
  readonly recorders: () => readonly RecorderId[];
  readonly clock: Clock;
  readonly everyMs: number;
  readonly onFault: (error: unknown) => void;
}

/** Looks for heads, then sweeps every recorder, one after the other, again and again until closed. */
export class SweepRuns {
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;

  constructor(parts: SweepRunsParts) {
    this.#running = this.#loop(parts);
  }

  async close(): Promise<void> {
    this.#stopping.abort(new Error('the monitor is stopping'));
    await this.#running;
  }

  async #loop({ heads, sweeps, recorders, clock, everyMs, onFault }: SweepRunsParts): Promise<void> {
    const { signal } = this.#stopping;
    const fault = (error: unknown): void => {
      if (!signal.aborted) onFault(error);
    };
    for (;;) {
      await clock.sleep(everyMs, signal).catch(() => undefined);
      if (signal.aborted) return;
      await heads.run(signal).catch(fault);
      for (const recorderId of recorders()) {
        await sweeps.run(recorderId, signal).catch(fault);
        if (signal.aborted) return;
      }
    }
  }
}
