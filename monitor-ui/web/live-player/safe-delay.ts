const marginMs = 40;
const fallMsPerS = 4;
/** So much above what was needed lately is an old trouble, such as a page that just began: the rest goes within seconds. */
const rememberedMs = 100;
const oldTroublePerS = 1;
const latelyMs = 5000;
/** One hiccup is no reason to stay late for long: only part of it is allowed for, more when it comes again. */
const learntShare = 0.5;

/**
 * The smallest delay behind its capture at which sound can be played without running dry, learnt from how late each
 * piece was ready. Rises at once, falls slowly.
 */
export class SafeDelay {
  #ms: number | undefined;
  #fellAtMs = 0;
  #lately: { readonly needMs: number; readonly atMs: number }[] = [];

  /** Undefined before the first piece. */
  get ms(): number | undefined {
    return this.#ms;
  }

  /** A piece was ready to be heard at the earliest `readyMs` after it was captured. */
  learn(readyMs: number, nowMs: number): void {
    const needMs = readyMs + marginMs;
    this.#lately = this.#lately.filter(({ atMs }) => nowMs - atMs <= latelyMs);
    this.#lately.push({ needMs, atMs: nowMs });
    if (this.#ms === undefined) this.#ms = needMs;
    else if (needMs > this.#ms)
      this.#ms += Math.max(Math.min(marginMs, needMs - this.#ms), (needMs - this.#ms) * learntShare);
    else
      this.#ms = Math.max(needMs, this.#ms - this.#fallMsPerS(this.#ms) * ((nowMs - this.#fellAtMs) / 1000));
    this.#fellAtMs = nowMs;
  }

  #fallMsPerS(ms: number): number {
    const aboveMs = ms - Math.max(...this.#lately.map(({ needMs }) => needMs));
    return Math.max(fallMsPerS, (aboveMs - rememberedMs) * oldTroublePerS);
  }
}
