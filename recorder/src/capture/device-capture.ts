import { setTimeout as delay } from 'node:timers/promises';
import type { GapCause } from '@minhbach/shared/protocol';
import { Capture, type CaptureEnd } from './capture.ts';
import { StreamUnavailable, type DevicePlan } from './device-plan.ts';
import { classifyFfmpegExit } from './ffmpeg-exit.ts';
import { FfmpegError, probeStream, type FfmpegPaths } from './fluent-ffmpeg-adapter.ts';
import type { RecordedSource, RecordingContext } from './recorded-source.ts';
import { StreamAddressError } from './stream-address.ts';
import { streamTracksSchema, type StreamTracks } from './stream-tracks.ts';

const resolveTimeoutMs = 15_000;
const probeTimeoutMs = 15_000;
const firstRetryMs = 200;
/** A capture that lasted this long was healthy: the next failure is a new one. */
const healthyMs = 30_000;

export interface DeviceCaptureParts {
  readonly plan: DevicePlan;
  readonly picture: RecordedSource | undefined;
  readonly sound: RecordedSource | undefined;
  readonly context: RecordingContext;
  readonly paths: FfmpegPaths;
  readonly diesWithParent: boolean;
  readonly stallMs: number;
  readonly retryMaxMs: number;
  readonly soundLatenessMs: number;
}

/** Pulls one device for ever: resolve, probe once, capture, and again after every end. Nothing it does throws. */
export class DeviceCapture {
  readonly sources: readonly RecordedSource[];
  #of: DeviceCaptureParts;
  #stop = new AbortController();
  #capture: Capture | undefined;
  #failures = 0;
  #done: Promise<void>;

  constructor(of: DeviceCaptureParts) {
    this.#of = of;
    this.sources = [of.picture, of.sound].filter((source) => source !== undefined);
    this.#done = this.#run();
  }

  get plan(): DevicePlan {
    return this.#of.plan;
  }

  /** Ends the present capture for a reason of the recorder's own; the next begins at once. */
  restart(cause: GapCause, evidence: string): void {
    this.#capture?.stop(cause, evidence);
  }

  /** Ends for good. When it resolves the process is gone and everything is sealed. */
  async stop(cause: GapCause, evidence: string): Promise<void> {
    this.#stop.abort();
    this.#capture?.stop(cause, evidence);
    await this.#done;
    await Promise.all(this.sources.map((source) => source.settled()));
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const end = await this.#once(signal);
      if (signal.aborted) return;
      this.#of.context.logger.info({ deviceId: this.plan.deviceId, cause: end.cause }, end.evidence);
      for (const source of this.sources) {
        source.setState(end.refused ? 'refused' : 'retrying', end.cause);
        source.account.observed(end.cause, end.evidence, this.#of.context.recorderClock.now());
      }
      if (end.tracksChanged) this.#remember(undefined);
      this.#failures = end.lastedMs >= healthyMs ? 0 : this.#failures + 1;
      await delay(this.#retryInMs(end.refused), undefined, { signal }).catch(() => undefined);
    }
  }

  async #once(signal: AbortSignal): Promise<CaptureEnd> {
    let url: string;
    let tracks: StreamTracks;
    try {
      const within = AbortSignal.any([signal, AbortSignal.timeout(resolveTimeoutMs)]);
      ({ url } = await abortable(this.plan.resolveStream('main', within), within));
      tracks = this.#wanted(await this.#tracks(url, signal));
    } catch (error) {
      return this.#failed(error);
    }
    const { picture, sound, ...rest } = this.#of;
    this.#capture = new Capture({
      ...rest,
      url,
      tracks,
      picture: tracks.picture === undefined ? undefined : picture,
      sound: tracks.sound === undefined ? undefined : sound,
      ffmpegPath: this.#of.paths.ffmpegPath,
    });
    if (tracks.sound === undefined) sound?.pause('sound-missing', 'the stream carries no sound');
    if (signal.aborted) this.#capture.stop('recorder-stopped', 'the recorder stopped');
    const end = await this.#capture.ended;
    this.#capture = undefined;
    return end;
  }

  /** What the stream carries, as remembered, so that a restart need not look; else looked at once. */
  async #tracks(url: string, signal: AbortSignal): Promise<StreamTracks> {
    const { context, paths } = this.#of;
    const remembered = streamTracksSchema.safeParse(context.spool.streamMemory(this.plan.deviceId, 'main'));
    if (remembered.success) return remembered.data;
    const within = AbortSignal.any([signal, AbortSignal.timeout(probeTimeoutMs)]);
    const tracks = await probeStream(url, paths, within);
    const complete =
      (this.#of.picture === undefined || tracks.picture !== undefined) &&
      (this.#of.sound === undefined || tracks.sound !== undefined);
    if (complete) this.#remember(tracks);
    return tracks;
  }

  /** Only the tracks that are sources. */
  #wanted(tracks: StreamTracks): StreamTracks {
    const picture = this.#of.picture && tracks.picture;
    const sound = this.#of.sound && tracks.sound;
    if (picture === undefined && this.#of.picture !== undefined) {
      throw new StreamUnavailable('unreachable', 'the stream carries no H.264 or H.265 picture');
    }
    if (picture === undefined && sound === undefined) {
      throw new StreamUnavailable('unreachable', 'the stream carries no sound');
    }
    return { ...(picture && { picture }), ...(sound && { sound }) };
  }

  #failed(error: unknown): CaptureEnd {
    const end = { tracksChanged: false, lastedMs: 0, refused: false };
    if (error instanceof StreamUnavailable) {
      const refused = error.code === 'login-refused';
      const cause = refused ? 'camera-refused-login' : 'camera-unreachable';
      return { ...end, cause, refused, evidence: error.message };
    }
    if (error instanceof FfmpegError) {
      const { cause } = classifyFfmpegExit([error.message], false);
      return { ...end, cause, refused: cause === 'camera-refused-login', evidence: error.message };
    }
    if (error instanceof StreamAddressError) {
      return { ...end, cause: 'camera-unreachable', evidence: error.message };
    }
    // What a resolver throws may hold an address: name its kind only.
    const name = error instanceof Error ? error.name : typeof error;
    return {
      ...end,
      cause: 'camera-unreachable',
      evidence: `the device's stream could not be found (${name})`,
    };
  }

  #remember(tracks: StreamTracks | undefined): void {
    try {
      this.#of.context.spool.rememberStream(this.plan.deviceId, 'main', tracks);
    } catch (error) {
      // Only costs the next start a look at the stream.
      this.#of.context.logger.warn({ err: error }, 'could not remember what a stream carries');
    }
  }

  #retryInMs(refused: boolean): number {
    const { retryMaxMs } = this.#of;
    if (refused) return retryMaxMs;
    const reachMs = Math.min(retryMaxMs, firstRetryMs * 2 ** Math.max(0, this.#failures - 1));
    return reachMs * (0.5 + Math.random() / 2);
  }
}

async function abortable<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return Promise.race([
    promise,
    new Promise<never>((_resolve, reject) => {
      signal.addEventListener(
        'abort',
        () => reject(new StreamUnavailable('unreachable', 'the device did not answer in time')),
        { once: true },
      );
    }),
  ]);
}
