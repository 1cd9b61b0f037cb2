import { constants, fsyncSync, mkdirSync, openSync, closeSync } from 'node:fs';
import { open, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf } from './errno.ts';

/** Names made, moved or removed in this folder before the call survive a power cut. */
export async function makeNamesDurable(directory: string): Promise<void> {
  const handle = await open(directory, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The file is at its new name, and only there, also after a power cut. Its content must have been synced before. */
export async function moveDurably(from: string, to: string): Promise<void> {
  await rename(from, to);
  await makeNamesDurable(dirname(to));
  await makeNamesDurable(dirname(from));
}

/** Gone, also after a power cut. It need not have been there. */
export async function removeDurably(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
  await makeNamesDurable(dirname(path));
}

/** The folder exists (0700 when made here: footage is nobody else's business) and so does its name in its parent. */
export function makeFolderDurably(path: string): void {
  try {
    mkdirSync(path, 0o700);
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
  }
  const parent = openSync(dirname(path), constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    fsyncSync(parent);
  } finally {
    closeSync(parent);
  }
}
