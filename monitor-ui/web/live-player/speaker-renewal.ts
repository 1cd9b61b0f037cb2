/** More than this between what the page has made and what is heard is not the device's own doing, unless it was so from the start. */
const usualAheadMs = 150;
const toleratedAboveMs = 100;
/** One long callback is no reason. */
const lastsMs = 2000;
const shortestPauseMs = 10_000;
const longestPauseMs = 600_000;

/**
 * When an `AudioContext` should give way to a fresh one. Chromium makes more sound ahead after every time its output
 * ran dry (`PushPullFIFO::PullAndUpdateEarmark`) and never less again: a busy second while the page loads leaves all
 * sound up to 12,288 frames late, 0.77 s at 16 kHz, for as long as the context lives.
 */
export class SpeakerRenewal {
  #smallestMs = Number.POSITIVE_INFINITY;
  #aboveSinceMs: number | undefined;
  #renewedAtMs = Number.NEGATIVE_INFINITY;
  #pauseMs = shortestPauseMs;

  /** To be asked a few times a second. `aheadMs`: sound made already and not heard yet, the device's own delay included. */
  isDue(aheadMs: number, nowMs: number): boolean {
    this.#smallestMs = Math.min(this.#smallestMs, aheadMs);
    // What no fresh context got below is the device, such as a loudspeaker without a wire.
    const isFirst = this.#renewedAtMs === Number.NEGATIVE_INFINITY;
    const limitMs = isFirst ? usualAheadMs : Math.max(usualAheadMs, this.#smallestMs + toleratedAboveMs);
    if (aheadMs <= limitMs) {
      this.#aboveSinceMs = undefined;
      return false;
    }
    this.#aboveSinceMs ??= nowMs;
    if (nowMs - this.#aboveSinceMs < lastsMs || nowMs - this.#renewedAtMs < this.#pauseMs) return false;
    const cameBackSoon = nowMs - this.#renewedAtMs < 2 * this.#pauseMs + lastsMs;
    this.#pauseMs = cameBackSoon ? Math.min(longestPauseMs, this.#pauseMs * 2) : shortestPauseMs;
    this.#renewedAtMs = nowMs;
    this.#aboveSinceMs = undefined;
    return true;
  }
}
