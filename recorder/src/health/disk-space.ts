import { statfs } from 'node:fs/promises';

/** Bytes that may still be written on the disk that holds `path`. */
export async function diskFreeBytes(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
}
