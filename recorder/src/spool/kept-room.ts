import {
  constants,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statfsSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

const mebibyte = 1024 * 1024;
/** What index and journal need to open, to say what is lost, and to let proven footage go. */
const keptBytes = 8 * mebibyte;
/** Taken from a disk only when this much stays free beside it. */
const plentyBytes = 8 * keptBytes;
/** Below this footage is refused, or will be within some segments. */
export const leastRoomBytes = 2 * keptBytes;
const keptName = 'kept-room';

/** Footage wanted the room that index and journal need. A full disk to whoever looks at `code`. */
export class NoRoomError extends Error {
  readonly code = 'ENOSPC';

  constructor(directory: string, freeBytes: number) {
    super(
      `${Math.floor(freeBytes / 1024)} KiB are free at ${directory}; the last ${keptBytes / mebibyte} MiB are for the index`,
    );
    this.name = 'NoRoomError';
  }
}

/** Throws `NoRoomError` when footage of this size would take of what the index needs. */
export function requireRoomForFootage(directory: string, bytes: number): void {
  const freeBytes = freeBytesAt(directory);
  if (freeBytes - bytes < keptBytes) throw new NoRoomError(directory, freeBytes);
}

/**
 * Keeps room on the spool's disk against whoever fills it: a file of zeros that is taken away when nothing else is left, by
 * the next opening or before footage leaves. Does nothing when the disk is nearly full, or small.
 */
export function keepRoom(directory: string): void {
  const path = join(directory, keptName);
  if (existsSync(path) || freeBytesAt(directory) < keptBytes + plentyBytes) return;
  const part = `${path}.part`;
  const file = openSync(part, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC, 0o600);
  try {
    const zeros = Buffer.alloc(mebibyte);
    for (let written = 0; written < keptBytes;) written += writeSync(file, zeros);
    fsyncSync(file);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
  renameSync(part, path);
}

/** Gives the kept room back when the disk has no other. Answers whether there is enough now for the index. */
export function giveRoom(directory: string): boolean {
  const place = existsSync(directory) ? directory : dirname(directory);
  if (freeBytesAt(place) >= keptBytes) return true;
  for (const name of [keptName, `${keptName}.part`]) rmSync(join(directory, name), { force: true });
  return freeBytesAt(place) >= keptBytes / 4;
}

function freeBytesAt(directory: string): number {
  const { bavail, bsize } = statfsSync(directory);
  return bavail * bsize;
}
