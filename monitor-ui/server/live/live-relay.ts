import type { Clock } from '@minhbach/shared/clock';
import type { LiveFragmentMeta, LiveInitMeta, Quality, SourceKind } from '@minhbach/shared/protocol';
import { utcMs, type RecorderId, type SourceId } from '@minhbach/shared/units-of-measure';
import { UplinkError, type LiveChannel, type LiveListener } from '../uplink/index.ts';
import type { LiveFragment, LiveInit, LiveTaker } from './live-feed.ts';

/** The part of the uplink that live needs. */
export interface LiveUplink {
  openLive(
    recorderId: RecorderId,
    stream: { readonly sourceId: SourceId; readonly quality: Quality },
    listener: LiveListener,
  ): LiveChannel;
  clockOffsetMs(recorderId: RecorderId): number;
}

export interface LiveRelayParts {
  readonly uplink: LiveUplink;
  readonly clock: Clock;
  readonly recorderId: RecorderId;
  readonly sourceId: SourceId;
  readonly kind: SourceKind;
  readonly quality: Quality;
  /** Nobody has watched for the time the channel lingers. */
  readonly onIdle: () => void;
  readonly lingerMs?: number;
  readonly reopenAfterMs?: number;
}

/** A GOP longer than this is not kept whole: a joiner then waits for the next keyframe. */
const cacheLimitBytes = 24 * 1024 * 1024;
/** Every fragment of sound can be joined at; this much gives a player something to begin with. */
const soundCacheMs = 600;

/**
 * One live stream of one source, asked of the recorder once for all who watch it. Keeps what came since the last
 * keyframe, so that who joins sees a picture at once. Goes on asking when the recorder goes away, as long as someone
 * watches.
 */
export class LiveRelay {
  readonly #parts: LiveRelayParts;
  readonly #takers = new Set<LiveTaker>();
  #channel: LiveChannel | undefined;
  #init: LiveInit | undefined;
  #cache: LiveFragment[] = [];
  #cacheBytes = 0;
  #awaitsKeyframe = true;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: LiveRelayParts) {
    this.#parts = parts;
  }

  get takers(): number {
    return this.#takers.size;
  }

  /** The taker gets the newest init segment and what came since the last keyframe before this returns. */
  join(taker: LiveTaker): { leave(): void } {
    if (this.#takers.size === 0) this.#clearTimer();
    this.#takers.add(taker);
    if (this.#channel === undefined && this.#timer === undefined) this.#open();
    if (this.#init) taker.init(this.#init);
    for (const fragment of this.#cache) taker.fragment(fragment);
    return { leave: () => this.#leave(taker) };
  }

  close(): void {
    this.#clearTimer();
    this.#channel?.close();
    this.#channel = undefined;
    this.#takers.clear();
  }

  #leave(taker: LiveTaker): void {
    if (!this.#takers.delete(taker) || this.#takers.size > 0) return;
    this.#schedule(this.#parts.lingerMs ?? 5_000, () => {
      this.close();
      this.#parts.onIdle();
    });
  }

  #open(): void {
    const listener: LiveListener = {
      init: (meta, bytes) => this.#onInit(meta, bytes),
      fragment: (meta, bytes) => this.#onFragment(meta, bytes),
      skipped: () => {
        this.#restart();
        for (const taker of this.#takers) taker.skipped();
      },
      ended: () => {
        this.#channel = undefined;
        this.#init = undefined;
        this.#restart();
        this.#reopenLater();
      },
    };
    try {
      const { recorderId, sourceId, quality } = this.#parts;
      this.#channel = this.#parts.uplink.openLive(recorderId, { sourceId, quality }, listener);
    } catch (error) {
      if (!(error instanceof UplinkError)) throw error;
      this.#reopenLater();
    }
  }

  #reopenLater(): void {
    if (this.#takers.size === 0 && this.#timer) return;
    this.#schedule(this.#parts.reopenAfterMs ?? 1_000, () => {
      if (this.#takers.size > 0) this.#open();
      else this.#parts.onIdle();
    });
  }

  #onInit(meta: LiveInitMeta, bytes: Buffer): void {
    this.#init = { mime: meta.mime, quality: meta.quality, captureId: meta.captureId, bytes };
    this.#restart();
    for (const taker of this.#takers) taker.init(this.#init);
  }

  #onFragment(meta: LiveFragmentMeta, bytes: Buffer): void {
    const keyframe = meta.keyframe || this.#parts.kind === 'microphone';
    if (this.#init === undefined || (this.#awaitsKeyframe && !keyframe)) return;
    const offsetMs = this.#parts.uplink.clockOffsetMs(this.#parts.recorderId);
    const fragment: LiveFragment = {
      seq: meta.seq,
      capturedAt: utcMs(Math.max(0, meta.capturedAt - offsetMs)),
      keyframe,
      bytes,
    };
    this.#remember(fragment);
    for (const taker of this.#takers) taker.fragment(fragment);
  }

  #remember(fragment: LiveFragment): void {
    if (this.#parts.kind === 'microphone') {
      this.#cache = this.#cache.filter((old) => fragment.capturedAt - old.capturedAt <= soundCacheMs);
    } else if (fragment.keyframe) {
      this.#cache = [];
      this.#cacheBytes = 0;
    } else if (this.#cache.length === 0) {
      return;
    }
    this.#awaitsKeyframe = false;
    this.#cache.push(fragment);
    this.#cacheBytes += fragment.bytes.length;
    if (this.#parts.kind === 'camera' && this.#cacheBytes > cacheLimitBytes) this.#cache = [];
  }

  #restart(): void {
    this.#cache = [];
    this.#cacheBytes = 0;
    this.#awaitsKeyframe = true;
  }

  #schedule(afterMs: number, act: () => void): void {
    this.#clearTimer();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      act();
    }, afterMs);
  }

  #clearTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
