import type { GapCause, OpenSegment, Quality } from '@minhbach/shared/protocol';
import type { DeviceId, SegmentId, SourceId, UtcMs } from '@minhbach/shared/units-of-measure';
import { DeviceCapture } from './device-capture.ts';
import type { DevicePlan } from './device-plan.ts';
import { stillOf, type FfmpegPaths } from './fluent-ffmpeg-adapter.ts';
import { Subscriber } from './live-hub.ts';
import type { LiveSink } from './live-sink.ts';
import { readFootageFile } from './read-footage.ts';
import { RecordedSource, type RecordingContext } from './recorded-source.ts';
import {
  RecordingError,
  type Footage,
  type Recording,
  type RecordingEvents,
  type RecordingStatus,
} from './recording.ts';
import type { PreviousRun } from '../spool/index.ts';
import { SourceAccount } from './source-account.ts';
import { SubStream } from './sub-stream.ts';

interface Device {
  readonly capture: DeviceCapture;
  readonly sub: SubStream | undefined;
}

/** Why there is no footage between two runs. */
const causeOfEnd: Readonly<Record<PreviousRun['end'], GapCause>> = {
  stopped: 'recorder-stopped',
  crashed: 'recorder-crashed',
  'power-lost': 'power-lost',
  none: 'unknown',
};

/**
 * One beat for everything that is looked after several times a second, however many devices there are: captures take in
 * what has come and are judged, files are written out. Waking up is what costs, and writes that begin together wake the
 * disk's threads once.
 *
 * A killed recorder loses at most what came in one beat and what is in ffmpeg (of sound two frames in the encoder, one in
 * the fragment and one that ends it: 257 ms): together below 0.5 s. Eight beats are 1.45 s, the time between syncs. No
 * multiple of a fragment's length, of whatever frame rate: within seconds some fragment of each track ends just before a
 * beat, and tells `CapturePlacer` when it really came.
 */
const beatMs = 181;

export interface DeviceRecordingParts {
  readonly context: RecordingContext;
  readonly paths: FfmpegPaths;
  readonly diesWithParent: boolean;
  readonly stallMs: number;
  readonly maxBytesPerSecond: number;
  readonly retryMaxMs: number;
  readonly refusedMaxMs: number;
  readonly soundLookMs: number;
  readonly soundLatenessMs: number;
  /** Work on the spool that goes on beside recording; stopped first. */
  readonly beside: { stop(): Promise<void> };
  /** How the run before ended: the cause of the hole it left. */
  readonly previousRun: PreviousRun;
}

/** Recording as a set of devices; see `Recording` for what each method promises. */
export class DeviceRecording implements Recording {
  #of: DeviceRecordingParts;
  #devices = new Map<DeviceId, Device>();
  #sources = new Map<SourceId, { readonly source: RecordedSource; readonly device: Device }>();
  #disabled = new Set<SourceId>();
  #begun: UtcMs;
  #timer: NodeJS.Timeout;
  #beat: NodeJS.Timeout;
  #seconds = 0;
  #closing: Promise<void> | undefined;

  constructor(of: DeviceRecordingParts) {
    this.#of = of;
    this.#begun = of.context.recorderClock.now();
    this.#timer = setInterval(() => this.#tick(), 1_000);
    this.#beat = setInterval(() => {
      for (const { capture } of this.#devices.values()) capture.beat();
      // After all are read: what came is written in the turn in which it was taken in.
      for (const { source } of this.#sources.values()) source.flush();
    }, beatMs);
  }

