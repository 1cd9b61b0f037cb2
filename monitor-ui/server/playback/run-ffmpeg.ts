import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export class FfmpegError extends Error {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'FfmpegError';
  }
}

/**
 * Feeds `input` to ffmpeg's stdin and hands its stdout to `onBytes` as it comes. Resolves at exit code 0. Rejects with
 * `FfmpegError`, and kills the process, when it fails, is still running at the deadline, or `signal` aborts. `input`
 * may end early on ffmpeg's side (it had enough); it is destroyed in any case.
 */
export async function runFfmpeg(of: {
  readonly path: string;
  readonly arguments: readonly string[];
  readonly input: Readable;
  readonly onBytes: (bytes: Buffer) => void;
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}): Promise<void> {
  const process = spawn(of.path, ['-hide_banner', '-nostdin', '-v', 'error', ...of.arguments], {
    stdio: ['pipe', 'pipe', 'pipe'],
    signal: AbortSignal.any([of.signal, AbortSignal.timeout(of.deadlineMs)]),
    killSignal: 'SIGKILL',
  });
  let complaint = '';
  process.stderr.on(
    'data',
    (bytes: Buffer) => (complaint = (complaint + bytes.toString('utf8')).slice(-500)),
  );
  let sinkError: unknown;
  process.stdout.on('data', (bytes: Buffer) => {
    try {
      of.onBytes(bytes);
    } catch (error) {
      sinkError ??= error;
      process.kill('SIGKILL');
    }
  });
  // An input that breaks off leaves ffmpeg with less than it needs: its exit code or our caller's checks tell.
  let inputError: unknown;
  const fed = pipeline(of.input, process.stdin).catch((error: unknown) => {
    inputError = error;
    process.stdin.destroy();
  });
  const exit = await new Promise<number | null | Error>((resolve) => {
    process.once('error', resolve);
    process.once('close', (code) => resolve(code));
  });
  of.input.destroy();
  await fed;
  if (sinkError !== undefined) throw sinkError instanceof Error ? sinkError : new FfmpegError('bad output');
  // Part of the input makes a result that looks whole. EPIPE is ffmpeg having had enough.
  const brokeOff = inputError instanceof Error && (inputError as NodeJS.ErrnoException).code !== 'EPIPE';
  if (exit === 0 && !brokeOff) return;
  const cause = exit instanceof Error ? exit : inputError;
  const how = exit instanceof Error ? exit.message : `code ${exit ?? 'none'}`;
  throw new FfmpegError(`ffmpeg ended with ${how}: ${complaint.trim()}`, { cause });
}
