import type { Clock } from '@minhbach/shared/clock';
import type { RecorderId } from '@minhbach/shared/units-of-measure';
import type { Sweeps } from './sweeps.ts';

export interface SweepRunsParts {
  readonly sweeps: Pick<Sweeps, 'run'>;
  readonly recorders: () => readonly RecorderId[];
  readonly clock: Clock;
  readonly everyMs: number;
  readonly onFault: (error: unknown) => void;
}

/** Sweeps every recorder, one after the other, again and again until closed. */
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

  async #loop({ sweeps, recorders, clock, everyMs, onFault }: SweepRunsParts): Promise<void> {
    const { signal } = this.#stopping;
    for (;;) {
      await clock.sleep(everyMs, signal).catch(() => undefined);
      if (signal.aborted) return;
      for (const recorderId of recorders()) {
        await sweeps.run(recorderId, signal).catch((error: unknown) => {
          if (!signal.aborted) onFault(error);
        });
        if (signal.aborted) return;
      }
    }
  }
}
