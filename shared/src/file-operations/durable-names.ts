import { closeSync, constants, fsyncSync, mkdirSync, openSync, renameSync } from 'node:fs';
import { link, mkdir, open, rename, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf } from './errno.ts';

/** Each name says what is on the disk when it returns or resolves. All fail with Node's own file system errors. */

const directoryFlags = constants.O_RDONLY | constants.O_DIRECTORY;

/** Names made, linked, moved or removed in this directory before the call survive a power cut. */
export async function makeNamesDurable(directory: string): Promise<void> {
  const handle = await open(directory, directoryFlags);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export function makeNamesDurableSync(directory: string): void {
  const handle = openSync(directory, directoryFlags);
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** The file is at its new name, and only there, also after a power cut. Its content must have been synced before. */
export async function moveDurably(from: string, to: string): Promise<void> {
  await rename(from, to);
  await makeNamesDurable(dirname(to));
  if (dirname(from) !== dirname(to)) await makeNamesDurable(dirname(from));
}

/** As `moveDurably`, within one directory. */
export function renameDurablySync(from: string, to: string): void {
  renameSync(from, to);
  makeNamesDurableSync(dirname(to));
}

/** The name is gone (it may never have been there); durable only after `makeNamesDurable` of its directory. */
export async function removeName(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
}

/** Gone, also after a power cut. It need not have been there. */
export async function removeDurably(path: string): Promise<void> {
  await removeName(path);
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

/** The folder exists (0700 when made here: footage is nobody else's business) and so does its name in its parent. */
export function makeFolderDurablySync(path: string): void {
  try {
    mkdirSync(path, 0o700);
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
  }
  makeNamesDurableSync(dirname(path));
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
