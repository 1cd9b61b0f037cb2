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
  /** Ctrl-C; resolves with the exit code once the demo is gone. */
  stop(): Promise<number | null>;
  /** Ctrl-C and the data directory removed. */
  [Symbol.asyncDispose](): Promise<void>;
}

export async function startDemo(
  options: { readonly cameras?: number; readonly dataDirectory?: string; readonly port?: number } = {},
): Promise<DemoSystem> {
  const dataDirectory = options.dataDirectory ?? (await mkdtemp(join(tmpdir(), 'minh-bach-demo-')));
  const root = join(import.meta.dirname, '../..');
  const demo = spawn(
    process.execPath,
    [
      join(root, 'dist/scripts/demo-system/main.js'),
      ...[
        '--port',
        String(options.port ?? 0),
        '--data',
        dataDirectory,
        '--cameras',
        String(options.cameras ?? 4),
      ],
    ],
    {
      cwd: root,
      env: { ...process.env, MINHBACH_DEMO_PASSWORD: demoPassword },
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
    void exited.then((code) =>
      reject(new Error(`the demo ended with ${code}:\n${lines.slice(-30).join('\n')}`)),
    );
    setTimeout(
      () => reject(new Error(`the demo was not ready in time:\n${lines.slice(-30).join('\n')}`)),
      240_000,
    ).unref();
  });
  const stop = async (): Promise<number | null> => {
    if (demo.exitCode === null) demo.kill('SIGINT');
    return exited;
  };
  return {
    origin,
    dataDirectory,
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop();
      if (options.dataDirectory === undefined) await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}
