import type { LiveMessage } from '@minhbach/shared/protocol';
import type { ServerClock } from '../app/index.ts';
import { DroughtGuard } from './drought-guard.ts';
import { FrameLog, type FrameStats } from './frame-log.ts';
import { LeadControl } from './lead-control.ts';
import type { Quality } from './live-address.ts';
import { LiveConnection, type LiveListener, type Refusal } from './live-connection.ts';
import { MediaFeed, type Appended, type FeedFault } from './media-feed.ts';

type SourceStateMessage = Extract<LiveMessage, { type: 'state' }>;

/** What the tile has to say beside the picture. */
export type PictureStatus =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'playing' }
  /** Shows a moment of the past from the buffer; footage goes on arriving. */
  | { readonly kind: 'frozen' }
  | { readonly kind: 'link-down' }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'unsupported'; readonly mime: string };

/** Which of the camera's streams is on screen, whatever was asked for. */
export interface ShownStream {
  readonly quality: Quality;
  /** Less than what was asked for: this browser could not have shown the main stream. */
  readonly reduced: boolean;
}

export interface PictureSnapshot {
  readonly status: PictureStatus;
  /** Undefined before the first picture; kept while frozen or without a link, as the picture is. */
  readonly stream: ShownStream | undefined;
  /** What the recorder last said of the source on this link. */
  readonly source: SourceStateMessage | undefined;
}

export interface PictureOrder {
  readonly sourceId: string;
  readonly quality: Quality;
  readonly clock: ServerClock;
}

interface InitWithBytes {
  readonly mime: string;
  readonly bytes: ArrayBuffer;
  readonly stream: ShownStream;
}

const goBackS = 10;
/** Longer than this nobody looks at one frozen picture; the tile returns to now rather than grow for ever. */
const longestFreezeS = 120;
const silenceMs = 12_000;
const leastRateStep = 0.01;
/** A fragment longer than this is a hiccup of the recorder, no reason to stay behind. */
const longestWaitS = 0.5;
/**
 * Slows down just under the lead wanted before an append, so that it acts on what is overdue and on nothing else. Chromium
 * was seen to count a picture as stopped once less than its last frame is left, which is 40 ms at 25 pictures a second.
 */
const drought = { fromS: 0.075, floorS: 0.055 };

/**
 * One camera's live picture in a muted `<video>` of its own, kept within a quarter of a second of the camera. It loads
 * and decodes before it has a place on the page.
 */
export class PicturePlayer {
  readonly element: HTMLVideoElement;
  /** To be called when the snapshot is another. */
  changed: () => void = () => undefined;
  readonly #clock: ServerClock;
  readonly #sourceId: string;
  readonly frames: FrameLog;
  readonly #drought: DroughtGuard;
  readonly control = new LeadControl({
    ...{ aimS: 0.085, slackS: 0.015 },
    ...{ windowSamples: 25, jumpAboveS: 0.7, startingSamples: 30 },
  });
  #quality: Quality;
  #feed: MediaFeed | undefined;
  #link: LiveConnection | undefined;
  /** A link at another quality that has not shown its first fragment yet. */
  #nextLink: LiveConnection | undefined;
  #started = false;
  /** Where playing stood at the last append, to learn how much was played since. */
  #playedTo: { readonly atMs: number; readonly mediaTimeS: number } | undefined;
  #closed = false;
  #lastBytesAtMs = performance.now();
  readonly #watch: ReturnType<typeof setInterval>;
  #snapshot: PictureSnapshot = { status: { kind: 'connecting' }, stream: undefined, source: undefined };

