import { errnoOf } from '@minhbach/shared/file-operations';
import { isFullDisk } from './is-full-disk.ts';

/** True for the system's and SQLite's word that a disk took nothing, whatever is wrong with it; it may come back. */
export function isDiskFault(error: unknown): boolean {
  return isFullDisk(error) || /^(EIO|EROFS|SQLITE_(IOERR|READONLY))/.test(errnoOf(error) ?? '');
}
