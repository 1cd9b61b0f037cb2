import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { DemoError } from './demo-error.ts';

/** One program of the demo. Its output goes to a log file; it is killed with us, however we end (prctl(2) PDEATHSIG). */
export class Daemon {
  readonly name: string;
  readonly #process: ChildProcess;
  readonly #exited: Promise<number | null>;
  readonly #log: WriteStream;
  readonly #listeners = new Set<(line: string) => void>();
  #recentLines: string[] = [];

  constructor(name: string, argv: readonly string[], logFile: string) {
    this.name = name;
    this.#log = createWriteStream(logFile, { flags: 'a', mode: 0o600 });
    this.#process = spawn('setpriv', ['--pdeathsig', 'KILL', process.execPath, ...argv], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const output of [this.#process.stdout, this.#process.stderr]) {
      if (output) createInterface({ input: output }).on('line', (line) => this.#take(line));
    }
    this.#exited = new Promise((resolve, reject) => {
      this.#process.once('exit', (code) => resolve(code));
      this.#process.once('error', reject);
    });
  }

  get exited(): Promise<number | null> {
    return this.#exited;
  }

  /** Resolves with what `find` makes of the first line it knows; rejects when the program ends first. */
  async waitForLine<T>(find: (line: string) => T | undefined, signal: AbortSignal): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const stop = (): void => {
        this.#listeners.delete(look);
        signal.removeEventListener('abort', aborted);
      };
      const aborted = (): void => {
        stop();
        reject(signal.reason instanceof Error ? signal.reason : new DemoError('interrupted'));
      };
      const look = (line: string): void => {
        const found = find(line);
        if (found === undefined) return;
        stop();
        resolve(found);
      };
      this.#listeners.add(look);
      signal.addEventListener('abort', aborted);
      for (const line of this.#recentLines) look(line);
      this.#exited.then(
        (code) => {
          stop();
          reject(new DemoError(`${this.name} ended (${code ?? 'killed'}): ${this.lastWords()}`));
        },
        (cause: unknown) => {
          stop();
          reject(new DemoError(`${this.name} could not be started`, { cause }));
        },
      );
    });
  }

  lastWords(): string {
    return this.#recentLines.slice(-5).join(' | ');
  }

  /** SIGTERM, and SIGKILL for what is still there after `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    const killer = setTimeout(() => this.#process.kill('SIGKILL'), graceMs);
    this.#process.kill('SIGTERM');
    await this.#exited.catch(() => undefined);
    clearTimeout(killer);
    this.#log.end();
  }

  #take(line: string): void {
    this.#log.write(`${line}\n`);
    this.#recentLines = [...this.#recentLines.slice(-200), line];
    for (const listener of this.#listeners) listener(line);
  }
}
