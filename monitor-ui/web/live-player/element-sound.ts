import { LeadControl } from './lead-control.ts';
import { MediaFeed, type Appended } from './media-feed.ts';
import type { PicturePlayer } from './picture-player.ts';
import { SoundMeter } from './sound-meter.ts';
import {
  keptOffsets,
  steerEveryMs,
  type SoundOutput,
  type SoundOutputListener,
  type SoundStats,
} from './sound-output.ts';
import { SoundSteering } from './sound-steering.ts';

const seekPauseMs = 2000;
const longestWaitS = 0.5;

/**
 * For browsers that cannot decode sound piece by piece: an `<audio>` with a MediaSource of its own, held to the capture
 * time of the picture beside it by its rate.
 */
export class ElementSound implements SoundOutput {
  readonly #audio: HTMLAudioElement;
  readonly #picture: PicturePlayer;
  readonly #listener: SoundOutputListener;
  readonly #control = new LeadControl({
    aimS: 0.1,
    windowSamples: 12,
    jumpAboveS: Number.POSITIVE_INFINITY,
    startingSamples: 10,
  });
  readonly #steering = new SoundSteering();
  readonly #feed: MediaFeed;
  readonly #timer: ReturnType<typeof setInterval>;
  #meter: SoundMeter | undefined;
  #started = false;
  #inStep = false;
  #stalls = 0;
  #seeks = 0;
  #lastSeekAtMs = Number.NEGATIVE_INFINITY;
  #offsetsMs: number[] = [];

  constructor(audio: HTMLAudioElement, picture: PicturePlayer, listener: SoundOutputListener) {
    this.#audio = audio;
    this.#picture = picture;
    this.#listener = listener;
    audio.addEventListener('waiting', this.#waiting);
    audio.addEventListener('error', this.#elementFailed);
    this.#feed = new MediaFeed(audio, {
      appended: (endS, state) => this.#appended(endS, state),
      fault: (fault) => listener.failed(fault === 'unsupported' ? 'unsupported' : 'media'),
    });
    this.#timer = setInterval(() => this.#steer(), steerEveryMs);
  }

  init(mime: string, bytes: ArrayBuffer): void {
    this.#feed.push({ kind: 'init', mime, bytes });
  }

  fragment(capturedAtMs: number, bytes: ArrayBuffer): void {
    this.#feed.push({ kind: 'fragment', capturedAtMs, bytes });
  }

  async play(): Promise<void> {
    try {
      await this.#audio.play();
      this.#listener.audible(true);
    } catch (error) {
      if (error instanceof DOMException && error.name === 'NotAllowedError') this.#listener.audible(false);
    }
  }

  setInStep(inStep: boolean): void {
    this.#inStep = inStep;
  }

  level(): number | undefined {
    this.#meter ??= SoundMeter.on(this.#audio);
    return this.#meter?.level();
  }

  stats(): SoundStats {
    return {
      clock: 'element-time',
      stalls: this.#stalls,
      seeks: this.#seeks,
      offsetsMs: [...this.#offsetsMs],
    };
  }

  close(): void {
    clearInterval(this.#timer);
    this.#audio.removeEventListener('waiting', this.#waiting);
    this.#audio.removeEventListener('error', this.#elementFailed);
    this.#picture.control.extraS = 0;
    this.#meter?.close();
    this.#feed.close();
  }

  #appended(endS: number, { drained, leadBeforeS }: Appended): void {
    this.#control.fragments(Math.min(longestWaitS, this.#feed.longestFragmentS));
    if (!this.#started) {
      if (!drained) return;
      this.#started = true;
      this.#land(endS - this.#control.landingS);
      void this.play();
      return;
    }
    this.#control.sample(leadBeforeS);
  }

  #steer(): void {
    const picture = this.#picture;
    const frozen = picture.snapshot.status.kind === 'frozen';
    this.#audio.muted = frozen;
    const pictureAtMs = picture.playheadCapturedAtMs;
    const soundAtMs = this.#feed.timeline.capturedAt(this.#audio.currentTime);
    if (!this.#started || frozen || pictureAtMs === undefined || soundAtMs === undefined) return;
    if (this.#audio.seeking || this.#audio.paused) return;
    const offsetMs = pictureAtMs - soundAtMs;
    this.#offsetsMs.push(offsetMs);
    if (this.#offsetsMs.length > keptOffsets) this.#offsetsMs.shift();
    const decision = this.#steering.decide(offsetMs, this.#control, this.#inStep);
    if (decision.kind === 'seek') this.#reseek(pictureAtMs);
    else {
      if (this.#audio.playbackRate !== decision.rate) this.#audio.playbackRate = decision.rate;
      picture.control.extraS = decision.pictureExtraS;
    }
  }

  #reseek(pictureAtMs: number): void {
    const { endS } = this.#feed;
    const wantedS = this.#feed.timeline.mediaTimeAt(pictureAtMs);
    if (endS === undefined || wantedS === undefined || performance.now() - this.#lastSeekAtMs < seekPauseMs)
      return;
    this.#lastSeekAtMs = performance.now();
    this.#land(Math.min(wantedS, endS - this.#control.landingS));
  }

  #land(atS: number): void {
    this.#seeks += 1;
    this.#audio.currentTime = Math.max(this.#feed.startS ?? 0, atS);
    this.#audio.playbackRate = 1;
    this.#control.forget();
    this.#steering.forget();
  }

  readonly #waiting = (): void => {
    if (!this.#started || this.#audio.seeking || this.#audio.paused) return;
    this.#stalls += 1;
    this.#control.stalled();
  };

  readonly #elementFailed = (): void => {
    if (this.#audio.error !== null) this.#listener.failed('media');
  };
}
