import type { Logger } from 'pino';
import type { Clock } from '@minhbach/shared/clock';
import type { InitSegment } from '@minhbach/shared/media';
import type { GapCause, OpenSegment, SourceState } from '@minhbach/shared/protocol';
import {
  utcMs,
  type CaptureId,
  type DeviceId,
  type SegmentId,
  type SourceId,
  type UtcMs,
} from '@minhbach/shared/units-of-measure';
import type { CapturePlacer, RecorderClock, TimeTrust } from '../clock/index.ts';
import { SegmentWriter, type CutSettings } from '../segments/index.ts';
import type { Spool } from '../spool/index.ts';
import { maxBurstMs } from './capture-watch.ts';
import type { FootageObserver, ObserveFootage } from './footage-observer.ts';
import { LiveHub } from './live-hub.ts';
import type { RecordingFault, RecordingStatus } from './recording.ts';
import type { RecordingEmitter } from './recording-emitter.ts';
import type { SourceAccount } from './source-account.ts';
import type { TrackFragment } from './track-reader.ts';

/** What every capture of this recorder shares. */
export interface RecordingContext {
  readonly spool: Spool;
  readonly clock: Clock;
  readonly recorderClock: RecorderClock;
  readonly timeTrust: TimeTrust;
  readonly logger: Logger;
  readonly emitter: RecordingEmitter;
  readonly cut: CutSettings;
  readonly observeFootage: ObserveFootage | undefined;
}

/** One source through all its captures: its state, its account of footage and gaps, its segments and its viewers. */
export class RecordedSource {
  readonly sourceId: SourceId;
  readonly deviceId: DeviceId;
  readonly live = new LiveHub();
  readonly account: SourceAccount;
  #context: RecordingContext;
  #observer: FootageObserver | undefined;
  #status: RecordingStatus;
  #writer: SegmentWriter | undefined;
  #closing = new Set<SegmentWriter>();
  #track: { placer: CapturePlacer; init: InitSegment } | undefined;

