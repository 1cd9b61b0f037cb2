import type { Clock } from '@minhbach/shared/clock';
import type { Pace } from '@minhbach/shared/object-store';

/** What may pass at once after a quiet while. */
const burstMs = 250;

/** One rate for all that share it, first come, first served. What was asked for and then given up is paid for all the same. */
export class TokenBucket implements Pace {
  readonly pieceBytes: number;
  readonly #bytesPerMs: number;
  readonly #clock: Clock;
  #freeAtMs = Number.NEGATIVE_INFINITY;

  constructor(bytesPerSecond: number, clock: Clock) {
    this.#bytesPerMs = bytesPerSecond / 1_000;
    this.#clock = clock;
    // Several a second, so that no connection falls silent; not so small that they cost more than they carry.
    this.pieceBytes = Math.max(2_048, Math.min(65_536, Math.floor(bytesPerSecond / 8)));
  }

  async take(bytes: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const nowMs = this.#clock.monotonicNowMs();
    this.#freeAtMs = Math.max(this.#freeAtMs, nowMs - burstMs) + bytes / this.#bytesPerMs;
    const waitMs = this.#freeAtMs - nowMs;
    if (waitMs > 0) await this.#clock.sleep(waitMs, signal);
  }
}
