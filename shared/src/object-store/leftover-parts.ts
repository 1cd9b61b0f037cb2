import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf, removeName } from '../file-operations/index.ts';

const partName = /^\..+\.[0-9a-f]{8}\.part$/;

/**
 * Removes what writers left behind in this directory when they were killed: `.part` files not written to for
 * `olderThanMs`. They were never objects. Returns the names of those that may still have a writer.
 */
export async function removeOldParts(directory: string, olderThanMs: number): Promise<string[]> {
  const young: string[] = [];
  for (const name of await readdir(directory)) {
    if (!partName.test(name)) continue;
    const path = join(directory, name);
    if (Date.now() - (await lastWriteMs(path)) < olderThanMs) young.push(name);
    else await removeName(path);
  }
  return young;
}

/** Now, when the file is gone: its writer has just finished. */
async function lastWriteMs(path: string): Promise<number> {
  try {
    return (await stat(path)).mtimeMs;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return Date.now();
    throw error;
  }
}
