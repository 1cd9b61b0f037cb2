import { errnoOf } from '@minhbach/shared/file-operations';

/** True for SQLite's own word that a database file is damaged. */
export function isDamage(error: unknown): boolean {
  return /^SQLITE_(CORRUPT|NOTADB)/.test(errnoOf(error) ?? '');
}
