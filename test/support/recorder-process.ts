import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { RecorderId } from '@minhbach/shared/units-of-measure';

const program = join(import.meta.dirname, '../../recorder/dist/main.js');

/** The built recorder as systemd would run it, in a directory of its own that outlives restarts. */
export class RecorderProcess {
  readonly directory: string;
  readonly lines: string[] = [];
  #process: ChildProcess | undefined;
  #exited: Promise<number | null> = Promise.resolve(0);

  private constructor(directory: string) {
    this.directory = directory;
  }

  static async prepare(settings: Readonly<Record<string, unknown>> = {}): Promise<RecorderProcess> {
    const recorder = new RecorderProcess(await mkdtemp(join(tmpdir(), 'recorder-process-')));
    await recorder.configure(settings);
    return recorder;
  }

  /** Relative paths in the settings lead into the test's directory. */
  async configure(settings: Readonly<Record<string, unknown>>): Promise<void> {
    const whole = {
      dataDirectory: 'data',
      archive: { type: 'directory', path: 'archive' },
      cameraNetworks: { allowLoopback: true },
      metricsListen: { port: 0 },
      // A virtual camera's footage comes again after 40 s.
      content: { loopHorizonMs: 30_000 },
      ...settings,
    };
    await writeFile(join(this.directory, 'recorder.yaml'), JSON.stringify(whole));
  }

  get archiveDirectory(): string {
    return join(this.directory, 'archive');
  }

  get output(): string {
    return this.lines.join('\n');
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  /**
   * Starts it and answers at once; see `untilStarted`. `under`: a command that in the end becomes the one given to it, such
   * as `unshare --mount`, so that signals reach the recorder.
   */
  start(
    of: { readonly environment?: Readonly<Record<string, string>>; readonly under?: readonly string[] } = {},
  ): void {
    const config = join(this.directory, 'recorder.yaml');
    const [file = process.execPath, ...rest] = [
      ...(of.under ?? []),
      ...[process.execPath, program, '--config', config],
    ];
    const started = spawn(file, rest, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...of.environment },
    });
    this.#process = started;
    for (const output of [started.stdout, started.stderr]) {
      createInterface({ input: output }).on('line', (line) => this.lines.push(line));
    }
    this.#exited = new Promise((resolve) => started.once('close', (code) => resolve(code)));
  }

  async untilStarted(): Promise<{ readonly recorderId: RecorderId; readonly healthUrl: string }> {
    for (;;) {
      const line = this.lines.find((text) => text.includes('"recorder started"'));
      if (line !== undefined) {
        const { recorderId, healthPort } = JSON.parse(line) as { recorderId: RecorderId; healthPort: number };
        return { recorderId, healthUrl: `http://127.0.0.1:${healthPort}` };
      }
      const ended = await Promise.race([
        this.#exited,
        new Promise<'waiting'>((resolve) => setTimeout(() => resolve('waiting'), 50)),
      ]);
      if (ended !== 'waiting') throw new Error(`the recorder ended with ${ended}:\n${this.output}`);
    }
  }

  signal(name: NodeJS.Signals): void {
    this.#process?.kill(name);
  }

  async exitCode(): Promise<number | null> {
    return this.#exited;
  }

  /** Sends SIGTERM; answers exit code and how long it took. */
  async stop(): Promise<{ readonly code: number | null; readonly tookMs: number }> {
    const askedAtMs = performance.now();
    this.signal('SIGTERM');
    const code = await this.#exited;
    this.lines.length = 0;
    return { code, tookMs: performance.now() - askedAtMs };
  }

  async identityText(): Promise<string> {
    return readFile(join(this.directory, 'data/identity.json'), 'utf8');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.signal('SIGKILL');
    await this.#exited;
    await rm(this.directory, { recursive: true, force: true });
  }
}
