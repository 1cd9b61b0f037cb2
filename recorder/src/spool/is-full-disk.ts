import { errnoOf } from '@minhbach/shared/file-operations';

/** True for the system's and SQLite's word that a disk, or what of it is ours to use, is full. */
export function isFullDisk(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'SQLITE_FULL'].includes(errnoOf(error) ?? '');
}
