/** The system's (`ENOSPC`) or SQLite's (`SQLITE_CORRUPT`) name for what went wrong, if it has one. */
export function errnoOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
