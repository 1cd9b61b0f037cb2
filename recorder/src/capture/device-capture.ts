import { setTimeout as delay } from 'node:timers/promises';
import type { GapCause } from '@minhbach/shared/protocol';
import type { CaptureEnd } from './capture-end.ts';
import { Capture } from './capture.ts';
import { StreamUnavailable, type DevicePlan } from './device-plan.ts';
import { endOfFinding } from './end-of-finding.ts';
import { probeStream, type FfmpegPaths } from './fluent-ffmpeg-adapter.ts';
import type { RecordedSource, RecordingContext } from './recorded-source.ts';
import { streamTracksSchema, type StreamTracks } from './stream-tracks.ts';
import { supervise, supervisionBegins, type Supervision, type SupervisionEvent } from './supervision.ts';

const resolveTimeoutMs = 15_000;
const probeTimeoutMs = 15_000;

export interface DeviceCaptureParts {
  readonly plan: DevicePlan;
  readonly picture: RecordedSource | undefined;
  readonly sound: RecordedSource | undefined;
  readonly context: RecordingContext;
  readonly paths: FfmpegPaths;
  readonly diesWithParent: boolean;
  readonly stallMs: number;
  readonly maxBytesPerSecond: number;
  readonly retryMaxMs: number;
  readonly refusedMaxMs: number;
  /** How often a stream without its sound is looked at again. */
  readonly soundLookMs: number;
  readonly soundLatenessMs: number;
}

/** Carries out the supervision of one device: find its stream, capture it, wait, for ever. Nothing it does throws. */
export class DeviceCapture {
  readonly sources: readonly RecordedSource[];
  #of: DeviceCaptureParts;
  #stop = new AbortController();
  #capture: Capture | undefined;
  #supervision: Supervision = supervisionBegins;
  #found: FoundStream | undefined;
  #done: Promise<void>;

  constructor(of: DeviceCaptureParts) {
    this.#of = of;
    this.sources = [of.picture, of.sound].filter((source) => source !== undefined);
    this.#done = this.#run();
  }

  get plan(): DevicePlan {
    return this.#of.plan;
  }

  /** To be called several times a second. */
  beat(): void {
    this.#capture?.beat();
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

  /** What the state asks for is done; what came of it is the event that leads to the next state. */
  async #run(): Promise<void> {
    const { retryMaxMs, refusedMaxMs } = this.#of;
    while (this.#supervision.state !== 'over') {
      const event = await this.#act(this.#supervision);
      const stopped = this.#stop.signal.aborted;
      this.#supervision = supervise(this.#supervision, stopped ? { kind: 'stopped' } : event, {
        ...{ retryMaxMs, refusedMaxMs },
        jitter: Math.random(),
      });
      if (event.kind === 'ended' && !stopped) this.#tell(event.end);
    }
  }

  async #act(now: Supervision): Promise<SupervisionEvent> {
    const { signal } = this.#stop;
    switch (now.state) {
      case 'finding':
        try {
          this.#found = await this.#find(now.history.refusals > 0, signal);
          return { kind: 'found' };
        } catch (error) {
          return { kind: 'ended', end: endOfFinding(error) };
        }
      case 'capturing':
        return { kind: 'ended', end: await this.#record(signal) };
      case 'waiting':
        await delay(now.waitMs, undefined, { signal }).catch(() => undefined);
        return { kind: 'waited' };
      case 'over':
        return { kind: 'stopped' };
    }
  }

  #tell({ cause, evidence, refused, tracksChanged }: CaptureEnd): void {
    this.#of.context.logger.info({ deviceId: this.plan.deviceId, cause }, evidence);
    for (const source of this.sources) {
      source.setState(refused ? 'refused' : 'retrying', cause);
      source.account.observed(cause, evidence, this.#of.context.recorderClock.now());
    }
    if (tracksChanged) this.#remember(undefined);
  }

  async #find(loginWasRefused: boolean, signal: AbortSignal): Promise<FoundStream> {
    const within = AbortSignal.any([signal, AbortSignal.timeout(resolveTimeoutMs)]);
    const { url } = await abortable(this.plan.resolveStream('main', within, { loginWasRefused }), within);
    return { url, tracks: this.#wanted(await this.#tracks(url, signal)) };
  }

  async #record(signal: AbortSignal): Promise<CaptureEnd> {
    const { url, tracks } = this.#found ?? notFound();
    const { picture, sound, ...rest } = this.#of;
    const capture = new Capture({
      ...rest,
      url,
      tracks,
      picture: tracks.picture === undefined ? undefined : picture,
      sound: tracks.sound === undefined ? undefined : sound,
      ffmpegPath: this.#of.paths.ffmpegPath,
    });
    this.#capture = capture;
    const ended = new AbortController();
    if (tracks.sound === undefined && sound !== undefined) {
      sound.pause('sound-missing', 'the stream carries no sound');
      void this.#lookForSound(url, capture, ended.signal);
    }
    if (signal.aborted) capture.stop('recorder-stopped', 'the recorder stopped');
    const end = await capture.ended;
    ended.abort();
    this.#capture = undefined;
    return end;
  }

  /** A stream that carries no sound may carry it later without ending; only looking at it again tells. */
  async #lookForSound(url: string, capture: Capture, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await delay(this.#of.soundLookMs, undefined, { signal });
        const within = AbortSignal.any([signal, AbortSignal.timeout(probeTimeoutMs)]);
        const { sound } = await probeStream(url, this.#of.paths, within);
        if (sound !== undefined && !signal.aborted)
          capture.stop('codec-changed', 'the stream carries sound again');
      } catch {
        // The capture ended, or the device gives no second session: the picture goes on, and it is tried again.
      }
    }
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

  #remember(tracks: StreamTracks | undefined): void {
    try {
      this.#of.context.spool.rememberStream(this.plan.deviceId, 'main', tracks);
    } catch (error) {
      // Only costs the next start a look at the stream.
      this.#of.context.logger.warn({ err: error }, 'could not remember what a stream carries');
    }
  }
}

interface FoundStream {
  readonly url: string;
  readonly tracks: StreamTracks;
}

function notFound(): never {
  throw new TypeError('a capture without a stream');
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
