import { MediaError, parameterSetsIn, type PictureInit } from '@minhbach/shared/media';
import type { GapCause } from '@minhbach/shared/protocol';
import { captureIdSchema, newId, utcMs } from '@minhbach/shared/units-of-measure';
import { CapturePlacer } from '../clock/index.ts';
import { captureArguments, encoderHoldMs } from './capture-arguments.ts';
import type { CaptureEnd } from './capture-end.ts';
import { CaptureWatch } from './capture-watch.ts';
import { classifyFfmpegExit } from './ffmpeg-exit.ts';
import { readFfmpegLine } from './ffmpeg-line.ts';
import { FfmpegProcess, type FfmpegExit } from './ffmpeg-process.ts';
import type { RecordedSource, RecordingContext } from './recorded-source.ts';
import { redactor, streamScript } from './stream-address.ts';
import type { StreamTracks } from './stream-tracks.ts';
import { TimestampsJumped, TrackReader, type TrackFragment } from './track-reader.ts';

export interface CaptureParts {
  readonly url: string;
  readonly tracks: StreamTracks;
  readonly picture: RecordedSource | undefined;
  readonly sound: RecordedSource | undefined;
  readonly context: RecordingContext;
  readonly ffmpegPath: string;
  readonly diesWithParent: boolean;
  readonly stallMs: number;
  readonly maxBytesPerSecond: number;
  /** How late the encoder makes sound; the picture is moved by as much, so that both share one time line. */
  readonly soundLatenessMs: number;
}

const linesKept = 12;

/** One run of ffmpeg on one device, from start to end of the process. */
export class Capture {
  /** Resolves when the process is gone and its sources know that footage has ended. Never rejects. */
  readonly ended: Promise<CaptureEnd>;
  #of: CaptureParts;
  #captureId = newId(captureIdSchema);
  #placer = new CapturePlacer();
  #process: FfmpegProcess;
  #watch: CaptureWatch;
  #lines: string[] = [];
  #end: Pick<CaptureEnd, 'cause' | 'evidence'> | undefined;
  #deaf = false;
  #tracksChanged = false;
  /** Of the capture's first keyframe: what its init segment was made for. */
  #parameterSets: string | undefined;
  #begunMs: number;
  /** By how much what places this capture comes later than it would without our encoder. */
  #heldMs: number;
  /** When its first fragment came, UTC milliseconds. */
  #firstArrivalMs: number | undefined;

