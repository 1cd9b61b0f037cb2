import { closeSync, constants, fsyncSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeNamesDurableSync, moveDurably, removeName, renameDurablySync } from './durable-names.ts';

/**
 * Each name says what is on the disk when it returns or resolves. All fail with Node's own file system errors. None syncs
 * a file again of which a sync failed: the kernel may call lost pages clean after that (fsync(2), "EIO").
 */

/** A file that must not exist yet: content and size are on the disk, its name is not (see `makeNamesDurable`). */
export async function writeNewFileDurably(
  path: string,
  body: Uint8Array,
  of: { readonly mode: number; readonly signal?: AbortSignal },
): Promise<void> {
  const file = await open(path, 'wx', of.mode);
  try {
    // All of it in one call where the system takes it: `writeFile` comes back after each half megabyte.
    for (let written = 0; written < body.length;) {
      written += (await file.write(body, written)).bytesWritten;
      of.signal?.throwIfAborted();
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Content of an existing file, written by whomever, is on the disk. */
export async function makeContentDurable(file: FileHandle): Promise<void> {
  await file.sync();
}

/**
 * A new, empty file to read and write, and its name survives a power cut. When that name cannot be made sure of, the file
 * is gone again: an empty file is no loss, one that vanishes with what was written to it is.
 */
export function createFileDurablySync(path: string): number {
  const file = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600);
  try {
    makeNamesDurableSync(dirname(path));
    return file;
  } catch (error) {
    closeSync(file);
    rmSync(path, { force: true });
    throw error;
  }
}

/** Puts `body` in the place of the file, whole or not at all, also at a power cut. */
export async function replaceFileDurably(
  path: string,
  body: Uint8Array | string,
  mode = 0o600,
): Promise<void> {
  const part = `${path}.part`;
  await removeName(part);
  try {
    await writeNewFileDurably(part, Buffer.from(body), { mode });
    await moveDurably(part, path);
  } catch (error) {
    await removeName(part).catch(() => undefined);
    throw error;
  }
}

/** As `replaceFileDurably`, where nothing else may happen meanwhile; mode 0600. */
export function replaceFileDurablySync(path: string, text: string): void {
  const part = `${path}.part`;
  rmSync(part, { force: true });
  const file = openSync(part, 'wx', 0o600);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameDurablySync(part, path);
}
