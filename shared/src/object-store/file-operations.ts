import { constants } from 'node:fs';
import { link, mkdir, open, stat, unlink, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Each name says what is on the disk when the promise resolves. All reject with Node's own file system errors. */

/** File content and size are on the disk; its name in the directory is not (see `makeNamesDurable`). */
export async function writeNewFileDurably(path: string, body: Buffer, signal: AbortSignal): Promise<void> {
  // No O_TRUNC: an existing file is an error. Read-only from birth: nobody edits an object by accident.
  const file = await open(path, 'wx', 0o440);
  try {
    // All of it in one call where the system takes it: `writeFile` comes back after each half megabyte.
    for (let written = 0; written < body.length;) {
      written += (await file.write(body, written)).bytesWritten;
      signal.throwIfAborted();
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Names created, linked or removed in this directory before the call survive a power cut. */
export async function makeNamesDurable(directory: string): Promise<void> {
  const handle = await open(directory, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Content of an existing file, written by whomever, is on the disk. */
export async function makeContentDurable(file: FileHandle): Promise<void> {
  await file.sync();
}

/**
 * The directory and every parent made on the way down from `root` exist and survive a power cut. Never makes `root`
 * itself: when that is gone, the disk is gone. A parent is synced even when another writer made the child first.
 */
export async function makeDirectoryDurably(root: string, path: string): Promise<void> {
  if (path === root) return;
  try {
    await mkdir(path, 0o750);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') {
      if (dirname(path) === root) throw error;
      await makeDirectoryDurably(root, dirname(path));
      await makeDirectoryDurably(root, path);
      return;
    }
    if (errnoOf(error) !== 'EEXIST') throw error;
    if (!(await stat(path)).isDirectory())
      throw Object.assign(new Error(`${path} is a file`), { code: 'ENOTDIR' });
  }
  await makeNamesDurable(dirname(path));
}

/** `false` when the name was taken: link(2) never replaces, unlike rename(2). */
export async function linkUnlessTaken(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** The name is gone (it may never have been there); durable only after `makeNamesDurable` of its directory. */
export async function removeName(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
}

/** By shape, not `instanceof Error`: Node's own errors may come from another realm than ours (as they do in jest). */
export function errnoOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
