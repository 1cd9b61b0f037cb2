import { statfs } from 'node:fs/promises';

export interface DiskSpace {
  readonly totalBytes: number;
  /** That may still be written by us. */
  readonly freeBytes: number;
}

/** Of the disk that holds `path`. */
export async function diskSpace(path: string): Promise<DiskSpace> {
  const { bavail, blocks, bfree, bsize } = await statfs(path);
  // What is kept for root alone is neither used nor ours to use.
  return { totalBytes: (blocks - bfree + bavail) * bsize, freeBytes: bavail * bsize };
}
