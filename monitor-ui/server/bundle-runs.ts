import type { Clock } from '@minhbach/shared/clock';
import type { EntryBundler } from './catalogue/index.ts';
import type { LedgerArchiver } from './witness/index.ts';

/** Puts new entries into the archive, then heads over them with their tiles, again and again until closed. */
export class BundleRuns {
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;

  constructor(parts: {
    readonly bundler: EntryBundler;
    readonly archiver: LedgerArchiver;
    readonly clock: Clock;
    readonly everyMs: number;
    readonly onFault: (error: unknown) => void;
  }) {
    this.#running = this.#loop(parts);
  }

  async close(): Promise<void> {
    this.#stopping.abort(new Error('the monitor is stopping'));
    await this.#running;
  }

  async #loop({
    bundler,
    archiver,
    clock,
    everyMs,
    onFault,
  }: ConstructorParameters<typeof BundleRuns>[0]): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const work = async (): Promise<void> => {
        const heads = archiver.heads();
        await bundler.run(signal);
        await archiver.run(heads, signal);
      };
      await work().catch((error: unknown) => {
        if (!signal.aborted) onFault(error);
      });
      await clock.sleep(everyMs, signal).catch(() => undefined);
    }
  }
}
