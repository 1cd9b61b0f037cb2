import type { LiveFragmentMeta, LiveInitMeta } from '@minhbach/shared/protocol';
import type { LiveSink } from './live-sink.ts';

/** A device with endless GOPs must not fill the memory; a late viewer then waits for the next keyframe. */
const maxGopBytes = 16 * 1024 * 1024;

export interface LiveFragment {
  readonly meta: Omit<LiveFragmentMeta, 'seq'>;
  readonly bytes: Uint8Array;
}

/** One viewer's stream: numbers its fragments, and lets none through before a keyframe. */
export class Subscriber {
  #sink: LiveSink;
  #seq = 0;
  #awaitsKeyframe = true;

  constructor(sink: LiveSink) {
    this.#sink = sink;
  }

  init(meta: LiveInitMeta, bytes: Uint8Array): void {
    this.#awaitsKeyframe = true;
    this.#sink.init(meta, bytes);
  }

  fragment({ meta, bytes }: LiveFragment): void {
    if (this.#awaitsKeyframe && !meta.keyframe) return;
    this.#awaitsKeyframe = false;
    this.#sink.fragment({ ...meta, seq: this.#seq }, bytes);
    this.#seq += 1;
  }

  ended(): void {
    this.#sink.ended();
  }
}

/** One track as it is now: its init segment, what is needed to show the present picture, and who watches. */
export class LiveHub {
  #init: { readonly meta: LiveInitMeta; readonly bytes: Uint8Array } | undefined;
  #gop: LiveFragment[] = [];
  #gopBytes = 0;
  #subscribers = new Set<Subscriber>();

  get size(): number {
    return this.#subscribers.size;
  }

  /** True when a new viewer would see a picture (or hear sound) at once. */
  get ready(): boolean {
    return this.#init !== undefined && this.#gop.length > 0;
  }

  /** A new capture begins. */
  start(meta: LiveInitMeta, bytes: Uint8Array): void {
    this.#init = { meta, bytes };
    this.#forgetGop();
    for (const subscriber of this.#subscribers) subscriber.init(meta, bytes);
  }

  push(fragment: LiveFragment): void {
    if (fragment.meta.keyframe) this.#forgetGop();
    if (fragment.meta.keyframe || this.#gop.length > 0) {
      this.#gop.push(fragment);
      this.#gopBytes += fragment.bytes.length;
      if (this.#gopBytes > maxGopBytes) this.#forgetGop();
    }
    for (const subscriber of this.#subscribers) subscriber.fragment(fragment);
  }

  /** The capture is over: who comes now waits for the next. */
  stop(): void {
    this.#init = undefined;
    this.#forgetGop();
  }

  /** Sends what is needed to start at once, if there is a capture, then everything that comes. */
  add(subscriber: Subscriber): void {
    this.#subscribers.add(subscriber);
    if (this.#init === undefined) return;
    subscriber.init(this.#init.meta, this.#init.bytes);
    for (const fragment of this.#gop) subscriber.fragment(fragment);
  }

  delete(subscriber: Subscriber): void {
    this.#subscribers.delete(subscriber);
  }

  /** The track is over for good: forgets it and answers who watched it. */
  drain(): Subscriber[] {
    this.stop();
    const left = [...this.#subscribers];
    this.#subscribers.clear();
    return left;
  }

  /** Init segment and fragments since the last keyframe. */
  newestGop(): readonly Uint8Array[] | undefined {
    if (this.#init === undefined || this.#gop.length === 0) return undefined;
    return [this.#init.bytes, ...this.#gop.map(({ bytes }) => bytes)];
  }

  #forgetGop(): void {
    this.#gop = [];
    this.#gopBytes = 0;
  }
}
