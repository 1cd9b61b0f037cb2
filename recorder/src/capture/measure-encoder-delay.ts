import { spawn } from 'node:child_process';
import { buffer } from 'node:stream/consumers';
import { wholePieces } from '@minhbach/shared/media';
import { soundMuxing, soundEncoding } from './capture-arguments.ts';

const inputRateHz = 8_000;
const outputRateHz = 16_000;
/** Where the click stands in what is encoded. */
const clickMs = 500;
const lengthMs = 1_000;
/** `-output_ts_offset` of `soundMuxing`. */
const offsetMs = 10_000;

/**
 * How late this machine's ffmpeg makes sound that it encodes, by the very arguments of a capture: encodes a click,
 * decodes it again and looks where it stands on the time line of the fragments. ffmpeg versions differ in how they tell of
 * an encoder's delay; a wrong guess is 64 ms of lips out of step in every recording. Rejects when that cannot be done.
 */
export async function measureEncoderDelay(ffmpegPath: string, signal: AbortSignal): Promise<number> {
  const samples = Buffer.alloc((inputRateHz * lengthMs * 2) / 1000);
  const clickAt = (inputRateHz * clickMs) / 1000;
  for (let sample = 0; sample < 8; sample += 1)
    samples.writeInt16LE(sample % 2 ? -28_000 : 28_000, (clickAt + sample) * 2);

  const pcm = ['-f', 's16le', '-ac', '1'];
  const quiet = ['-hide_banner', '-nostdin', '-v', 'error'];
  const encoded = await run(
    ffmpegPath,
    [
      ...quiet,
      ...pcm,
      '-ar',
      String(inputRateHz),
      '-i',
      'pipe:0',
      ...soundEncoding,
      ...soundMuxing,
      'pipe:1',
    ],
    samples,
    signal,
  );
  const pieces = wholePieces(encoded);
  const first = pieces?.fragments[0]?.fragment;
  if (pieces === undefined || first === undefined) throw new Error('the encoder wrote no fragment');
  const decoded = await run(
    ffmpegPath,
    [...quiet, '-f', 'mp4', '-i', 'pipe:0', ...pcm, '-ar', String(outputRateHz), 'pipe:1'],
    encoded,
    signal,
  );
  // Without an edit list the first decoded sample is the first fragment's first sample.
  const beginMs =
    (first.tfdt / pieces.init.timescale) * 1000 -
    (pieces.init.editMediaTimeTicks * 1000) / pieces.init.timescale;
  return beginMs + (loudestSample(decoded) * 1000) / outputRateHz - offsetMs - clickMs;
}

function loudestSample(pcm: Buffer): number {
  let [loudest, at] = [0, -1];
  for (let sample = 0; sample * 2 + 1 < pcm.length; sample += 1) {
    const level = Math.abs(pcm.readInt16LE(sample * 2));
    if (level > loudest) [loudest, at] = [level, sample];
  }
  if (loudest < 1_000) throw new Error('the click was lost in encoding');
  return at;
}

async function run(
  file: string,
  arguments_: readonly string[],
  input: Uint8Array,
  signal: AbortSignal,
): Promise<Buffer> {
  const child = spawn(file, arguments_, { stdio: ['pipe', 'pipe', 'pipe'], signal });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const exited = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const [output, errors, code] = await Promise.all([buffer(child.stdout), buffer(child.stderr), exited]);
  if (code !== 0)
    throw new Error(`ffmpeg ended with code ${code ?? 'unknown'}: ${errors.toString().slice(0, 200)}`);
  return output;
}
