import { close, constants, fdatasync, fsync, open, writev } from 'node:fs';
import { dirname } from 'node:path';
import { requireRoomForFootage } from '../spool/index.ts';

/** A file being written. Every method rejects with the system's error. */
export interface GrowingFile {
  /** Answers how many bytes were taken; a full disk may take fewer than offered. */
  write(parts: readonly Uint8Array[], position: number): Promise<number>;
  datasync(): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** Makes a file that must not exist yet. Replaced in tests by one whose disk fails. */
export type CreateFile = (path: string) => Promise<GrowingFile>;

/** By the callback functions of `node:fs`: hundreds of writes a second cost half of what a `FileHandle` makes of them. */
export const createGrowingFile: CreateFile = async (path) => {
  const flags = constants.O_CREAT | constants.O_EXCL | constants.O_RDWR;
  const fd = await new Promise<number>((resolve, reject) => {
    open(path, flags, 0o600, (error, opened) => (error === null ? resolve(opened) : reject(error)));
  });
  const folder = dirname(path);
  const settled = (start: (done: (error: Error | null) => void) => void) =>
    new Promise<void>((resolve, reject) => {
      start((error) => (error === null ? resolve() : reject(error)));
    });
  return {
    write: (parts, position) =>
      new Promise((resolve, reject) => {
        requireRoomForFootage(
          folder,
          parts.reduce((sum, part) => sum + part.length, 0),
        );
        writev(fd, parts, position, (error, taken) => (error === null ? resolve(taken) : reject(error)));
      }),
    datasync: () => settled((done) => fdatasync(fd, done)),
    sync: () => settled((done) => fsync(fd, done)),
    close: () => settled((done) => close(fd, done)),
  };
};