  constructor(of: CaptureParts) {
    this.#of = of;
    const { context } = of;
    this.#begunMs = context.clock.monotonicNowMs();
    const { arguments: arguments_, pictureFd, soundFd } = captureArguments(of.tracks);
    const encoded = of.tracks.sound === 'other' && of.tracks.picture !== undefined;
    // Beside a picture sound comes too late to place anything.
    this.#heldMs = of.tracks.sound === 'other' && of.tracks.picture === undefined ? encoderHoldMs : 0;
    const readers = new Map<number, (chunk: Uint8Array) => void>();
    if (pictureFd !== undefined && of.picture !== undefined) {
      readers.set(pictureFd, this.#reader('picture', of.picture, encoded ? of.soundLatenessMs : 0));
    }
    if (soundFd !== undefined && of.sound !== undefined) {
      readers.set(soundFd, this.#reader('sound', of.sound, 0));
    }
    this.#watch = new CaptureWatch({
      stallMs: of.stallMs,
      maxBytesPerSecond: of.maxBytesPerSecond,
      hasPicture: of.picture !== undefined,
      expectsSound: of.sound !== undefined,
      nowMs: this.#begunMs,
    });
    const redact = redactor(of.url);
    let closed: (exit: FfmpegExit) => void = () => undefined;
    const gone = new Promise<FfmpegExit>((resolve) => (closed = resolve));
    this.#process = new FfmpegProcess({
      ffmpegPath: of.ffmpegPath,
      arguments: arguments_,
      script: streamScript(of.url, {
        only: pictureFd === undefined ? 'audio' : soundFd === undefined ? 'video' : undefined,
      }),
      spoolId: context.spool.spoolId,
      diesWithParent: of.diesWithParent,
      onOutput: (fd, chunk) => this.#read(readers.get(fd), chunk),
      onLine: (line) => {
        const read = readFfmpegLine(line);
        if (read.kind === 'redirect') {
          this.#deaf = true;
          this.stop('camera-unreachable', 'the device redirects its stream elsewhere, which is not followed');
        }
        if (read.kind !== 'complaint') return;
        const clean = redact(read.text).slice(0, 300);
        this.#lines.push(clean);
        if (this.#lines.length > linesKept) this.#lines.shift();
        context.logger.debug({ captureId: this.#captureId }, clean);
      },
      onClosed: closed,
    });
    this.ended = gone.then((exit) => this.#finish(exit));
  }

  /** Asks the process to end for `cause`; `ended` tells when it has. The first reason counts. */
  stop(cause: GapCause, evidence: string): void {
    this.#end ??= { cause, evidence };
    this.#process.stop();
  }

  /**
   * To be called several times a second: takes in what has come, and judges. Nobody waits for the footage of a source that
   * is not watched; until the capture is placed, each fragment's own arrival counts.
   */
  beat(): void {
    this.#process.read();
    const { picture, sound } = this.#of;
    if (this.#placer.settled && !isWatched(picture) && !isWatched(sound)) this.#process.gather();
    else this.#process.flow();
    this.#check();
  }

  #reader(kind: 'picture' | 'sound', source: RecordedSource, shiftMs: number): (chunk: Uint8Array) => void {
    const reader = new TrackReader(shiftMs);
    const { clock, recorderClock } = this.#of.context;
    let picture: PictureInit | undefined;
    const arrived = (fragment: TrackFragment) => {
      if (picture !== undefined && fragment.startsWithKeyframe) this.#checkFormat(fragment.bytes, picture);
      if (this.#deaf) return;
      const arrivedUtcMs = recorderClock.nowMs();
      this.#firstArrivalMs ??= arrivedUtcMs;
      this.#watch.arrived(kind, clock.monotonicNowMs(), fragment.endMs, fragment.bytes.length);
      this.#placer.observe(fragment.endMs, arrivedUtcMs - this.#heldMs);
      if (this.#placer.isAhead(fragment.endMs, arrivedUtcMs)) {
        this.#deaf = true;
        this.stop('clock-drift', 'media time ran more than 1 s ahead of the time in which it came');
        return;
      }
      source.push(fragment);
    };
    return (chunk) =>
      reader.read(
        chunk,
        (init, initBytes) => {
          if (init.trackKind === 'picture') picture = init;
          const expected = this.#of.tracks.picture === 'h265' ? 'hvc1' : 'avc1';
          if (kind === 'picture' && !init.codec.startsWith(expected)) {
            this.#tracksChanged = true;
            this.#deaf = true;
            this.stop('codec-changed', `the picture is ${init.codec} where ${expected} was expected`);
            return;
          }
          const before = source.status.codec;
          if (before !== undefined && before !== init.codec) {
            source.account.observed('codec-changed', `${before} became ${init.codec}`, recorderClock.now());
          }
          source.captureStarted({ captureId: this.#captureId, init, initBytes, placer: this.#placer });
        },
        arrived,
      );
  }

  /** A picture of another size or profile begins: its init segment must be its own. */
  #checkFormat(fragment: Uint8Array, init: PictureInit): void {
    const sets = parameterSetsIn(fragment, init);
    if (sets === undefined) return;
    this.#parameterSets ??= sets;
    if (sets === this.#parameterSets) return;
    this.#deaf = true;
    this.stop('codec-changed', 'the picture changed its size or profile (other parameter sets)');
  }

  #read(reader: ((chunk: Uint8Array) => void) | undefined, chunk: Uint8Array): void {
    if (reader === undefined || this.#deaf) return;
    try {
      reader(chunk);
    } catch (error) {
      // From here on the stream makes no sense; what came before it does.
      this.#deaf = true;
      if (error instanceof TimestampsJumped) this.stop('timestamps-jumped', error.message);
      else if (error instanceof MediaError) this.stop('unknown', `unreadable stream: ${error.message}`);
      else throw error;
    }
  }

  #check(): void {
    const { clock } = this.#of.context;
    const nowMs = clock.monotonicNowMs();
    const verdict = this.#watch.verdict(nowMs);
    if (this.#watch.isPlaceable(nowMs) && !this.#placer.settled) {
      this.#placer.settle(this.#watch.newestMediaMs);
    }
    switch (verdict) {
      case 'stalled':
        this.stop('camera-stalled', `no whole fragment for ${this.#of.stallMs} ms`);
        return;
      case 'never-started':
        this.stop('camera-stalled', 'connected, but no footage came');
        return;
      case 'flooding':
        this.#deaf = true;
        this.stop(
          'unknown',
          `more than ${this.#of.maxBytesPerSecond} bytes/s for 5 s, as no camera has a reason to send`,
        );
        return;
      case 'racing':
        this.#deaf = true;
        for (const source of [this.#of.picture, this.#of.sound])
          if (this.#firstArrivalMs !== undefined) source?.raced(utcMs(Math.round(this.#firstArrivalMs)));
        this.stop('timestamps-jumped', 'media time runs far ahead of the time in which it came');
        return;
      case 'sound-missing':
        if (this.#of.sound?.status.cause !== 'sound-missing') {
          const evidence = 'the stream announces sound and carries none';
          this.#of.sound?.pause('sound-missing', evidence, this.#watch.soundlessMs(nowMs));
        }
        break;
      case 'fine':
        break;
    }
    if (this.#placer.hasDrifted()) this.stop('clock-drift', 'media time is more than 1 s off the wall clock');
  }

  #finish({ text, bySignal }: FfmpegExit): CaptureEnd {
    const { picture, sound, context } = this.#of;
    const reason = classifyFfmpegExit(this.#lines, this.#watch.hasStarted);
    const end = this.#end ?? {
      cause: reason.cause,
      evidence: `${text}: ${this.#lines.at(-1) ?? 'it said nothing'}`,
    };
    for (const source of [picture, sound]) source?.captureEnded(end.cause, end.evidence);
    return {
      ...end,
      refused: this.#end === undefined && reason.cause === 'camera-refused-login',
      killed: bySignal && this.#end === undefined && this.#watch.hasStarted,
      tracksChanged: this.#tracksChanged || (this.#end === undefined && reason.tracksChanged),
      lastedMs: this.#watch.hasStarted ? context.clock.monotonicNowMs() - this.#begunMs : 0,
    };
  }
}

function isWatched(source: RecordedSource | undefined): boolean {
  return source !== undefined && source.live.size > 0;
}
