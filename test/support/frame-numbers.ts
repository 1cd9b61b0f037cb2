import { spawn } from 'node:child_process';

/**
 * Reads the frame numbers burnt into a virtual camera's 1080p picture: ten 64-pixel boxes at the top left, least
 * significant bit first, modulo 1000. One number per decoded frame, in presentation order.
 */
export async function readFrameNumbers(mp4: Buffer): Promise<number[]> {
  const bits = 10;
  const pixels = await decode(mp4, [
    ...['-map', '0:v:0', '-vf', `crop=${bits * 64}:64:0:0,scale=${bits}:1:flags=area,format=gray`],
    ...['-fps_mode', 'passthrough', '-f', 'rawvideo', 'pipe:1'],
  ]);
  const numbers: number[] = [];
  for (let at = 0; at + bits <= pixels.length; at += bits) {
    let number = 0;
    for (let bit = 0; bit < bits; bit += 1) if ((pixels[at + bit] ?? 0) > 127) number |= 1 << bit;
    numbers.push(number);
  }
  return numbers;
}

/** Mono 16-bit samples at `sampleRateHz`. */
export async function readSound(mp4: Buffer, sampleRateHz: number): Promise<Int16Array> {
  const bytes = await decode(mp4, [
    '-map',
    '0:a:0',
    '-ac',
    '1',
    '-ar',
    String(sampleRateHz),
    '-f',
    's16le',
    'pipe:1',
  ]);
  return new Int16Array(bytes.buffer, bytes.byteOffset, Math.floor(bytes.length / 2));
}

async function decode(mp4: Buffer, output: readonly string[]): Promise<Buffer> {
  const ffmpeg = spawn('ffmpeg', ['-v', 'error', '-i', 'pipe:0', ...output], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const chunks: Buffer[] = [];
  let words = '';
  ffmpeg.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  ffmpeg.stderr.on('data', (chunk: Buffer) => (words += chunk.toString()));
  ffmpeg.stdin.on('error', () => undefined);
  ffmpeg.stdin.end(mp4);
  const code = await new Promise((resolve) => ffmpeg.once('close', resolve));
  if (code !== 0) throw new Error(`ffmpeg could not decode (${String(code)}): ${words}`);
  return Buffer.concat(chunks);
}
