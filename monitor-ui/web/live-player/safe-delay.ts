const marginMs = 20;
const fallMsPerS = 4;
/** One hiccup is no reason to stay late for long: only part of it is allowed for, more when it comes again. */
const learntShare = 0.5;

/**
 * The smallest delay behind its capture at which sound can be played without running dry, learnt from how late each
 * piece was ready. Rises at once, falls slowly.
 */
export class SafeDelay {
  #ms: number | undefined;
  #fellAtMs = 0;

  /** Undefined before the first piece. */
  get ms(): number | undefined {
    return this.#ms;
  }

  /** A piece was ready to be heard at the earliest `readyMs` after it was captured. */
  learn(readyMs: number, nowMs: number): void {
    const needMs = readyMs + marginMs;
    if (this.#ms === undefined) this.#ms = needMs;
    else if (needMs > this.#ms)
      this.#ms += Math.max(Math.min(marginMs, needMs - this.#ms), (needMs - this.#ms) * learntShare);
    else this.#ms = Math.max(needMs, this.#ms - ((nowMs - this.#fellAtMs) / 1000) * fallMsPerS);
    this.#fellAtMs = nowMs;
  }

  forget(): void {
    this.#ms = undefined;
  }
}
