import type { ServerClock } from '../app/index.ts';
import { LeadControl } from './lead-control.ts';
import { LiveConnection, type Refusal } from './live-connection.ts';
import { MediaFeed, type Appended, type FeedFault } from './media-feed.ts';
import type { PicturePlayer } from './picture-player.ts';
import { SoundSteering } from './sound-steering.ts';

export type SoundStatus =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'playing' }
  /** The browser wants a click before it lets a page be heard. */
  | { readonly kind: 'needs-click' }
  | { readonly kind: 'lost' }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

export interface SoundStats {
  readonly stalls: number;
  readonly seeks: number;
  /** Sound behind picture in milliseconds, one sample every steering step. */
  readonly offsetsMs: readonly number[];
  readonly leadsS: readonly number[];
}

const steerEveryMs = 100;
const keptSamples = 6000;
const seekPauseMs = 2000;
const longestWaitS = 0.5;

/** One microphone in an `<audio>` of its own, held to the capture time of the picture beside it. */
export class SoundPlayer {
  readonly #audio: HTMLAudioElement;
  readonly #picture: PicturePlayer;
  readonly #clock: ServerClock;
  readonly #changed: () => void;
  readonly #control = new LeadControl({
    aimS: 0.1,
    windowSamples: 12,
    jumpAboveS: Number.POSITIVE_INFINITY,
    startingSamples: 10,
  });
  readonly #steering = new SoundSteering();
  readonly #link: LiveConnection;
  readonly #timer: ReturnType<typeof setInterval>;
  #feed: MediaFeed | undefined;
  #started = false;
  #status: SoundStatus = { kind: 'connecting' };
  #stalls = 0;
  #seeks = 0;
  #lastSeekAtMs = Number.NEGATIVE_INFINITY;
  #offsetsMs: number[] = [];
  #leadsS: number[] = [];
  /** Whether the picture may be held back so that both are in step. */
  #inStep = false;

  constructor(
    audio: HTMLAudioElement,
    options: {
      readonly sourceId: string;
      readonly picture: PicturePlayer;
      readonly clock: ServerClock;
      readonly changed: () => void;
    },
  ) {
    this.#audio = audio;
    this.#picture = options.picture;
    this.#clock = options.clock;
    this.#changed = options.changed;
    audio.addEventListener('waiting', this.#waiting);
    audio.addEventListener('error', this.#elementFailed);
    this.#rebuild();
    this.#link = new LiveConnection(options.sourceId, 'main', {
      init: ({ mime }, bytes) => this.#feed?.push({ kind: 'init', mime, bytes }),
      fragment: ({ capturedAt, serverNow }, bytes) => {
        this.#clock.observe(serverNow);
        this.#feed?.push({ kind: 'fragment', capturedAtMs: capturedAt, bytes });
      },
      state: ({ state }) => {
        if (state !== 'recording' && state !== 'starting') this.#set({ kind: 'lost' });
        else if (this.#status.kind === 'lost') this.#set({ kind: 'playing' });
      },
      down: () => this.#set({ kind: 'connecting' }),
      refused: (refusal) => this.#set({ kind: 'refused', refusal }),
    });
    this.#timer = setInterval(() => this.#steer(), steerEveryMs);
  }

  get status(): SoundStatus {
    return this.#status;
  }

  stats(): SoundStats {
    return {
      stalls: this.#stalls,
      seeks: this.#seeks,
      offsetsMs: [...this.#offsetsMs],
      leadsS: [...this.#leadsS],
    };
  }

  setInStep(inStep: boolean): void {
    this.#inStep = inStep;
  }

  /** To be called from a click or key press when the browser asked for one. */
  async play(): Promise<void> {
    try {
      await this.#audio.play();
      this.#set({ kind: 'playing' });
    } catch (error) {
      if (error instanceof DOMException && error.name === 'NotAllowedError')
        this.#set({ kind: 'needs-click' });
    }
  }

  close(): void {
    clearInterval(this.#timer);
    this.#link.close();
    this.#audio.removeEventListener('waiting', this.#waiting);
    this.#audio.removeEventListener('error', this.#elementFailed);
    this.#picture.control.extraS = 0;
    this.#feed?.close();
  }

  #rebuild(): void {
    this.#feed?.close();
    this.#started = false;
    this.#control.started();
    this.#feed = new MediaFeed(this.#audio, {
      appended: (endS, state) => this.#appended(endS, state),
      fault: (fault) => this.#feedFailed(fault),
    });
  }

  #appended(endS: number, { drained, leadBeforeS }: Appended): void {
    this.#control.fragments(Math.min(longestWaitS, this.#feed?.longestFragmentS ?? 0));
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
    const soundAtMs = this.#feed?.timeline.capturedAt(this.#audio.currentTime);
    if (!this.#started || frozen || pictureAtMs === undefined || soundAtMs === undefined) return;
    if (this.#audio.seeking || this.#audio.paused) return;
    const offsetMs = pictureAtMs - soundAtMs;
    this.#keep(offsetMs);
    const decision = this.#steering.decide(offsetMs, this.#control, this.#inStep);
    if (decision.kind === 'seek') this.#reseek(pictureAtMs);
    else {
      if (this.#audio.playbackRate !== decision.rate) this.#audio.playbackRate = decision.rate;
      picture.control.extraS = decision.pictureExtraS;
    }
  }

  #reseek(pictureAtMs: number): void {
    const endS = this.#feed?.endS;
    const wantedS = this.#feed?.timeline.mediaTimeAt(pictureAtMs);
    if (endS === undefined || wantedS === undefined || performance.now() - this.#lastSeekAtMs < seekPauseMs)
      return;
    this.#lastSeekAtMs = performance.now();
    this.#land(Math.min(wantedS, endS - this.#control.landingS));
  }

  #land(atS: number): void {
    this.#seeks += 1;
    this.#audio.currentTime = Math.max(this.#feed?.startS ?? 0, atS);
    this.#audio.playbackRate = 1;
    this.#control.forget();
    this.#steering.forget();
  }

  #keep(offsetMs: number): void {
    this.#offsetsMs.push(offsetMs);
    this.#leadsS.push(this.#control.smallestS ?? 0);
    if (this.#offsetsMs.length > keptSamples) {
      this.#offsetsMs.shift();
      this.#leadsS.shift();
    }
  }

  readonly #waiting = (): void => {
    if (!this.#started || this.#audio.seeking || this.#status.kind !== 'playing') return;
    this.#stalls += 1;
    this.#control.stalled();
  };

  readonly #elementFailed = (): void => {
    if (this.#audio.error !== null) this.#feedFailed('media');
  };

  #feedFailed(fault: FeedFault): void {
    if (fault === 'unsupported') {
      this.#link.close();
      this.#set({ kind: 'lost' });
      return;
    }
    this.#rebuild();
    this.#link.reopen();
  }

  #set(status: SoundStatus): void {
    if (status.kind === this.#status.kind) return;
    this.#status = status;
    this.#changed();
  }
}