  constructor({ sourceId, quality, clock }: PictureOrder) {
    const video = silentVideo(sourceId);
    this.element = video;
    this.#sourceId = sourceId;
    this.#quality = quality;
    this.#clock = clock;
    this.frames = new FrameLog(video, clock, (mediaTimeS) => this.#feed?.timeline.capturedAt(mediaTimeS));
    this.#drought = new DroughtGuard(video, () => this.#feed?.endS, drought);
    video.addEventListener('waiting', this.#waiting);
    video.addEventListener('error', this.#elementFailed);
    this.#rebuild();
    this.#link = this.#connect(quality);
    this.#watch = setInterval(() => this.#watchSilence(), 1000);
  }

  get snapshot(): PictureSnapshot {
    return this.#snapshot;
  }

  /** When what is on screen was captured, UTC ms of the server's clock. */
  get shownCapturedAtMs(): number | undefined {
    return this.frames.shown?.capturedAtMs;
  }

  /** When the frame due at this instant was captured; runs on between frames, for the sound to follow. */
  get playheadCapturedAtMs(): number | undefined {
    return this.#started ? this.#feed?.timeline.capturedAt(this.element.currentTime) : undefined;
  }

  /** Age of what is on screen by the server's clock; grows by itself when no new frame comes. */
  ageMs(): number | undefined {
    const now = this.#clock.now();
    const capturedAtMs = this.shownCapturedAtMs;
    return now === undefined || capturedAtMs === undefined ? undefined : now - capturedAtMs;
  }

  /** Milliseconds since the last new frame reached the screen. */
  stillForMs(): number | undefined {
    const shown = this.frames.shown;
    return shown === undefined ? undefined : performance.now() - shown.displayedAtMs;
  }

  stats(): FrameStats {
    return this.frames.stats();
  }

  /** Changes stream without a dark moment: the old one stays until the new one's first fragment is here. */
  setQuality(quality: Quality): void {
    if (quality === this.#quality || this.#closed) return;
    this.#quality = quality;
    this.#nextLink?.close();
    this.#nextLink = this.#connect(quality);
  }

  /** Stands still ten seconds ago; false when so much is not in the buffer (then as far back as there is). */
  freeze(): void {
    const startS = this.#feed?.startS;
    if (startS === undefined || !this.#started) return;
    this.#drought.stop();
    this.element.pause();
    this.element.playbackRate = 1;
    this.element.currentTime = Math.max(startS + 0.05, this.element.currentTime - goBackS);
    this.#set({ kind: 'frozen' });
  }

  /** From the frozen picture on at normal speed, still in the past. */
  playOn(): void {
    if (this.#snapshot.status.kind !== 'frozen') return;
    if (this.element.paused) void this.element.play();
    else this.element.pause();
  }

  unfreeze(): void {
    if (this.#snapshot.status.kind !== 'frozen') return;
    this.#set({ kind: 'playing' });
    this.#jump();
    void this.element.play();
  }

  /** Takes the picture off the page, too. */
  close(): void {
    this.#closed = true;
    this.element.remove();
    clearInterval(this.#watch);
    this.#drought.stop();
    this.#link?.close();
    this.#nextLink?.close();
    this.element.removeEventListener('waiting', this.#waiting);
    this.element.removeEventListener('error', this.#elementFailed);
    this.frames.close();
    this.#feed?.close();
  }

  #connect(quality: Quality): LiveConnection {
    const isNext = this.#link !== undefined;
    let init: InitWithBytes | undefined;
    const listener: LiveListener = {
      init: ({ mime, quality: sent, reduced }, bytes) => {
        init = { mime, bytes, stream: { quality: sent, reduced } };
        if (this.#link === connection) this.#takeInit(init);
      },
      fragment: ({ capturedAt, serverNow }, bytes) => {
        this.#lastBytesAtMs = performance.now();
        this.#clock.observe(serverNow, this.#lastBytesAtMs);
        if (this.#nextLink === connection && init !== undefined) {
          this.#link?.close();
          this.#link = connection;
          this.#nextLink = undefined;
          this.#takeInit(init);
        }
        if (this.#link === connection)
          this.#feed?.push({ kind: 'fragment', capturedAtMs: capturedAt, bytes });
      },
      state: (message) => {
        if (this.#link !== connection) return;
        this.#snapshot = { ...this.#snapshot, source: message };
        this.changed();
      },
      down: () => {
        if (this.#link === connection && this.#snapshot.status.kind !== 'frozen')
          this.#set({ kind: 'link-down' });
      },
      refused: (refusal) => {
        if (this.#nextLink === connection) this.#nextLink = undefined;
        else this.#set({ kind: 'refused', refusal });
      },
    };
    const connection: LiveConnection = new LiveConnection(this.#sourceId, quality, listener);
    if (!isNext) this.#link = connection;
    return connection;
  }

  #takeInit({ mime, bytes, stream }: InitWithBytes): void {
    this.#snapshot = { ...this.#snapshot, stream };
    const { status } = this.#snapshot;
    // Another stream of the camera may be one that this browser can decode.
    if (status.kind === 'unsupported') this.#rebuild();
    // Before it is taken, which may show that it cannot be decoded.
    this.#set(status.kind === 'frozen' ? status : { kind: 'playing' });
    this.#feed?.push({ kind: 'init', mime, bytes });
  }

  #rebuild(): void {
    this.#feed?.close();
    this.#drought.stop();
    this.#started = false;
    this.control.started();
    this.#feed = new MediaFeed(this.element, {
      appended: (endS, state) => this.#appended(endS, state),
      fault: (fault, detail) => this.#feedFailed(fault, detail),
    });
  }

  #appended(endS: number, state: Appended): void {
    if (this.#snapshot.status.kind === 'frozen') {
      if (endS - this.element.currentTime > longestFreezeS) this.unfreeze();
      return;
    }
    this.control.fragments(Math.min(longestWaitS, this.#feed?.longestFragmentS ?? 0));
    if (!this.#started || state.overlapped) {
      if (!state.drained) return;
      this.#started = true;
      this.#jump();
      void this.element.play().catch(() => undefined);
      return;
    }
    // A seek cut short by the next shows nothing: where one takes long, a picture that jumps again never comes.
    if (this.element.seeking) return;
    const decision = this.control.sample(state.leadBeforeS, this.#laggedS());
    if (decision.kind === 'jump') this.#jump();
    else this.#setRate(decision.rate);
    this.#drought.appended();
  }

  /** A browser takes its time over each change: what nobody would see is left out. */
  #setRate(rate: number): void {
    const before = this.element.playbackRate;
    if (rate !== before && (rate === 1 || Math.abs(rate - before) >= leastRateStep))
      this.element.playbackRate = rate;
  }

  /** How much less was played since the last append than time went by. */
  #laggedS(): number {
    const [before, now] = [this.#playedTo, { atMs: performance.now(), mediaTimeS: this.element.currentTime }];
    this.#playedTo = now;
    if (before === undefined) return 0;
    return (now.atMs - before.atMs) / 1000 - (now.mediaTimeS - before.mediaTimeS);
  }

  #jump(): void {
    this.#playedTo = undefined;
    const endS = this.#feed?.endS;
    const startS = this.#feed?.startS;
    if (endS === undefined || startS === undefined) return;
    this.element.currentTime = Math.max(startS, endS - this.control.landingS);
    this.element.playbackRate = 1;
    this.control.forget();
    this.frames.jumped();
  }

  #feedFailed(fault: FeedFault, detail: string): void {
    if (fault === 'unsupported') {
      this.#link?.close();
      this.#set({ kind: 'unsupported', mime: detail });
      return;
    }
    this.frames.failed(detail);
    this.#rebuild();
    this.#link?.reopen();
  }

  readonly #waiting = (): void => {
    if (!this.#started || this.element.seeking || this.#snapshot.status.kind === 'frozen') return;
    this.frames.stalled();
    this.control.stalled();
  };

  readonly #elementFailed = (): void => {
    if (this.#closed || this.element.error === null) return;
    this.#feedFailed('media', this.element.error.message);
  };

  /** A link can die without saying so; one that is silent is opened anew, which costs nothing. */
  #watchSilence(): void {
    if (performance.now() - this.#lastBytesAtMs < silenceMs) return;
    this.#lastBytesAtMs = performance.now();
    if (this.#snapshot.status.kind !== 'refused') this.#link?.reopen();
  }

  #set(status: PictureStatus): void {
    this.#snapshot = { ...this.#snapshot, status };
    this.changed();
  }
}

function silentVideo(sourceId: string): HTMLVideoElement {
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  video.disablePictureInPicture = true;
  video.tabIndex = -1;
  video.dataset['source'] = sourceId;
  return video;
}
