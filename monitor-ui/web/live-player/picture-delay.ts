import type { ShownFrame } from './frame-log.ts';

const smoothing = 0.2;
/** A frame stands for what was before the camera until the next is due, at 12.5 pictures a second. */
const longestFrameMs = 80;
/** Without a new frame for so long the picture has stopped, which says nothing of its delay. */
const stoppedAfterMs = 500;

/** How long after its capture the picture is on screen, on the scale of `performance.now()`, from the frames shown. */
export class PictureDelay {
  #ms: number | undefined;
  #last: ShownFrame | undefined;

  /** To be called several times a second with the frame on screen. */
  observe(shown: ShownFrame | undefined): void {
    if (shown === undefined || shown === this.#last) return;
    const delayMs = shown.displayedAtMs - shown.capturedAtMs;
    const isLeap = this.#ms === undefined || Math.abs(delayMs - this.#ms) > stoppedAfterMs;
    this.#ms = isLeap || this.#ms === undefined ? delayMs : this.#ms + (delayMs - this.#ms) * smoothing;
    this.#last = shown;
  }

  /** Smoothed; undefined while no picture moves. */
  msAt(nowMs: number): number | undefined {
    return this.#last === undefined || nowMs - this.#last.displayedAtMs > stoppedAfterMs
      ? undefined
      : this.#ms;
  }
}

/** When what is on screen at this instant was captured, frozen pictures included. */
export function pictureCapturedAt(shown: ShownFrame, nowMs: number): number {
  return shown.capturedAtMs + Math.min(longestFrameMs, nowMs - shown.displayedAtMs);
}
