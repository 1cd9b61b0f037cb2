/**
 * The system's (`ENOSPC`) or SQLite's (`SQLITE_CORRUPT`) name for what went wrong, if it has one. By shape, not
 * `instanceof Error`: Node's own errors may come from another realm than ours (as they do in jest).
 */
export function errnoOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
