import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export const demoPassword = 'demo-password-for-tests';

/** The built demo as a person starts it, in a directory of its own. */
export interface DemoSystem {
  readonly origin: string;
  readonly dataDirectory: string;
  /** From the command to READY. */
  readonly readyAfterMs: number;
  /** Its process group: the demo and every process begun by it or by its programs that did not leave it. */
  readonly groupId: number;
  /** Ctrl-C at its terminal, which every process of the group gets; resolves with the exit code once the demo is gone. */
  stop(): Promise<number | null>;
  /** Ctrl-C and the data directory removed. */
  [Symbol.asyncDispose](): Promise<void>;
}

export interface DemoOptions {
  readonly cameras?: number;
  readonly dataDirectory?: string;
  readonly port?: number;
  /** Where a test waits for sealed segments, so that it need not wait a minute. */
  readonly segmentMs?: number;
  /** By `scripts/demo`, which looks first whether packages and build are as they should be. */
  readonly byScript?: boolean;
}

const root = join(import.meta.dirname, '../..');
const readyLimitMs = 240_000;

export async function startDemo(options: DemoOptions = {}): Promise<DemoSystem> {
  const dataDirectory = options.dataDirectory ?? (await mkdtemp(join(tmpdir(), 'minh-bach-demo-')));
  const command = options.byScript
    ? [join(root, 'scripts/demo'), '--no-install']
    : [process.execPath, join(root, 'dist/scripts/demo-system/main.js')];
  const { port = 0, cameras = 4, segmentMs } = options;
  const begunAtMs = performance.now();
  // A group of its own can be sent what a terminal sends; killed with us all the same, should we be.
  const demo = spawn(
    'setpriv',
    [
      ...['--pdeathsig', 'KILL', ...command],
      ...['--port', String(port), '--data', dataDirectory, '--cameras', String(cameras)],
    ],
    {
      cwd: root,
      detached: true,
      env: {
        ...process.env,
        MINHBACH_DEMO_PASSWORD: demoPassword,
        ...(segmentMs === undefined ? {} : { MINHBACH_RECORDER_SEGMENT__MAX_DURATION_MS: String(segmentMs) }),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const exited = new Promise<number | null>((resolve) => demo.once('exit', (code) => resolve(code)));
  const lines: string[] = [];
  const origin = await new Promise<string>((resolve, reject) => {
    for (const output of [demo.stdout, demo.stderr]) {
      createInterface({ input: output }).on('line', (line) => {
        lines.push(line);
        const ready = /^READY (http:\/\/127\.0\.0\.1:\d+)$/.exec(line)?.[1];
        if (ready !== undefined) resolve(ready);
      });
    }
    demo.once('error', reject);
    void exited.then((code) =>
      reject(new Error(`the demo ended with ${code}:\n${lines.slice(-30).join('\n')}`)),
    );
    setTimeout(
      () => reject(new Error(`the demo was not ready in time:\n${lines.slice(-30).join('\n')}`)),
      readyLimitMs,
    ).unref();
  });
  const readyAfterMs = performance.now() - begunAtMs;
  const groupId = demo.pid ?? Number.NaN;
  const stop = async (): Promise<number | null> => {
    if (demo.exitCode === null && demo.signalCode === null) process.kill(-groupId, 'SIGINT');
    return exited;
  };
  return {
    origin,
    dataDirectory,
    readyAfterMs,
    groupId,
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop();
      if (options.dataDirectory === undefined) await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}
