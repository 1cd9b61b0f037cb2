import type { ServerClock } from '../app/index.ts';

export interface ShownFrame {
  readonly mediaTimeS: number;
  readonly capturedAtMs: number;
  /** `performance.now()` at which the browser expected it on screen. */
  readonly displayedAtMs: number;
}
export interface FrameStats {
  readonly frames: readonly (ShownFrame & { readonly ageMs: number | undefined })[];
  readonly framesShown: number;
  readonly stalls: number;
  readonly jumps: number;
  readonly faults: readonly string[];
}
const keptFrames = 3000;

/** Every frame that reached the screen, by `requestVideoFrameCallback`: what ages and figures are made of. */
export class FrameLog {
  readonly #video: HTMLVideoElement;
  readonly #clock: ServerClock;
  readonly #capturedAt: (mediaTimeS: number) => number | undefined;
  #handle: number;
  #frames: (ShownFrame & { readonly ageMs: number | undefined })[] = [];
  #framesShown = 0;
  #stalls = 0;
  #jumps = 0;
  #faults: string[] = [];
  shown: ShownFrame | undefined;

  constructor(
    video: HTMLVideoElement,
    clock: ServerClock,
    capturedAt: (mediaTimeS: number) => number | undefined,
  ) {
    this.#video = video;
    this.#clock = clock;
    this.#capturedAt = capturedAt;
    this.#handle = video.requestVideoFrameCallback(this.#frame);
  }

  stalled(): void {
    this.#stalls += 1;
  }
  jumped(): void {
    this.#jumps += 1;
  }
  failed(detail: string): void {
    this.#faults = [...this.#faults.slice(-9), detail];
  }
  stats(): FrameStats {
    return {
      frames: [...this.#frames],
      framesShown: this.#framesShown,
      stalls: this.#stalls,
      jumps: this.#jumps,
      faults: this.#faults,
    };
  }
  close(): void {
    this.#video.cancelVideoFrameCallback(this.#handle);
  }

  readonly #frame = (_now: number, { mediaTime, expectedDisplayTime }: VideoFrameCallbackMetadata): void => {
    this.#handle = this.#video.requestVideoFrameCallback(this.#frame);
    const capturedAtMs = this.#capturedAt(mediaTime);
    if (capturedAtMs === undefined) return;
    this.#framesShown += 1;
    this.shown = { mediaTimeS: mediaTime, capturedAtMs, displayedAtMs: expectedDisplayTime };
    const displayedUtcMs = this.#clock.at(expectedDisplayTime);
    this.#frames.push({
      ...this.shown,
      ageMs: displayedUtcMs === undefined ? undefined : displayedUtcMs - capturedAtMs,
    });
    if (this.#frames.length > keptFrames) this.#frames.splice(0, keptFrames / 3);
  };
}
