/** A device that connects gets this long until its first fragment; a keyframe may be seconds away. */
const startMs = 10_000;
const soundMissingMs = 10_000;
/** After this long the burst at start-up is over, and the least delayed fragment tells the truth. */
const placeableMs = 5_000;
const floodMs = 5_000;
/** What a device may hold back and send at once when it is connected to. */
export const maxBurstMs = 10_000;

export type CaptureVerdict = 'fine' | 'never-started' | 'stalled' | 'flooding' | 'racing' | 'sound-missing';

export interface CaptureExpectations {
  readonly stallMs: number;
  /** More than this for 5 s is a flood. */
  readonly maxBytesPerSecond: number;
  readonly hasPicture: boolean;
  readonly expectsSound: boolean;
}

/** Judges by what arrives when. ffmpeg's own time-outs are not relied on: it can live for ever without a fragment. */
export class CaptureWatch {
  #of: CaptureExpectations;
  #begunMs: number;
  #firstMs: number | undefined;
  #firstMediaMs = 0;
  #lastMs: { picture?: number; sound?: number } = {};
  #span = { begunMs: 0, bytes: 0 };
  #flooding = false;
  newestMediaMs = 0;

  constructor(of: CaptureExpectations & { readonly nowMs: number }) {
    this.#of = of;
    this.#begunMs = of.nowMs;
  }

  get hasStarted(): boolean {
    return this.#firstMs !== undefined;
  }

  arrived(kind: 'picture' | 'sound', nowMs: number, mediaEndMs: number, bytes: number): void {
    if (this.#firstMs === undefined) {
      this.#firstMs = nowMs;
      this.#firstMediaMs = mediaEndMs;
    }
    this.#count(nowMs, bytes);
    this.#lastMs[kind] = nowMs;
    this.newestMediaMs = Math.max(this.newestMediaMs, mediaEndMs);
  }

  isPlaceable(nowMs: number): boolean {
    return this.#firstMs !== undefined && nowMs - this.#firstMs >= placeableMs;
  }

  verdict(nowMs: number): CaptureVerdict {
    const { hasPicture, expectsSound, stallMs } = this.#of;
    const leading = hasPicture ? this.#lastMs.picture : this.#lastMs.sound;
    if (leading === undefined) return nowMs - this.#begunMs > startMs ? 'never-started' : 'fine';
    if (this.#flooding) return 'flooding';
    if (this.newestMediaMs - this.#firstMediaMs > nowMs - (this.#firstMs ?? nowMs) + maxBurstMs)
      return 'racing';
    if (nowMs - leading > stallMs) return 'stalled';
    if (hasPicture && expectsSound && this.soundlessMs(nowMs) > soundMissingMs) return 'sound-missing';
    return 'fine';
  }

  /** Bytes of whole spans only: a burst at start-up is no flood. */
  #count(nowMs: number, bytes: number): void {
    const spanMs = nowMs - this.#span.begunMs;
    if (spanMs >= floodMs) {
      this.#flooding = this.#span.bytes > (this.#of.maxBytesPerSecond * spanMs) / 1000;
      this.#span = { begunMs: nowMs, bytes: 0 };
    }
    this.#span.bytes += bytes;
  }

  /** How long the picture has come without sound. */
  soundlessMs(nowMs: number): number {
    return nowMs - (this.#lastMs.sound ?? this.#firstMs ?? nowMs);
  }
}