  constructor(of: {
    readonly sourceId: SourceId;
    readonly deviceId: DeviceId;
    readonly context: RecordingContext;
    readonly account: SourceAccount;
  }) {
    this.sourceId = of.sourceId;
    this.deviceId = of.deviceId;
    this.#context = of.context;
    this.account = of.account;
    this.#observer = of.context.observeFootage?.(of.sourceId);
    this.#status = {
      sourceId: of.sourceId,
      deviceId: of.deviceId,
      state: 'starting',
      since: of.context.recorderClock.now(),
    };
  }

  get status(): RecordingStatus {
    return this.#status;
  }

  setState(state: SourceState, cause?: GapCause): void {
    if (this.#status.state === state && this.#status.cause === cause) return;
    const { cause: before, ...rest } = this.#status;
    void before;
    this.#status = {
      ...rest,
      state,
      since: this.#context.recorderClock.now(),
      ...(cause === undefined ? {} : { cause }),
    };
    this.#context.emitter.emit('stateChanged', this.#status);
  }

  /** A capture's init segment of this source's track has come. */
  captureStarted(of: {
    readonly captureId: CaptureId;
    readonly init: InitSegment;
    readonly initBytes: Uint8Array;
    readonly placer: CapturePlacer;
  }): void {
    const { spool, cut, clock, recorderClock, timeTrust } = this.#context;
    this.#track = of;
    this.#status = { ...this.#status, codec: of.init.codec };
    this.#writer = new SegmentWriter({
      ...of,
      spool,
      clock,
      settings: cut,
      sourceId: this.sourceId,
      // Media time that ran wild must not lay claim to time before anybody was connected.
      accountedUntil: utcMs(Math.max(this.account.until, recorderClock.nowMs() - maxBurstMs)),
      clockErrorMs: () => recorderClock.errorMs + timeTrust.errorMs,
      utcNowMs: () => recorderClock.nowMs(),
      events: {
        started: (start) => this.account.footageStarted(start),
        sealed: (entry) => this.#context.emitter.emit('segmentSealed', entry),
        indexFailed: (cause, error) => this.#fault(cause, error),
        lost: ({ from, to }, cause, error) => {
          this.#fault(cause, error);
          this.account.lost(from, to, cause, messageOf(error));
        },
        stopped: (from, cause, error) => {
          this.#fault(cause, error);
          this.account.footageEnded(from, cause, messageOf(error));
          // After a start on a full disk there was no footage that could have ended.
          this.account.observed(cause, messageOf(error), from);
          this.setState('retrying', cause);
        },
        failed: ({ from, to }, cause, error) => {
          this.#fault(cause, error);
          this.setState('retrying', cause);
          return this.account.footageInDoubt(from, to, cause, messageOf(error));
        },
      },
    });
    this.live.start({ mime: of.init.mime, captureId: of.captureId, quality: 'main' }, of.initBytes);
    this.#observer?.started(of.init, of.initBytes);
  }

  push(fragment: TrackFragment): void {
    const placer = this.#track?.placer;
    if (placer === undefined || this.#writer === undefined) return;
    this.#writer.push(fragment.bytes, fragment);
    // A full disk stops the keeping, not the watching.
    if (this.#writer.isWriting) this.setState('recording');
    this.live.push({
      bytes: fragment.bytes,
      meta: {
        capturedAt: utcMs(placer.place(fragment.startMs)),
        durationMs: fragment.endMs - fragment.startMs,
        keyframe: fragment.startsWithKeyframe,
      },
    });
    this.#observer?.fragment(fragment);
  }

  /**
   * Footage stops for now within a capture that goes on (sound that falls silent on the wire). It was seen to be so for
   * `soFarMs` already: an outage is told of by its cause from its beginning, not from when it was sure.
   */
  pause(cause: GapCause, evidence: string, soFarMs = 0): void {
    const end = this.#writer?.end();
    if (end !== undefined) this.account.footageEnded(end, cause, evidence);
    this.account.observed(cause, evidence, utcMs(this.#context.recorderClock.now() - Math.round(soFarMs)));
    this.setState('retrying', cause);
  }

  /** Its media time raced: what of it is kept begins no earlier than its first fragment came. */
  raced(firstArrival: UtcMs): void {
    this.#writer?.notBefore(firstArrival);
  }

  /** The capture is over. Everything is sealed once `settled` resolves; the next capture need not wait for it. */
  captureEnded(cause: GapCause, evidence: string): void {
    const writer = this.#writer;
    if (writer !== undefined) {
      const end = writer.end();
      if (end !== undefined) this.account.footageEnded(end, cause, evidence);
      this.#closing.add(writer);
      void writer.drain().then(() => this.#closing.delete(writer));
    }
    this.#writer = undefined;
    this.#track = undefined;
    this.live.stop();
    this.account.observed(cause, evidence, this.#context.recorderClock.now());
  }

  /** It is recorded no longer. */
  removed(): void {
    this.#observer?.ended();
  }

  async settled(): Promise<void> {
    await Promise.all([...this.#closing].map((writer) => writer.close()));
  }

  /** Lets what waits reach the disk. */
  flush(): void {
    this.#writer?.flush();
  }

  tick(): void {
    this.account.tick(this.#context.recorderClock.now());
  }

  openSegment(): OpenSegment | undefined {
    return this.#writer?.openSegment();
  }

  unsealedFile(segmentId: SegmentId): { paths: readonly string[]; bytes: number } | undefined {
    for (const writer of [this.#writer, ...this.#closing]) {
      const file = writer?.unsealedFile(segmentId);
      if (file !== undefined) return file;
    }
    return undefined;
  }

  #fault(cause: GapCause, error: unknown): void {
    const code: RecordingFault['code'] = cause === 'disk-full' ? 'disk-full' : 'disk-failed';
    this.#context.emitter.emit('fault', { code, sourceId: this.sourceId, message: messageOf(error) });
  }
}

function messageOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error
    ? String(error.message)
    : String(error);
}
