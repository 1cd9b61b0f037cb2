import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/**
 * Files made once and kept, named by what they are and a hash of how they are made. A file appears whole or
 * not at all, also when several processes want it at the same time: one makes it, the others wait.
 */
export class MediaCache {
  readonly directory: string;
  readonly #making = new Map<string, Promise<string>>();

  constructor(directory: string) {
    this.directory = resolve(directory);
  }

  /** Path of the file; calls `make` to write it at the path given, unless it is there already. */
  async file(
    name: string,
    recipe: unknown,
    make: (temporaryPath: string, workDirectory: string) => Promise<void>,
    signal: AbortSignal,
  ): Promise<string> {
    const hash = createHash('sha256').update(JSON.stringify(recipe)).digest('hex').slice(0, 16);
    const dot = name.lastIndexOf('.');
    const path = join(this.directory, `${name.slice(0, dot)}-${hash}${name.slice(dot)}`);
    const underWay = this.#making.get(path);
    if (underWay !== undefined) return underWay;
    const making = this.#makeOnce(path, make, signal).finally(() => this.#making.delete(path));
    this.#making.set(path, making);
    return making;
  }

  async #makeOnce(
    path: string,
    make: (temporaryPath: string, workDirectory: string) => Promise<void>,
    signal: AbortSignal,
  ): Promise<string> {
    if (await exists(path)) return path;
    await mkdir(this.directory, { recursive: true });
    const lock = `${path}.lock`;
    while (!(await takeLock(lock))) {
      await wait(200, undefined, { signal });
      if (await exists(path)) return path;
    }
    try {
      if (await exists(path)) return path;
      const work = await mkdtemp(join(this.directory, 'making-'));
      try {
        const temporary = join(work, 'result');
        await make(temporary, work);
        await rename(temporary, path);
      } finally {
        await rm(work, { recursive: true, force: true });
      }
      return path;
    } finally {
      await rm(lock, { force: true });
    }
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** The lock holds its owner's process id: one left behind by a process that was killed is taken away. */
async function takeLock(lock: string): Promise<boolean> {
  try {
    const file = await open(lock, 'wx');
    await file.writeFile(String(process.pid)).finally(() => file.close());
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const owner = Number(await readFile(lock, 'utf8').catch(() => ''));
  const written = await stat(lock).catch(() => undefined);
  const isFresh = written !== undefined && Date.now() - written.mtimeMs < 5000;
  if (owner > 0 ? !isAlive(owner) : !isFresh) await rm(lock, { force: true });
  return false;
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
