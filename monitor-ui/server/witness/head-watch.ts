import type { Clock } from '@minhbach/shared/clock';
import { recorderOrigin } from '@minhbach/shared/ledger';
import type { RecorderId, UtcMs } from '@minhbach/shared/units-of-measure';
import type { LedgerTrees } from './ledger-trees.ts';
import type { RecorderLedgers } from './recorder-ledgers.ts';

export interface HeadWatchParts {
  readonly trees: LedgerTrees;
  readonly ledgers: RecorderLedgers;
  readonly clock: Clock;
  readonly recorders: () => readonly RecorderId[];
  readonly isOnline: (recorderId: RecorderId) => boolean;
  /** A recorder that is linked and states facts without signing for them, for longer than this. */
  readonly deadMs: number;
  /** Told at each sweep for each recorder that is linked. */
  readonly onLook: (recorderId: RecorderId, overdue: boolean) => void;
}

/** Watches that linked recorders go on signing heads: whoever is silent has something to hide, or is broken. */
export class HeadWatch {
  readonly #parts: HeadWatchParts;
  /** Since when there have been entries that no head is over, monotonic. */
  readonly #uncoveredSinceMs = new Map<RecorderId, number>();
  /** How many entries were under a head at the last look. */
  readonly #coveredBefore = new Map<RecorderId, number>();

  constructor(parts: HeadWatchParts) {
    this.#parts = parts;
  }

  /** To be called every few seconds. */
  sweep(): void {
    const { recorders, isOnline, clock, deadMs, onLook } = this.#parts;
    for (const recorderId of recorders()) {
      if (!isOnline(recorderId) || this.#isCovered(recorderId)) {
        this.#uncoveredSinceMs.delete(recorderId);
        if (isOnline(recorderId)) onLook(recorderId, false);
        continue;
      }
      const nowMs = clock.monotonicNowMs();
      const sinceMs = this.#uncoveredSinceMs.get(recorderId) ?? nowMs;
      this.#uncoveredSinceMs.set(recorderId, sinceMs);
      onLook(recorderId, nowMs - sinceMs >= deadMs);
    }
  }

  /** When the newest head of a recorder was witnessed; `undefined` for none. */
  newestAt(recorderId: RecorderId): UtcMs | undefined {
    const generation = this.#parts.ledgers.generations(recorderId).at(-1);
    if (generation === undefined) return undefined;
    return this.#parts.trees.latest(recorderOrigin(recorderId, generation))?.signedAt;
  }

  /** A head that came since the last look covers what was there then; what is newer has its own time. */
  #isCovered(recorderId: RecorderId): boolean {
    const { trees, ledgers } = this.#parts;
    const generation = ledgers.generations(recorderId).at(-1);
    if (generation === undefined) return true;
    const head = trees.latest(recorderOrigin(recorderId, generation));
    const covered = this.#coveredBefore.get(recorderId);
    const size = head?.size ?? 0;
    this.#coveredBefore.set(recorderId, size);
    return size >= ledgers.size(recorderId, generation) || (covered !== undefined && size > covered);
  }
}
