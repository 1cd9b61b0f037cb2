import type Hls from 'hls.js';
import type { ErrorData } from 'hls.js';
import { aheadS, hlsConfig, loadHls } from './load-hls.ts';
import { placeUtc, unbrokenEnd, utcOfMedia, type MediaPiece, type Placement } from './media-map.ts';
import { faultOf } from './player-fault.ts';
import type { Player, PlayerState } from './player.ts';
import { steppedMediaS } from './step.ts';

export interface SourcePlayerListeners {
  statusChanged(status: PlayerState): void;
  /** A frame of this wall-clock time is on screen now. Cameras only. */
  frame(utcMs: number): void;
}

/** Half a second: media that ends that close to the end of the last piece has been played. */
const endSlackS = 0.5;

/** One source in one media element, fed by an hls.js instance of its own that is kept from grant to grant. */
export class SourcePlayer implements Player {
  readonly sourceId: string;
  readonly kind: 'camera' | 'microphone';
  readonly element: HTMLMediaElement;
  readonly #listeners: SourcePlayerListeners;
  #hls: Hls | undefined;
  #status: PlayerState = { state: 'loading' };
  #startMs = 0;
  #closed = false;
  #frameMediaS: number | undefined;
  #frameDurationS = 0.04;
  #frameHandle = 0;
  #mediaFaults = 0;
  #beginS: number | undefined;

