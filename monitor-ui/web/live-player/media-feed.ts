import { readFragment, readInitSegment, type InitSegment } from '@minhbach/shared/media';
import { CaptureTimeline } from './capture-timeline.ts';
import { FeedQueue, type Piece } from './feed-queue.ts';
import { placeFragment } from './placement.ts';

export type FeedFault = 'unsupported' | 'overflow' | 'media';
export interface Appended {
  readonly drained: boolean;
  readonly overlapped: boolean;
  readonly leadBeforeS: number;
}
export interface FeedListener {
  /**
   * A fragment is in the buffer. `drained`: nothing else waits; `overlapped`: since the last drain something reached
   * back before what is shown; `leadBeforeS`: what was still ahead of the playhead just before it was appended.
   */
  appended(endS: number, state: Appended): void;
  fault(fault: FeedFault, detail: string): void;
}

/** More than this waiting means the decoder does not keep up; the link is opened again at a keyframe. */
const queueLimitBytes = 24 * 1024 * 1024;
const lookedBackFragments = 20;
const keepBehindS = 20;
const trimAboveS = 30;

/** Appends what arrives on one link to one media element through a MediaSource of its own, and keeps the buffer short. */
export class MediaFeed {
  readonly timeline = new CaptureTimeline();
  readonly #element: HTMLMediaElement;
  readonly #listener: FeedListener;
  readonly #source = new MediaSource();
  readonly #address: string;
  #buffer: SourceBuffer | undefined;
  #mime = '';
  readonly #queue = new FeedQueue(startsWithKeyframe);
  #initSegment: InitSegment | undefined;
  #offsetS: number | undefined;
  #durationsS: readonly number[] = [];
  #overlapped = false;
  #leadBeforeS = 0;
  #closed = false;

  constructor(element: HTMLMediaElement, listener: FeedListener) {
    this.#element = element;
    this.#listener = listener;
    this.#address = URL.createObjectURL(this.#source);
    this.#source.addEventListener('sourceopen', () => this.#next(), { once: true });
    element.src = this.#address;
  }

  push(piece: Piece): void {
    if (this.#closed) return;
    this.#queue.push(piece, performance.now());
    if (this.#queue.bytes > queueLimitBytes)
      this.#fail('overflow', `${this.#queue.bytes} bytes wait for the decoder`);
    else this.#next();
  }

  /** Length of the longest fragment of late, in seconds. */
  get longestFragmentS(): number {
    return Math.max(0, ...this.#durationsS);
  }

  /** End of what is buffered, in seconds of media time. */
  get endS(): number | undefined {
    const ranges = this.#buffer?.buffered;
    return ranges === undefined || ranges.length === 0 ? undefined : ranges.end(ranges.length - 1);
  }

  get startS(): number | undefined {
    const ranges = this.#buffer?.buffered;
    return ranges === undefined || ranges.length === 0 ? undefined : ranges.start(0);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#queue.clear();
    URL.revokeObjectURL(this.#address);
    this.#element.removeAttribute('src');
    this.#element.load();
  }

  #next(): void {
    if (this.#closed || this.#source.readyState !== 'open' || this.#buffer?.updating === true) return;
    try {
      if (this.#trim()) return;
      const piece = this.#queue.take(performance.now());
      if (piece === undefined) return;
      if (piece.kind === 'init') this.#init(piece.mime, piece.bytes);
      else this.#fragment(piece.capturedAtMs, piece.bytes);
    } catch (error) {
      this.#fail('media', error instanceof Error ? error.message : String(error));
    }
  }

  #init(mime: string, bytes: ArrayBuffer): void {
    if (!MediaSource.isTypeSupported(mime)) {
      this.#fail('unsupported', mime);
      return;
    }
    if (this.#buffer === undefined) {
      this.#buffer = this.#source.addSourceBuffer(mime);
      this.#buffer.addEventListener('updateend', () => this.#updated());
    } else if (mime !== this.#mime) {
      this.#buffer.changeType(mime);
    }
    this.#mime = mime;
    this.#initSegment = readInitSegment(new Uint8Array(bytes));
    this.#offsetS = undefined;
    this.#buffer.appendBuffer(bytes);
  }

  #fragment(capturedAtMs: number, bytes: ArrayBuffer): void {
    const init = this.#initSegment;
    if (this.#buffer === undefined || init === undefined) {
      throw new TypeError('a fragment came before an init segment');
    }
    // Browsers take off what an edit list says of an encoder's delay before they place a sample.
    const { tfdt, durationTicks } = readFragment(new Uint8Array(bytes), init);
    const ownStartS = (tfdt - init.editMediaTimeTicks) / init.timescale;
    this.#durationsS = [...this.#durationsS.slice(1 - lookedBackFragments), durationTicks / init.timescale];
    const startS = placeFragment({
      ownStartS,
      capturedAtMs,
      offsetS: this.#offsetS,
      bufferedEndS: this.endS,
      timeline: this.timeline,
    });
    const offsetS = startS - ownStartS;
    if (this.#offsetS === undefined || Math.abs(offsetS - this.#offsetS) > 1e-6) {
      this.#offsetS = offsetS;
      this.#buffer.timestampOffset = offsetS;
      if (startS < this.#element.currentTime) this.#overlapped = true;
    }
    this.#leadBeforeS = startS - this.#element.currentTime;
    this.timeline.add(startS, capturedAtMs);
    this.#buffer.appendBuffer(bytes);
  }

  #updated(): void {
    if (this.#closed) return;
    const endS = this.endS;
    if (endS !== undefined) {
      const drained = this.#queue.isEmpty;
      this.#listener.appended(endS, {
        drained,
        overlapped: this.#overlapped,
        leadBeforeS: this.#leadBeforeS,
      });
      if (drained) this.#overlapped = false;
    }
    this.#next();
  }

  /** True when it started a removal. Keeps enough to go back ten seconds at once. */
  #trim(): boolean {
    const startS = this.startS;
    const untilS = this.#element.currentTime - keepBehindS;
    if (this.#buffer === undefined || startS === undefined) return false;
    if (this.#element.currentTime - startS < trimAboveS || untilS <= startS) return false;
    this.#buffer.remove(0, untilS);
    return true;
  }

  #fail(fault: FeedFault, detail: string): void {
    this.close();
    this.#listener.fault(fault, detail);
  }
}

function startsWithKeyframe(fragment: ArrayBuffer, init: ArrayBuffer): boolean {
  return readFragment(new Uint8Array(fragment), readInitSegment(new Uint8Array(init))).startsWithKeyframe;
}