  addDevice(plan: DevicePlan): void {
    if (this.#closing !== undefined) throw new RecordingError('already-added', 'the recording is closing');
    if (this.#devices.has(plan.deviceId)) {
      throw new RecordingError('already-added', `device ${plan.deviceId} is being recorded already`);
    }
    const picture = plan.picture && this.#source(plan, plan.picture);
    const sound = plan.sound && this.#source(plan, plan.sound);
    if (picture === undefined && sound === undefined) {
      throw new RecordingError(
        'not-found',
        `device ${plan.deviceId} has neither picture nor sound to record`,
      );
    }
    const { context, paths, diesWithParent } = this.#of;
    const capture = new DeviceCapture({ ...this.#of, plan, picture, sound });
    const sub =
      picture && plan.hasSubStream
        ? new SubStream({ plan, context, paths, diesWithParent, main: picture.live })
        : undefined;
    const device = { capture, sub };
    this.#devices.set(plan.deviceId, device);
    for (const source of capture.sources) this.#sources.set(source.sourceId, { source, device });
  }

  async removeDevice(deviceId: DeviceId): Promise<void> {
    const device = this.#devices.get(deviceId);
    if (device === undefined) return;
    this.#devices.delete(deviceId);
    device.sub?.stop();
    await device.capture.stop('disabled', 'the device was removed');
    for (const subscriber of device.sub?.drain() ?? []) subscriber.ended();
    for (const source of device.capture.sources) {
      for (const subscriber of source.live.drain()) subscriber.ended();
      source.removed();
      this.#sources.delete(source.sourceId);
      this.#disabled.add(source.sourceId);
    }
  }

  statuses(): readonly RecordingStatus[] {
    return [...this.#sources.values()].map(({ source }) => source.status);
  }

  openSegments(): readonly OpenSegment[] {
    return [...this.#sources.values()].flatMap(({ source }) => source.openSegment() ?? []);
  }

  subscribe(sourceId: SourceId, quality: Quality, sink: LiveSink): () => void {
    const { source, device } = this.#require(sourceId);
    const subscriber = new Subscriber(sink);
    if (quality === 'sub' && device.sub !== undefined && sourceId === device.capture.plan.picture) {
      return device.sub.add(subscriber);
    }
    source.live.add(subscriber);
    return () => source.live.delete(subscriber);
  }

  async readFootage(
    segmentId: SegmentId,
    firstByte: number,
    lastByte: number,
    signal?: AbortSignal,
  ): Promise<Footage> {
    const range = { firstByte, lastByte, signal };
    for (const { source } of this.#sources.values()) {
      const open = source.unsealedFile(segmentId);
      if (open !== undefined) return readFootageFile({ ...range, paths: open.paths, totalBytes: open.bytes });
    }
    const sealed = this.#of.context.spool.findSegment(segmentId);
    if (sealed === undefined) throw new RecordingError('not-found', `no segment ${segmentId} in the spool`);
    return readFootageFile({ ...range, paths: [sealed.path], totalBytes: sealed.bytes });
  }

  async snapshot(sourceId: SourceId): Promise<Uint8Array> {
    const { source, device } = this.#require(sourceId);
    const gop =
      sourceId === device.capture.plan.picture && (device.sub?.newestGop() ?? source.live.newestGop());
    if (!gop) throw new RecordingError('no-picture', `source ${sourceId} has no picture now`);
    try {
      return await stillOf(gop, this.#of.paths);
    } catch (error) {
      throw new RecordingError('no-picture', 'the newest keyframe could not be decoded', { cause: error });
    }
  }

  on<Name extends keyof RecordingEvents>(
    name: Name,
    listener: (...event: RecordingEvents[Name]) => void,
  ): () => void {
    return this.#of.context.emitter.on(name, listener);
  }

  async close(): Promise<void> {
    this.#closing ??= this.#close();
    await this.#closing;
  }

  async #close(): Promise<void> {
    clearInterval(this.#timer);
    const besideStopped = this.#of.beside.stop();
    clearInterval(this.#beat);
    const devices = [...this.#devices.values()];
    for (const { sub } of devices) sub?.stop();
    await Promise.all(devices.map(({ capture }) => capture.stop('recorder-stopped', 'the recorder stopped')));
    const now = this.#of.context.recorderClock.now();
    for (const { source } of this.#sources.values()) source.account.close(now);
    await besideStopped;
    this.#of.context.emitter.clear();
  }

  #source(plan: DevicePlan, sourceId: SourceId): RecordedSource {
    if (this.#sources.has(sourceId)) {
      throw new RecordingError('already-added', `source ${sourceId} is being recorded already`);
    }
    const { context, previousRun } = this.#of;
    const account = new SourceAccount({
      spool: context.spool,
      sourceId,
      now: context.recorderClock.now(),
      cause: (from) => {
        if (from === undefined) return { cause: 'unknown', evidence: 'no footage yet since it was added' };
        if (this.#disabled.has(sourceId))
          return { cause: 'disabled', evidence: 'the device had been removed' };
        const began = `this run began at ${new Date(this.#begun).toISOString()}`;
        return { cause: causeOfEnd[previousRun.end], evidence: `${previousRun.evidence}; ${began}` };
      },
      onGap: (gap) => context.emitter.emit('gapRecorded', gap),
    });
    return new RecordedSource({ sourceId, deviceId: plan.deviceId, context, account });
  }

  #require(sourceId: SourceId) {
    const found = this.#sources.get(sourceId);
    if (found === undefined)
      throw new RecordingError('not-found', `source ${sourceId} is not being recorded`);
    return found;
  }

  #tick(): void {
    const { recorderClock, timeTrust, spool, logger } = this.#of.context;
    this.#seconds += 1;
    const step = recorderClock.check();
    if (step !== undefined) {
      logger.warn(step, 'the clock was set');
      timeTrust.stepped(step.adopted ? step.stepMs : 0);
      this.#stating(() =>
        spool.appendEntry({ kind: 'clock', stepMs: step.stepMs, monotonicMs: step.monotonicMs }),
      );
      if (step.adopted) {
        for (const { capture } of this.#devices.values()) {
          capture.restart('clock-drift', `the recorder's clock was set forward by ${step.stepMs} ms`);
        }
      }
    }
    if (this.#seconds % 5 === 0) this.#stating(() => spool.noteAlive());
    for (const { source } of this.#sources.values()) source.tick();
    for (const { sub } of this.#devices.values()) sub?.tick();
  }

  /** A fact beside the footage that the index refuses must not end the recording of the footage. */
  #stating(state: () => void): void {
    try {
      state();
    } catch (error) {
      const message = error instanceof Error ? error.message : 'unknown';
      this.#of.context.emitter.emit('fault', {
        code: 'disk-failed',
        message: `the index cannot be written: ${message}`,
      });
    }
  }
}
