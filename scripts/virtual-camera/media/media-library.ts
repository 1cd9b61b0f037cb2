import { constants } from 'node:fs';
import { access, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { VirtualCameraError } from '../virtual-camera-error.ts';
import { LAP_FRAMES } from './lap.ts';
import { MediaCache } from './media-cache.ts';
import { pictureTrack, soundTrack, type MediaTrack } from './media-track.ts';
import {
  frameNumberStep,
  gopFrames,
  pictureArguments,
  PICTURE_FORMATS,
  type PictureContent,
  type PictureKind,
} from './picture-recipe.ts';
import { clicks, hum, overdriven, silence, speech, type RawSound } from './raw-sound.ts';
import { runTool } from './run-tool.ts';
import { soundArguments, type SoundContent, type SoundKind } from './sound-recipe.ts';

const DEFAULT_FOOTAGE_FILE = '/usr/share/doc/opencv-doc/examples/data/vtest.avi';

/** What one encoding took: reported, because the first start of a demonstration waits for it. */
export type EncodeReport = {
  readonly file: string;
  readonly cpuSeconds: number;
  readonly elapsedSeconds: number;
};

/** Makes the media a camera sends when first asked for, keeps them on disk and, once read, in memory for all cameras. */
export class MediaLibrary {
  readonly #cache: MediaCache;
  readonly #footageFile: string;
  readonly #onEncoded: (report: EncodeReport) => void;
  readonly #tracks = new Map<string, Promise<MediaTrack>>();

  constructor(options: {
    readonly cacheDirectory: string;
    readonly footageFile?: string | undefined;
    readonly onEncoded?: ((report: EncodeReport) => void) | undefined;
  }) {
    this.#cache = new MediaCache(options.cacheDirectory);
    this.#footageFile = options.footageFile ?? DEFAULT_FOOTAGE_FILE;
    this.#onEncoded = options.onEncoded ?? (() => undefined);
  }

  /** The whole lap of footage. Rejects with `footage-missing`, `tool-missing` or `encode-failed`. */
  async footage(kind: PictureKind, signal: AbortSignal): Promise<MediaTrack> {
    const frames = LAP_FRAMES / frameNumberStep(PICTURE_FORMATS[kind]);
    return this.#once(`footage ${kind}`, async () =>
      pictureTrack(kind, await readFile(await this.#footagePath(kind, signal)), frames),
    );
  }

  /** One GOP of black. */
  async black(kind: PictureKind, signal: AbortSignal): Promise<MediaTrack> {
    return this.#once(`black ${kind}`, async () => {
      const file = await this.#encodePicture(`${kind}-black`, kind, { shows: 'black' }, signal);
      return pictureTrack(kind, await readFile(file), gopFrames(PICTURE_FORMATS[kind]));
    });
  }

  /** One GOP that shows the frame at this place of the lap again and again. */
  async still(kind: PictureKind, lapUnit: number, signal: AbortSignal): Promise<MediaTrack> {
    return this.#once(`still ${kind} ${lapUnit}`, async () => {
      const footage = await this.#footagePath(kind, signal);
      const content = { shows: 'still', file: footage, frame: lapUnit } as const;
      const file = await this.#encodePicture(`${kind}-still-${lapUnit}`, kind, content, signal);
      return pictureTrack(kind, await readFile(file), gopFrames(PICTURE_FORMATS[kind]));
    });
  }

  async sound(kind: SoundKind, content: SoundContent, signal: AbortSignal): Promise<MediaTrack> {
    return this.#once(`sound ${kind} ${content}`, async () =>
      soundTrack(kind, await readFile(await this.#encodeSound(kind, content, signal))),
    );
  }

  /** A JPEG of 640 px width of the keyframe at this place of the lap, or of a black picture. */
  async snapshot(kind: PictureKind, lapUnit: number | 'black', signal: AbortSignal): Promise<Buffer> {
    const name = `${kind}-snapshot-${lapUnit}.jpg`;
    const footage =
      lapUnit === 'black'
        ? await this.#encodePicture(`${kind}-black`, kind, { shows: 'black' }, signal)
        : await this.#footagePath(kind, signal);
    const { codec } = PICTURE_FORMATS[kind];
    const gop = lapUnit === 'black' ? 0 : Math.floor(lapUnit / gopFrames(PICTURE_FORMATS[kind]));
    const input = ['-skip_frame', 'nokey', '-f', codec === 'h264' ? 'h264' : 'hevc', '-i', footage];
    const output = [
      '-vf',
      `select=eq(n\\,${gop}),scale=640:-2`,
      '-frames:v',
      '1',
      '-f',
      'mjpeg',
      '-q:v',
      '4',
    ];
    return readFile(await this.#encode(name, [...input, ...output], signal));
  }

  async #footagePath(kind: PictureKind, signal: AbortSignal): Promise<string> {
    await access(this.#footageFile, constants.R_OK).catch((cause: unknown) => {
      const hint = `install the package opencv-doc, which has ${DEFAULT_FOOTAGE_FILE}`;
      const message = `the footage ${this.#footageFile} cannot be read: ${hint}`;
      throw new VirtualCameraError('footage-missing', message, { cause });
    });
    return this.#encodePicture(kind, kind, { shows: 'footage', file: this.#footageFile }, signal);
  }

  async #encodePicture(name: string, kind: PictureKind, content: PictureContent, signal: AbortSignal) {
    return this.#encode(`${name}.${PICTURE_FORMATS[kind].codec}`, pictureArguments(kind, content), signal);
  }

  async #encode(name: string, recipe: readonly string[], signal: AbortSignal): Promise<string> {
    return this.#cache.file(name, recipe, (path) => this.#runEncoder(name, recipe, path, signal), signal);
  }

  async #encodeSound(kind: SoundKind, content: SoundContent, signal: AbortSignal): Promise<string> {
    const name = `${kind}-${content}.${kind.startsWith('aac') ? 'aac' : kind}`;
    const recipe = { content, version: 1, coder: soundArguments(kind, 'raw', 0) };
    const make = async (path: string, workDirectory: string) => {
      const { samples, sampleRate } = await rawSound(content, workDirectory, signal);
      const rawFile = join(workDirectory, 'raw');
      await writeFile(rawFile, Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength));
      await this.#runEncoder(name, soundArguments(kind, rawFile, sampleRate), path, signal);
    };
    return this.#cache.file(name, recipe, make, signal);
  }

  async #runEncoder(
    file: string,
    recipe: readonly string[],
    path: string,
    signal: AbortSignal,
  ): Promise<void> {
    const quiet = ['-hide_banner', '-nostdin', '-nostats', '-benchmark', '-v', 'info', '-y'];
    const log = await runTool('ffmpeg', [...quiet, ...recipe, path], signal);
    const bench = /bench: utime=([\d.]+)s stime=([\d.]+)s rtime=([\d.]+)s/.exec(log);
    const [, user = '0', system = '0', elapsed = '0'] = bench ?? [];
    this.#onEncoded({ file, cpuSeconds: Number(user) + Number(system), elapsedSeconds: Number(elapsed) });
  }

  async #once(key: string, make: () => Promise<MediaTrack>): Promise<MediaTrack> {
    const known = this.#tracks.get(key);
    if (known !== undefined) return known;
    const making = make();
    this.#tracks.set(key, making);
    // A failure is told to whoever waits for it, and forgotten: the next one tries again.
    making.catch(() => this.#tracks.delete(key));
    return making;
  }
}

async function rawSound(
  content: SoundContent,
  workDirectory: string,
  signal: AbortSignal,
): Promise<RawSound> {
  switch (content) {
    case 'speech':
      return speech(workDirectory, signal);
    case 'click':
      return clicks();
    case 'silence':
      return silence();
    case 'hum':
      return hum();
    case 'overdriven':
      return overdriven(await speech(workDirectory, signal));
  }
}
