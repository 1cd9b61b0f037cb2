/** Two distances are the same when they differ by no more: keyframes are seen with the beat. */
const toleranceMs = 1_000;

/** Remembers keyframes by their mark, and tells when one comes again. */
export class KeyframeMarks {
  readonly #horizonMs: number;
  /** Oldest first. */
  readonly #seenMs = new Map<number, number>();
  #lastDistanceMs: number | undefined;
  #repeatsAfterMs: number | undefined;

  /** What is older than `horizonMs` is forgotten. */
  constructor(horizonMs: number) {
    this.#horizonMs = horizonMs;
  }

  /** After how long footage comes again: set once two keyframes in a row did at the same distance, until one is new. */
  get repeatsAfterMs(): number | undefined {
    return this.#repeatsAfterMs;
  }

  /** Answers how long ago this very keyframe came; `undefined` when it is new. */
  note(mark: number, nowMs: number): number | undefined {
    for (const [old, atMs] of this.#seenMs) {
      if (nowMs - atMs <= this.#horizonMs) break;
      this.#seenMs.delete(old);
    }
    const seenMs = this.#seenMs.get(mark);
    const distanceMs = seenMs === undefined ? undefined : nowMs - seenMs;
    this.#seenMs.delete(mark);
    this.#seenMs.set(mark, nowMs);
    const before = this.#lastDistanceMs;
    this.#lastDistanceMs = distanceMs;
    const isSame =
      distanceMs !== undefined && before !== undefined && Math.abs(distanceMs - before) <= toleranceMs;
    if (isSame) this.#repeatsAfterMs ??= distanceMs;
    else if (distanceMs === undefined) this.#repeatsAfterMs = undefined;
    return distanceMs;
  }
}