  constructor(
    sourceId: string,
    kind: 'camera' | 'microphone',
    element: HTMLMediaElement,
    listeners: SourcePlayerListeners,
  ) {
    this.sourceId = sourceId;
    this.kind = kind;
    this.element = element;
    this.#listeners = listeners;
    if (element instanceof HTMLVideoElement) this.#watchFrames(element);
    // hls.js goes to the start only once its whole first segment is there; another frame would show until then.
    element.addEventListener('loadedmetadata', () => {
      if (this.#beginS !== undefined && !this.#closed) element.currentTime = this.#beginS;
    });
    for (const [event, wantedS] of [
      ['seeking', aheadS.seeking],
      ['seeked', aheadS.playing],
    ] as const)
      element.addEventListener(event, () => this.#fetchAhead(wantedS));
  }

  get status(): PlayerState {
    return this.#status;
  }
  get waiting(): boolean {
    return this.element.seeking || (this.element.readyState < 3 && !this.ended);
  }
  get ended(): boolean {
    const last = this.#pieces.at(-1);
    if (this.element.ended) return true;
    return last !== undefined && this.element.readyState < 3 && !this.element.seeking
      ? this.element.currentTime >= last.start + last.duration - endSlackS
      : false;
  }
  get running(): boolean {
    return !this.element.paused;
  }
  get frameDurationMs(): number {
    return this.#frameDurationS * 1000;
  }

  /** Plays what `url` lists, from the place nearest to `startMs`. Asked again for another grant. */
  async load(url: string, startMs: number): Promise<void> {
    this.#startMs = startMs;
    this.#setStatus({ state: 'loading' });
    const hlsClass = await loadHls();
    if (this.#closed) return;
    // A place still sought in the footage before will not be told as found.
    this.#fetchAhead(aheadS.playing);
    if (this.#hls === undefined) {
      const hls = new hlsClass(hlsConfig);
      this.#hls = hls;
      hls.on(hlsClass.Events.LEVEL_LOADED, () => this.#listed());
      hls.on(hlsClass.Events.ERROR, (_name, data) => this.#failed(data));
      hls.attachMedia(this.element);
    }
    this.#hls.loadSource(url);
  }

  place(utcMs: number): Placement {
    return placeUtc(this.#pieces, utcMs);
  }
  unbrokenEnd(utcMs: number): number | undefined {
    return unbrokenEnd(this.#pieces, utcMs);
  }
  utcNow(): number | undefined {
    return utcOfMedia(this.#pieces, this.element.currentTime);
  }
  /** The wall clock of the frame on screen, which a paused element's position only lies within. */
  frameUtc(): number | undefined {
    return this.#frameMediaS === undefined ? this.utcNow() : utcOfMedia(this.#pieces, this.#frameMediaS);
  }

  seek(mediaS: number): void {
    if (Math.abs(this.element.currentTime - mediaS) < 0.0005) return;
    if (this.element.readyState === 0) {
      // Nothing is loaded: an element cannot seek yet, hls.js will begin there.
      this.#begin(mediaS);
      return;
    }
    this.element.currentTime = mediaS;
  }
  run(rate: number): void {
    if (this.element.playbackRate !== rate) this.element.playbackRate = rate;
    // Halting before playing began rejects the promise; that is no fault.
    if (this.element.paused) this.element.play().catch(() => undefined);
  }
  halt(): void {
    if (!this.element.paused) this.element.pause();
  }

  /**
   * The moment whose frame is `frames` after (before, when negative) the one the element stands at; undefined where
   * there is none. The browser tells of a frame some time after it has drawn it: steps in quick succession go on from
   * where the element was sent, not from the frame last told of.
   */
  stepTarget(frames: number): number | undefined {
    return utcOfMedia(
      this.#pieces,
      steppedMediaS(this.element.currentTime, this.#frameMediaS, this.#frameDurationS, frames),
    );
  }

  close(): void {
    this.#closed = true;
    if (this.element instanceof HTMLVideoElement) this.element.cancelVideoFrameCallback(this.#frameHandle);
    this.#hls?.destroy();
    this.#hls = undefined;
  }

  get #pieces(): readonly MediaPiece[] {
    return this.#hls?.levels[0]?.details?.fragments ?? [];
  }

  #listed(): void {
    if (this.#status.state === 'ready') return;
    if (this.#pieces.length === 0) {
      this.#setStatus({ state: 'empty' });
      return;
    }
    const place = this.place(this.#startMs);
    const startS = place.kind === 'at' ? place.mediaS : this.#afterHole(place.nextStartMs);
    this.#beginS = undefined;
    this.#begin(startS);
    this.#setStatus({ state: 'ready' });
  }

  /** Asked again for where it is beginning anyway, loading goes on undisturbed. */
  #begin(mediaS: number): void {
    if (this.#beginS === mediaS) return;
    this.#beginS = mediaS;
    this.#hls?.startLoad(mediaS);
  }

  /** To be called before hls.js hears of the event. */
  #fetchAhead(seconds: number): void {
    if (this.#hls !== undefined) this.#hls.config.maxMaxBufferLength = seconds;
  }

  #afterHole(nextStartMs: number | undefined): number {
    const next = nextStartMs === undefined ? undefined : this.place(nextStartMs);
    const last = this.#pieces.at(-1);
    if (next?.kind === 'at') return next.mediaS;
    return last === undefined ? 0 : Math.max(last.start, last.start + last.duration - 1);
  }

  #failed(data: ErrorData): void {
    const answer = faultOf(data);
    if (answer === 'empty') this.#setStatus({ state: 'empty' });
    else if (answer === 'recover' && this.#mediaFaults < 2) {
      this.#mediaFaults += 1;
      this.#hls?.recoverMediaError();
    } else if (answer !== 'recoverable') {
      this.#setStatus({ state: 'failed', cause: answer === 'recover' ? 'media' : answer });
    }
  }

  #setStatus(status: PlayerState): void {
    this.#status = status;
    if (status.state !== 'ready') this.#frameMediaS = undefined;
    if (status.state === 'ready') this.#mediaFaults = 0;
    this.#listeners.statusChanged(status);
  }

  #watchFrames(video: HTMLVideoElement): void {
    const shown = (_now: number, { mediaTime }: VideoFrameCallbackMetadata) => {
      const apartS = Math.abs(mediaTime - (this.#frameMediaS ?? Number.NEGATIVE_INFINITY));
      if (apartS > 0.008 && apartS < this.#frameDurationS * 1.2) {
        this.#frameDurationS += (apartS - this.#frameDurationS) * 0.5;
      }
      this.#frameMediaS = mediaTime;
      const utcMs = utcOfMedia(this.#pieces, mediaTime);
      if (utcMs !== undefined) this.#listeners.frame(utcMs);
      this.#frameHandle = video.requestVideoFrameCallback(shown);
    };
    this.#frameHandle = video.requestVideoFrameCallback(shown);
  }
}
