import { Readable } from 'node:stream';
import { wholePieces } from '@minhbach/shared/media';
import { FfmpegError, runFfmpeg } from '../playback/index.ts';

const deadlineMs = 30_000;
const input = ['-threads', '1', '-f', 'mp4', '-i', 'pipe:0'];
const picture = ['-map', '0:v:0', '-vf', 'scale=16:16', '-pix_fmt', 'gray', '-f', 'rawvideo', 'pipe:1'];
const onePictureBytes = 16 * 16;
const sound = ['-map', '0:a:0', '-ac', '1', '-ar', '8000', '-f', 's16le', 'pipe:1'];
/** What is told of digital silence, which has no level. */
const silenceDb = -100;

/**
 * Decodes the first and the last picture of a whole segment, or all of its sound, whose mean level it answers. Rejects with
 * `FfmpegError` when there is nothing to see or hear.
 */
export async function decodeFootage(
  bytes: Buffer,
  signal: AbortSignal,
): Promise<{ readonly soundDb?: number }> {
  const pieces = wholePieces(bytes);
  if (pieces === undefined) throw new FfmpegError('these bytes are no segment');
  if (pieces.init.trackKind === 'sound') return { soundDb: levelOf(await decoded(bytes, sound, signal)) };
  const first = await decoded(bytes, ['-frames:v', '1', ...picture], signal);
  const lastKeyframe = pieces.fragments.findLast(({ fragment }) => fragment.startsWithKeyframe);
  const tail = Buffer.concat([
    bytes.subarray(0, pieces.initBytes),
    bytes.subarray(lastKeyframe?.start ?? pieces.initBytes),
  ]);
  const last = await decoded(tail, picture, signal);
  if (first.length < onePictureBytes || last.length < onePictureBytes) {
    throw new FfmpegError('ffmpeg found no picture');
  }
  return {};
}

async function decoded(bytes: Buffer, output: readonly string[], signal: AbortSignal): Promise<Buffer> {
  const parts: Buffer[] = [];
  await runFfmpeg({
    ...{ path: 'ffmpeg', arguments: [...input, ...output], input: Readable.from([bytes]) },
    ...{ onBytes: (part: Buffer) => parts.push(part), deadlineMs, signal },
  });
  return Buffer.concat(parts);
}

/** Root mean square of 16-bit samples, dB of full scale, whole. */
function levelOf(samples: Buffer): number {
  const count = Math.floor(samples.length / 2);
  if (count === 0) throw new FfmpegError('ffmpeg found no sound');
  let squares = 0;
  for (let index = 0; index < count; index += 1) squares += (samples.readInt16LE(index * 2) / 32_768) ** 2;
  return squares === 0 ? silenceDb : Math.max(silenceDb, Math.round(10 * Math.log10(squares / count)));
}
