import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { OutputPipe } from './output-pipe.ts';

/** Environment variable that marks a process as working for the spool of this id. */
export const spoolMark = 'MINHBACH_SPOOL';

/** After SIGTERM ffmpeg writes out what it holds; one that hangs is not waited for. */
const killAfterMs = 1_000;

/** `setpriv --pdeathsig` is util-linux and may be missing; without it an orphan lives until its next write. */
export function hasSetpriv(): boolean {
  return spawnSync('setpriv', ['--pdeathsig', 'KILL', '--', 'true'], { stdio: 'ignore' }).status === 0;
}

export interface FfmpegProcessParts {
  readonly ffmpegPath: string;
  readonly arguments: readonly string[];
  /** Written to stdin, which is then closed. */
  readonly script: string;
  readonly spoolId: string;
  readonly diesWithParent: boolean;
  readonly onOutput: (fd: 1 | 3, chunk: Uint8Array) => void;
  /** One line of stderr, secrets and all. */
  readonly onLine: (line: string) => void;
  /** Once, when the process is gone and its pipes are read to the end. */
  readonly onClosed: (exit: FfmpegExit) => void;
}

export interface FfmpegExit {
  /** One line. */
  readonly text: string;
  readonly bySignal: boolean;
}

/** One running ffmpeg with up to two output pipes. */
export class FfmpegProcess {
  #child: ChildProcess;
  #outputs: readonly OutputPipe[];
  #closed = false;
  #killTimer: NodeJS.Timeout | undefined;

  constructor(of: FfmpegProcessParts) {
    const command = of.diesWithParent
      ? ['setpriv', '--pdeathsig', 'KILL', '--', of.ffmpegPath, ...of.arguments]
      : [of.ffmpegPath, ...of.arguments];
    const [file = of.ffmpegPath, ...rest] = command;
    this.#child = spawn(file, rest, {
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'] ?? '', LANG: 'C', [spoolMark]: of.spoolId },
    });
    const [, stdout, stderr, second] = this.#child.stdio as (Readable | null)[];
    this.#outputs = [
      ...(stdout ? [new OutputPipe(stdout, (chunk) => of.onOutput(1, chunk))] : []),
      ...(second ? [new OutputPipe(second, (chunk) => of.onOutput(3, chunk))] : []),
    ];
    // A pipe's own error says nothing that the exit does not.
    for (const pipe of [this.#child.stdin, stdout, second]) pipe?.on('error', () => undefined);
    if (stderr) createInterface({ input: stderr }).on('line', of.onLine);
    let exit: FfmpegExit = { text: 'ffmpeg did not start', bySignal: false };
    this.#child.on('error', (error) => {
      exit = { text: `ffmpeg did not start: ${error.message}`, bySignal: false };
      if (this.#child.pid === undefined) this.#finish(() => of.onClosed(exit));
    });
    this.#child.on('exit', (code, signal) => {
      this.flow();
      const text =
        signal === null ? `ffmpeg ended with code ${code ?? 'unknown'}` : `ffmpeg was ended by ${signal}`;
      exit = { text, bySignal: signal !== null };
    });
    this.#child.on('close', () => this.#finish(() => of.onClosed(exit)));
    this.#child.stdin?.end(of.script);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Output is told as it comes. So it begins, and so it ends. */
  flow(): void {
    for (const output of this.#outputs) output.flow();
  }

  /** Output waits until `read`. */
  gather(): void {
    if (this.#closed || this.#killTimer !== undefined) return;
    for (const output of this.#outputs) output.gather();
  }

  /** Tells the output that has gathered. */
  read(): void {
    for (const output of this.#outputs) output.read();
  }

  /** SIGTERM, then SIGKILL. `onClosed` tells when it is over. */
  stop(): void {
    if (this.#closed || this.#killTimer !== undefined) return;
    // Or what it still has to write would wait for us.
    this.flow();
    this.#child.kill('SIGTERM');
    this.#killTimer = setTimeout(() => this.#child.kill('SIGKILL'), killAfterMs);
  }

  #finish(then: () => void): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#killTimer);
    then();
  }
}
