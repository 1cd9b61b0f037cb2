/** The `code` of an operating system's error (`ENOENT`, …), or `undefined`. Works across realms, as tests have them. */
export function errnoOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
