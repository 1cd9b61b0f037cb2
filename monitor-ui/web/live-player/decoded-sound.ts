import { PictureDelay, pictureCapturedAt } from './picture-delay.ts';
import type { PicturePlayer } from './picture-player.ts';
import { RateConverter } from './rate-converter.ts';
import { SafeDelay } from './safe-delay.ts';
import { SoundDecoder, type DecodedPiece } from './sound-decoder.ts';
import {
  keptOffsets,
  steerEveryMs,
  type SoundOutput,
  type SoundOutputListener,
  type SoundStats,
} from './sound-output.ts';
import { SoundSchedule } from './sound-schedule.ts';
import { SoundSpeaker } from './sound-speaker.ts';

/** What a link begins with comes in one burst; only what comes after a pause shows how late sound really is. */
const burstPauseMs = 20;
const permissionWithinMs = 400;
const keptWaiting = 64;
const largestExtraS = 0.4;

/**
 * Decodes sound itself and gives each piece to the output for an exact instant: as early as it can be had without
 * running dry, and never before the picture. Knows at every moment what is heard.
 */
export class DecodedSound implements SoundOutput {
  readonly #picture: PicturePlayer;
  readonly #listener: SoundOutputListener;
  readonly #decoder: SoundDecoder;
  readonly #safeDelay = new SafeDelay();
  readonly #pictureDelay = new PictureDelay();
  readonly #converter = new RateConverter();
  readonly #timer: ReturnType<typeof setInterval>;
  #speaker: SoundSpeaker | undefined;
  #schedule: SoundSchedule | undefined;
  #waiting: DecodedPiece[] = [];
  #lastFragmentAtMs = 0;
  #isLive = false;
  #frameZeroAtMs: number | undefined;
  #inStep = false;
  #stalls = 0;
  #seeks = 0;
  #offsetsMs: number[] = [];

