/** One frame as it left the camera. */
export type SentFrame = {
  /** Frames since the camera's epoch; grows by one from frame to frame for as long as the camera lives. */
  readonly frame: number;
  /** The burnt-in number that can be read from the picture (0..999), or null where there is none (black). */
  readonly lapIndex: number | null;
  /** When the frame's bytes were handed to the network, UTC milliseconds of this machine's clock. */
  readonly sentAtUtcMs: number;
};

const KEPT_FRAMES = 90_000;
const FIRST_CAPACITY = 1024;

/** The last hour of a stream at 25 frames/s: the truth that latency, loss and sync are held against. */
export class FrameLog {
  #capacity = FIRST_CAPACITY;
  #frames = new Float64Array(FIRST_CAPACITY);
  #sentAt = new Float64Array(FIRST_CAPACITY);
  #lapIndexes = new Int16Array(FIRST_CAPACITY);
  #count = 0;

  append(frame: number, lapIndex: number | undefined, sentAtUtcMs: number): void {
    if (this.#count === this.#capacity && this.#capacity < KEPT_FRAMES) this.#grow();
    const slot = this.#count % this.#capacity;
    this.#frames[slot] = frame;
    this.#sentAt[slot] = sentAtUtcMs;
    this.#lapIndexes[slot] = lapIndex ?? -1;
    this.#count += 1;
  }

  /** Kept frames sent in from..to (both included, UTC ms), oldest first. */
  between(fromUtcMs = -Infinity, toUtcMs = Infinity): readonly SentFrame[] {
    const found: SentFrame[] = [];
    for (let i = Math.max(0, this.#count - this.#capacity); i < this.#count; i += 1) {
      const slot = i % this.#capacity;
      const sentAtUtcMs = this.#sentAt[slot] ?? 0;
      if (sentAtUtcMs < fromUtcMs || sentAtUtcMs > toUtcMs) continue;
      const lapIndex = this.#lapIndexes[slot] ?? -1;
      found.push({ frame: this.#frames[slot] ?? 0, lapIndex: lapIndex < 0 ? null : lapIndex, sentAtUtcMs });
    }
    return found;
  }

  /** Only called while nothing has been overwritten yet. */
  #grow(): void {
    this.#capacity = Math.min(this.#capacity * 4, KEPT_FRAMES);
    const grown = <T extends Float64Array | Int16Array>(old: T, larger: T): T => (larger.set(old), larger);
    this.#frames = grown(this.#frames, new Float64Array(this.#capacity));
    this.#sentAt = grown(this.#sentAt, new Float64Array(this.#capacity));
    this.#lapIndexes = grown(this.#lapIndexes, new Int16Array(this.#capacity));
  }
}
