import type { Clock } from '@minhbach/shared/clock';
import type { ObjectStore } from '@minhbach/shared/object-store';

const probeEveryMs = 24 * 3_600_000;

/** Whether the archive itself holds objects, found out by trying and again every day. */
export class ArchiveLock {
  readonly #store: ObjectStore;
  readonly #clock: Clock;
  #probed: { readonly atMs: number; readonly enforced: boolean } | undefined;

  constructor(store: ObjectStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  async isEnforced(signal: AbortSignal): Promise<boolean> {
    const nowMs = this.#clock.monotonicNowMs();
    if (this.#probed === undefined || nowMs - this.#probed.atMs >= probeEveryMs) {
      const { lock } = await this.#store.probe({ signal });
      this.#probed = { atMs: nowMs, enforced: lock === 'enforced' };
    }
    return this.#probed.enforced;
  }
}
