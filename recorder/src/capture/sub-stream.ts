import { captureIdSchema, newId, utcMs } from '@minhbach/shared/units-of-measure';
import { CapturePlacer } from '../clock/index.ts';
import { captureArguments } from './capture-arguments.ts';
import type { DevicePlan } from './device-plan.ts';
import { readFfmpegLine } from './ffmpeg-line.ts';
import { FfmpegProcess } from './ffmpeg-process.ts';
import { probeStream, type FfmpegPaths } from './fluent-ffmpeg-adapter.ts';
import { LiveHub, type Subscriber } from './live-hub.ts';
import type { RecordingContext } from './recorded-source.ts';
import { redactor, streamScript } from './stream-address.ts';
import { streamTracksSchema, type StreamTracks } from './stream-tracks.ts';
import { TrackReader } from './track-reader.ts';

/** A tile that is closed and opened again, or a patrol that passes by, finds the small stream still running. */
const lingerMs = 10_000;
const retryMs = 5_000;
const stallMs = 5_000;

/** A device's small picture: pulled only while somebody looks, never recorded. Until it shows, the main one does. */
export class SubStream {
  #of: {
    readonly plan: DevicePlan;
    readonly context: RecordingContext;
    readonly paths: FfmpegPaths;
    readonly diesWithParent: boolean;
    /** The main stream's picture. */
    readonly main: LiveHub;
  };
  #hub = new LiveHub();
  /** Who still looks at the main stream. */
  #onMain = new Set<Subscriber>();
  #pull: { readonly process: FfmpegProcess | undefined } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #lastFragmentMs = 0;

  constructor(of: {
    readonly plan: DevicePlan;
    readonly context: RecordingContext;
    readonly paths: FfmpegPaths;
    readonly diesWithParent: boolean;
    readonly main: LiveHub;
  }) {
    this.#of = of;
  }

  add(subscriber: Subscriber): () => void {
    if (this.#hub.ready) this.#hub.add(subscriber);
    else this.#toMain(subscriber);
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#begin();
    return () => {
      this.#hub.delete(subscriber);
      this.#of.main.delete(subscriber);
      this.#onMain.delete(subscriber);
      this.#lingerIfAlone();
    };
  }

  newestGop(): readonly Uint8Array[] | undefined {
    return this.#hub.newestGop();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#pull?.process?.stop();
  }

  /** It is over for good: answers who looked at it. Who still looks at the main stream is that one's. */
  drain(): Subscriber[] {
    this.#onMain.clear();
    return this.#hub.drain();
  }

  /** To be called every second or so: ends a pull from which nothing comes. */
  tick(): void {
    const process = this.#pull?.process;
    if (process !== undefined && this.#of.context.clock.monotonicNowMs() - this.#lastFragmentMs > stallMs)
      process.stop();
  }

  #watched(): boolean {
    return this.#hub.size + this.#onMain.size > 0;
  }

  #lingerIfAlone(): void {
    if (this.#watched() || this.#stopped) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (!this.#watched()) this.#pull?.process?.stop();
    }, lingerMs);
  }

  #begin(): void {
    if (this.#pull !== undefined || this.#stopped) return;
    this.#pull = { process: undefined };
    this.#spawn().catch((error: unknown) => {
      this.#of.context.logger.info(
        { deviceId: this.#of.plan.deviceId, error: error instanceof Error ? error.name : 'unknown' },
        'the small stream cannot be pulled',
      );
      this.#ended();
    });
  }

  async #spawn(): Promise<void> {
    const { plan, context, paths, diesWithParent } = this.#of;
    const signal = AbortSignal.timeout(15_000);
    const { url } = await plan.resolveStream('sub', signal);
    const tracks = await this.#tracks(url, signal);
    if (this.#stopped || !this.#watched()) {
      this.#pull = undefined;
      return;
    }
    const redact = redactor(url);
    const read = this.#reader();
    this.#lastFragmentMs = context.clock.monotonicNowMs();
    const process = new FfmpegProcess({
      ffmpegPath: paths.ffmpegPath,
      arguments: captureArguments(tracks).arguments,
      script: streamScript(url, { only: 'video' }),
      spoolId: context.spool.spoolId,
      diesWithParent,
      onOutput: (fd, chunk) => {
        if (fd !== 1) return;
        try {
          read(chunk);
        } catch {
          // Whatever is wrong with it, the way back is the same: the main stream, and another pull.
          process.stop();
        }
      },
      onLine: (line) => {
        const read = readFfmpegLine(line);
        if (read.kind === 'redirect') process.stop();
        if (read.kind === 'complaint')
          context.logger.debug({ deviceId: plan.deviceId, quality: 'sub' }, redact(read.text).slice(0, 300));
      },
      onClosed: () => this.#ended(),
    });
    this.#pull = { process };
  }

  #reader(): (chunk: Uint8Array) => void {
    const { clock, recorderClock } = this.#of.context;
    const reader = new TrackReader(0);
    const placer = new CapturePlacer();
    const captureId = newId(captureIdSchema);
    return (chunk) =>
      reader.read(
        chunk,
        (init, bytes) => this.#hub.start({ mime: init.mime, captureId, quality: 'sub' }, bytes),
        (fragment) => {
          this.#lastFragmentMs = clock.monotonicNowMs();
          placer.observe(fragment.endMs, recorderClock.nowMs());
          this.#hub.push({
            bytes: fragment.bytes,
            meta: {
              capturedAt: utcMs(placer.place(fragment.startMs)),
              durationMs: fragment.endMs - fragment.startMs,
              keyframe: fragment.startsWithKeyframe,
            },
          });
          if (this.#hub.ready) this.#changeOver();
        },
      );
  }

  /** The small picture has come: everybody moves over, each with a new init segment and a keyframe. */
  #changeOver(): void {
    for (const subscriber of this.#onMain) {
      this.#of.main.delete(subscriber);
      this.#hub.add(subscriber);
    }
    this.#onMain.clear();
  }

  #toMain(subscriber: Subscriber): void {
    this.#onMain.add(subscriber);
    this.#of.main.add(subscriber);
  }

  #ended(): void {
    this.#pull = undefined;
    if (this.#stopped) return;
    for (const subscriber of this.#hub.drain()) this.#toMain(subscriber);
    if (!this.#watched()) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#begin(), retryMs);
  }

  async #tracks(url: string, signal: AbortSignal): Promise<StreamTracks> {
    const { plan, context, paths } = this.#of;
    const remembered = streamTracksSchema.safeParse(context.spool.streamMemory(plan.deviceId, 'sub'));
    if (remembered.success) return remembered.data;
    const { picture } = await probeStream(url, paths, signal);
    if (picture === undefined) throw new Error('no H.264 or H.265 picture');
    context.spool.rememberStream(plan.deviceId, 'sub', { picture });
    return { picture };
  }
}
