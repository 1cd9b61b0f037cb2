import type { Clock } from '@minhbach/shared/clock';
import type { RecorderFault, RecorderFaultKind } from '@minhbach/shared/protocol';
import type { SourceId } from '@minhbach/shared/units-of-measure';

/** `evidence`: one line of what was seen, without secrets. */
export interface FaultSeen {
  readonly kind: RecorderFaultKind;
  readonly sourceId?: SourceId | undefined;
  readonly evidence: string;
}

/** After what happened once, the fault stands for this long; when it happens again, for as long again. */
const lingersMs = 60_000;
const longestEvidence = 300;

/** What is wrong with this recorder now, for its monitors. Kept in memory: after a restart it is found out anew. */
export class FaultBoard {
  readonly #clock: Clock;
  readonly #lingersMs: number;
  readonly #faults = new Map<string, RecorderFault>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #listeners = new Set<() => void>();

  constructor(clock: Clock, options: { readonly lingersMs?: number } = {}) {
    this.#clock = clock;
    this.#lingersMs = options.lingersMs ?? lingersMs;
  }

  list(): readonly RecorderFault[] {
    return [...this.#faults.values()];
  }

  /** Stands from now until `clear`. Said again while it stands it changes nothing. */
  set(seen: FaultSeen): void {
    this.#stopTimer(keyOf(seen.kind, seen.sourceId));
    this.#stand(seen);
  }

  clear(kind: RecorderFaultKind, sourceId?: SourceId): void {
    const key = keyOf(kind, sourceId);
    this.#stopTimer(key);
    if (this.#faults.delete(key)) this.#tell();
  }

  /** `set` or `clear`, by what was measured. */
  judge(stands: boolean, seen: FaultSeen): void {
    if (stands) this.set(seen);
    else this.clear(seen.kind, seen.sourceId);
  }

  /** For what is over as soon as it is seen: a write that failed, an object that came back different. */
  happened(seen: FaultSeen): void {
    const key = keyOf(seen.kind, seen.sourceId);
    // One that was set stands until it is cleared.
    if (this.#faults.has(key) && !this.#timers.has(key)) return;
    this.#stopTimer(key);
    const timer = setTimeout(() => this.clear(seen.kind, seen.sourceId), this.#lingersMs);
    this.#timers.set(key, timer.unref());
    this.#stand(seen);
  }

  /** Calls `listener` after each change; answers how to stop. */
  onChanged(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #stand({ kind, sourceId, evidence }: FaultSeen): void {
    const key = keyOf(kind, sourceId);
    if (this.#faults.has(key)) return;
    this.#faults.set(key, {
      kind,
      ...(sourceId === undefined ? {} : { sourceId }),
      since: this.#clock.wallNow(),
      evidence: evidence.slice(0, longestEvidence),
    });
    this.#tell();
  }

  #stopTimer(key: string): void {
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

function keyOf(kind: RecorderFaultKind, sourceId: SourceId | undefined): string {
  return `${kind} ${sourceId ?? ''}`;
}