  constructor(picture: PicturePlayer, listener: SoundOutputListener) {
    this.#picture = picture;
    this.#listener = listener;
    this.#decoder = new SoundDecoder(
      (piece) => this.#decoded(piece),
      () => listener.failed('media'),
    );
    this.#timer = setInterval(() => this.#steer(), steerEveryMs);
  }

  init(_mime: string, bytes: ArrayBuffer): void {
    this.#guarded(() => this.#decoder.init(new Uint8Array(bytes)));
  }

  fragment(capturedAtMs: number, bytes: ArrayBuffer): void {
    const nowMs = performance.now();
    if (this.#lastFragmentAtMs > 0 && nowMs - this.#lastFragmentAtMs > burstPauseMs) this.#isLive = true;
    this.#lastFragmentAtMs = nowMs;
    this.#guarded(() => this.#decoder.fragment(capturedAtMs, new Uint8Array(bytes), this.#isLive));
  }

  async play(): Promise<void> {
    const context = this.#speaker?.context;
    if (context === undefined) return;
    await Promise.race([context.resume(), new Promise((resolve) => setTimeout(resolve, permissionWithinMs))]);
    if (context.state !== 'closed') this.#listener.audible(context.state === 'running');
  }

  setInStep(inStep: boolean): void {
    this.#inStep = inStep;
  }

  level(): number | undefined {
    return this.#speaker?.level();
  }

  stats(): SoundStats {
    return {
      clock: 'output-timestamp',
      stalls: this.#stalls,
      seeks: this.#seeks,
      offsetsMs: [...this.#offsetsMs],
    };
  }

  close(): void {
    clearInterval(this.#timer);
    this.#picture.control.extraS = 0;
    this.#decoder.close();
    this.#speaker?.close();
  }

  #guarded(act: () => void): void {
    try {
      act();
    } catch {
      this.#listener.failed('media');
    }
  }

  #decoded(piece: DecodedPiece): void {
    if (this.#speaker?.sampleRateHz !== piece.sampleRateHz) this.#openSpeaker(piece.sampleRateHz);
    this.#waiting.push(piece);
    if (this.#waiting.length > keptWaiting) this.#waiting.shift();
    const speaker = this.#speaker;
    if (!this.#isLive || speaker === undefined || !speaker.isRunning) return;
    this.#frameZeroAtMs = speaker.frameZeroAtMs;
    if (this.#frameZeroAtMs === undefined) return;
    if (piece.isTelling) {
      const readyMs = this.#heardAtMs(speaker.earliestFrame) - piece.capturedAtMs;
      this.#safeDelay.learn(readyMs, performance.now());
    }
    if (this.#safeDelay.ms === undefined) return;
    for (const waiting of this.#waiting) this.#place(waiting, speaker, this.#safeDelay.ms);
    this.#waiting = [];
  }

  #place(piece: DecodedPiece, speaker: SoundSpeaker, safeMs: number): void {
    const { capturedAtMs, durationMs, channels } = piece;
    const placement = this.#schedule?.place({
      capturedAtMs,
      earliestFrame: speaker.earliestFrame,
      safeMs,
      pictureMs: this.#pictureDelay.msAt(performance.now()),
      heardAtMs: (frame) => this.#heardAtMs(frame),
    });
    if (placement === undefined || placement.kind === 'drop') return;
    if (placement.seam === 'dry') this.#stalls += 1;
    if (placement.seam === 'set') this.#seeks += 1;
    if (placement.seam !== 'none') this.#converter.forget();
    const samples = this.#converter.convert(channels, placement.rate);
    speaker.play(samples, placement.startFrame);
    this.#schedule?.played(placement.startFrame, samples[0]?.length ?? 0, capturedAtMs, durationMs);
  }

  #heardAtMs(frame: number): number {
    return (this.#frameZeroAtMs ?? 0) + (frame / (this.#speaker?.sampleRateHz ?? 1)) * 1000;
  }

  #openSpeaker(sampleRateHz: number): void {
    this.#speaker?.close();
    const speaker = new SoundSpeaker(sampleRateHz);
    this.#speaker = speaker;
    this.#schedule = new SoundSchedule(sampleRateHz);
    this.#converter.forget();
    speaker.context.addEventListener('statechange', () => {
      if (this.#speaker === speaker && speaker.isRunning) this.#listener.audible(true);
    });
    void this.play();
  }

  #steer(): void {
    const picture = this.#picture;
    const speaker = this.#speaker;
    const frozen = picture.snapshot.status.kind === 'frozen';
    if (speaker !== undefined) speaker.muted = frozen;
    const { shown } = picture.frames;
    if (!frozen) this.#pictureDelay.observe(shown);
    const nowMs = performance.now();
    const pictureMs = this.#pictureDelay.msAt(nowMs);
    const zeroAtMs = speaker?.isRunning === true ? speaker.frameZeroAtMs : undefined;
    if (speaker === undefined || zeroAtMs === undefined || shown === undefined || frozen) return;
    this.#frameZeroAtMs = zeroAtMs;
    const heardFrame = ((nowMs - zeroAtMs) / 1000) * speaker.sampleRateHz;
    const soundAtMs = this.#schedule?.capturedAt(heardFrame);
    if (soundAtMs === undefined) return;
    this.#offsetsMs.push(pictureCapturedAt(shown, nowMs) - soundAtMs);
    if (this.#offsetsMs.length > keptOffsets) this.#offsetsMs.shift();
    if (!this.#inStep) picture.control.extraS = 0;
    else if (pictureMs !== undefined) this.#holdPictureBack(pictureMs);
  }

  /** The picture's buffer has to hold so much more as the sound comes later than the picture. */
  #holdPictureBack(pictureMs: number): void {
    const { control } = this.#picture;
    const { smallestS } = control;
    if (smallestS === undefined || this.#safeDelay.ms === undefined) return;
    const wantedS = smallestS + (this.#safeDelay.ms - pictureMs) / 1000;
    control.extraS = Math.max(0, Math.min(largestExtraS, wantedS - control.aimS));
  }
}
