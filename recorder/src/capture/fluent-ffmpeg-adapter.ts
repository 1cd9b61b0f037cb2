import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { FfmpegCommand, FfprobeStream } from 'fluent-ffmpeg';
import { pullArguments } from './capture-arguments.ts';
import { redactor, streamScript } from './stream-address.ts';
import type { StreamTracks } from './stream-tracks.ts';

export interface FfmpegPaths {
  readonly ffmpegPath: string;
  readonly ffprobePath: string;
}

/** The message is what ffprobe or ffmpeg said, without secrets. */
export class FfmpegError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'FfmpegError';
  }
}

/** Only when it is needed: a recorder that starts again remembers what its streams carry. */
const loaded = async () => (await import('fluent-ffmpeg')).default;

/** Looks at a stream once. Rejects with `FfmpegError`, also when the signal aborts. */
export async function probeStream(
  url: string,
  paths: FfmpegPaths,
  signal: AbortSignal,
): Promise<StreamTracks> {
  const ffmpeg = await loaded();
  const redact = redactor(url);
  const command = ffmpeg(Readable.from([streamScript(url)])).setFfprobePath(paths.ffprobePath);
  const streams = await new Promise<FfprobeStream[]>((resolve, reject) => {
    const aborted = () => reject(new FfmpegError('looking at the stream took too long'));
    signal.addEventListener('abort', aborted, { once: true });
    command.ffprobe(['-v', 'error', ...pullArguments], (error: unknown, data) => {
      signal.removeEventListener('abort', aborted);
      if (error === null || error === undefined) resolve(data.streams);
      else reject(new FfmpegError(redact(messageOf(error))));
    });
  });
  const picture = streams.find(({ codec_type: type }) => type === 'video')?.codec_name;
  const sound = streams.find(({ codec_type: type }) => type === 'audio')?.codec_name;
  return {
    ...(picture === 'h264' ? { picture: 'h264' as const } : {}),
    ...(picture === 'hevc' ? { picture: 'h265' as const } : {}),
    ...(sound === undefined ? {} : { sound: sound === 'aac' ? ('aac' as const) : ('other' as const) }),
  };
}

/** JPEG of at most 640x360 of the first picture in an init segment and fragments. Rejects with `FfmpegError`. */
export async function stillOf(footage: readonly Uint8Array[], paths: FfmpegPaths): Promise<Uint8Array> {
  const ffmpeg = await loaded();
  const command = ffmpeg(Readable.from(footage))
    .setFfmpegPath(paths.ffmpegPath)
    .inputFormat('mp4')
    .videoFilters('scale=w=640:h=360:force_original_aspect_ratio=decrease:force_divisible_by=2')
    .outputOptions(['-frames:v', '1', '-q:v', '4'])
    .format('mjpeg');
  const failed = new Promise<never>((_resolve, reject) => {
    command.on('error', (error: unknown) => reject(new FfmpegError(messageOf(error))));
  });
  const output = new PassThrough();
  command.pipe(output);
  return Promise.race([buffer(output), failed]);
}

/** Looking at footage must not be felt by what records it. */
const niceness = 10;

/**
 * Brightness (0 to 255) of each keyframe in an init segment and fragments of a picture, at `widthPx` times `heightPx` points
 * of it, row by row, oldest first. Rejects with `FfmpegError`, also when the signal aborts.
 */
export async function lumaOf(
  footage: readonly Uint8Array[],
  size: { readonly widthPx: number; readonly heightPx: number },
  ffmpegPath: string,
  signal: AbortSignal,
): Promise<Uint8Array[]> {
  const { widthPx, heightPx } = size;
  const bytes = await decoded(footage, ffmpegPath, signal, (command) =>
    command
      .inputOptions(['-skip_frame', 'nokey', '-threads', '1'])
      .videoFilters(`extractplanes=y,scale=w=${widthPx}:h=${heightPx}:flags=neighbor,format=gray`)
      .outputOptions(['-fps_mode', 'passthrough'])
      .format('rawvideo'),
  );
  const pictureBytes = widthPx * heightPx;
  return Array.from({ length: Math.floor(bytes.length / pictureBytes) }, (_, index) =>
    bytes.subarray(index * pictureBytes, (index + 1) * pictureBytes),
  );
}

/** Quantisers of the coder, finest first: a picture full of detail or noise is coded more coarsely. */
const thumbnailQualities = [5, 12, 31];

/**
 * JPEG of at most 320x180 and `maxBytes` of the first picture in an init segment and fragments. Rejects with `FfmpegError`,
 * also when the signal aborts or no quality makes it that small.
 */
export async function thumbnailOf(
  footage: readonly Uint8Array[],
  maxBytes: number,
  ffmpegPath: string,
  signal: AbortSignal,
): Promise<Buffer> {
  for (const quality of thumbnailQualities) {
    const jpeg = await decoded(footage, ffmpegPath, signal, (command) =>
      command
        .inputOptions(['-threads', '1'])
        .videoFilters('scale=w=320:h=180:force_original_aspect_ratio=decrease:force_divisible_by=2')
        .outputOptions(['-frames:v', '1', '-threads', '1', '-q:v', String(quality)])
        .format('mjpeg'),
    );
    if (jpeg.length === 0) throw new FfmpegError('there is no picture in it');
    if (jpeg.length <= maxBytes) return jpeg;
  }
  throw new FfmpegError(`the picture cannot be made as small as ${maxBytes} bytes`);
}

/** Samples of the first channel of an init segment and fragments of sound. Rejects with `FfmpegError`, as above. */
export async function samplesOf(
  footage: readonly Uint8Array[],
  ffmpegPath: string,
  signal: AbortSignal,
): Promise<Int16Array> {
  const bytes = await decoded(footage, ffmpegPath, signal, (command) =>
    command.audioFilters('pan=mono|c0=c0').audioCodec('pcm_s16le').format('s16le'),
  );
  const samples = new Int16Array(Math.floor(bytes.length / 2));
  for (let index = 0; index < samples.length; index += 1) samples[index] = bytes.readInt16LE(2 * index);
  return samples;
}

async function decoded(
  footage: readonly Uint8Array[],
  ffmpegPath: string,
  signal: AbortSignal,
  configure: (command: FfmpegCommand) => FfmpegCommand,
): Promise<Buffer> {
  const ffmpeg = await loaded();
  const command = configure(
    ffmpeg({ source: Readable.from(footage), niceness })
      .setFfmpegPath(ffmpegPath)
      .inputFormat('mp4'),
  );
  const ended = new AbortController();
  const failed = new Promise<never>((_resolve, reject) => {
    command.on('error', (error: unknown) => reject(new FfmpegError(messageOf(error))));
    const aborted = () => {
      command.kill('SIGKILL');
      reject(new FfmpegError('decoding was broken off'));
    };
    if (signal.aborted) aborted();
    else signal.addEventListener('abort', aborted, { once: true, signal: ended.signal });
  });
  const output = new PassThrough();
  command.pipe(output);
  try {
    return await Promise.race([buffer(output), failed]);
  } finally {
    ended.abort();
  }
}

/** fluent-ffmpeg puts what ffmpeg printed behind the first line; the last line says what went wrong. */
function messageOf(error: unknown): string {
  const message =
    typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : '';
  return message.trim().split('\n').slice(-3).join(' ').slice(0, 400) || 'ffmpeg failed';
}
