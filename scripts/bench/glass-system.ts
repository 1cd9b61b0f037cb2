import { spawn } from 'node:child_process';
import { access, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';

export const demoPassword = 'bench-password';

/** The whole built system, virtual cameras included, in processes and a directory of its own. */
export interface GlassSystem {
  readonly origin: string;
  /** Control port of the virtual cameras. */
  readonly control: string;
  /** Ctrl-C, then everything it stored is removed. */
  stop(): Promise<void>;
}

const root = join(import.meta.dirname, '../../..');
const built = [
  'dist/scripts/demo-system/main.js',
  'monitor-ui/dist/server/main.js',
  'monitor-ui/dist/web/index.html',
  'recorder/dist/main.js',
];
const readyWithinMs = 300_000;

/** Throws one sentence when the build is not there or the system does not come up. */
export async function startGlassSystem(cameras: number): Promise<GlassSystem> {
  for (const file of built) {
    await access(join(root, file)).catch(() => {
      throw new Error(`${file} is not there: run 'npm run build' first.`);
    });
  }
  await requireFreshPages();
  const data = await mkdtemp(join(tmpdir(), 'minh-bach-bench-'));
  const program = [join(root, 'dist/scripts/demo-system/main.js'), '--port', '0'];
  const demo = spawn(
    'setpriv',
    ['--pdeathsig', 'INT', process.execPath, ...program, '--data', data, '--cameras', String(cameras)],
    {
      cwd: root,
      env: { ...process.env, MINHBACH_DEMO_PASSWORD: demoPassword },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const exited = new Promise<number | null>((resolve) => demo.once('exit', (code) => resolve(code)));
  const stop = async (): Promise<void> => {
    if (demo.exitCode === null) demo.kill('SIGINT');
    await exited;
    await rm(data, { recursive: true, force: true });
  };
  const lastLines: string[] = [];
  try {
    const origin = await new Promise<string>((resolve, reject) => {
      const fail = (what: string): void => reject(new Error(`${what}:\n${lastLines.join('\n')}`));
      for (const output of [demo.stdout, demo.stderr]) {
        createInterface({ input: output }).on('line', (line) => {
          lastLines.splice(0, Math.max(0, lastLines.length - 15));
          lastLines.push(line);
          const ready = /^READY (\S+)$/.exec(line)?.[1];
          if (ready !== undefined) resolve(ready);
        });
      }
      void exited.then((code) => fail(`the demo system ended (${code ?? 'killed'}) before it was ready`));
      setTimeout(() => fail('the demo system was not ready in time'), readyWithinMs).unref();
    });
    const said = JSON.parse(await readFile(join(data, 'virtual-cameras.json'), 'utf8')) as unknown;
    return { origin, control: z.looseObject({ control: z.url() }).parse(said).control, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Pages built before their sources changed would be measured in the name of the new ones. */
async function requireFreshPages(): Promise<void> {
  const pages = join(root, 'monitor-ui/web');
  const names = await readdir(pages, { recursive: true });
  const changed = await Promise.all(names.map(async (name) => (await stat(join(pages, name))).mtimeMs));
  const page = await stat(join(root, 'monitor-ui/dist/web/index.html'));
  if (Math.max(...changed) > page.mtimeMs)
    throw new Error(
      "The pages were built before monitor-ui/web last changed: run 'npm run build:web' first.",
    );
}
