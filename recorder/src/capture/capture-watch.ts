/** A device that connects gets this long until its first fragment; a keyframe may be seconds away. */
const startMs = 10_000;
const soundMissingMs = 10_000;
/** After this long the burst at start-up is over, and the least delayed fragment tells the truth. */
const placeableMs = 5_000;
/** Several times what the largest cameras send; a device that sends more fills the disk for all others. */
const maxBytesPerSecond = 12_500_000;
const floodMs = 5_000;

export type CaptureVerdict = 'fine' | 'never-started' | 'stalled' | 'flooding' | 'sound-missing';

/** Judges by what arrives when. ffmpeg's own time-outs are not relied on: it can live for ever without a fragment. */
export class CaptureWatch {
  #of: { readonly stallMs: number; readonly hasPicture: boolean; readonly expectsSound: boolean };
  #begunMs: number;
  #firstMs: number | undefined;
  #lastMs: { picture?: number; sound?: number } = {};
  #span = { begunMs: 0, bytes: 0 };
  #flooding = false;
  newestMediaMs = 0;

  constructor(of: {
    readonly stallMs: number;
    readonly hasPicture: boolean;
    readonly expectsSound: boolean;
    readonly nowMs: number;
  }) {
    this.#of = of;
    this.#begunMs = of.nowMs;
  }

  get hasStarted(): boolean {
    return this.#firstMs !== undefined;
  }

  arrived(kind: 'picture' | 'sound', nowMs: number, mediaEndMs: number, bytes: number): void {
    this.#firstMs ??= nowMs;
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
    if (nowMs - leading > stallMs) return 'stalled';
    if (hasPicture && expectsSound && this.soundlessMs(nowMs) > soundMissingMs) return 'sound-missing';
    return 'fine';
  }

  /** Bytes of whole spans only: a burst at start-up is no flood. */
  #count(nowMs: number, bytes: number): void {
    const spanMs = nowMs - this.#span.begunMs;
    if (spanMs >= floodMs) {
      this.#flooding = this.#span.bytes > (maxBytesPerSecond * spanMs) / 1000;
      this.#span = { begunMs: nowMs, bytes: 0 };
    }
    this.#span.bytes += bytes;
  }

  /** How long the picture has come without sound. */
  soundlessMs(nowMs: number): number {
    return nowMs - (this.#lastMs.sound ?? this.#firstMs ?? nowMs);
  }
}
