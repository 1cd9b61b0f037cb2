/**
 * Lays the variables that begin with `prefix` over what the file says: `{prefix}SPOOL__CACHE_BYTES=0` is
 * `spool.cacheBytes`.
 * `__` goes one level down; a value that is JSON (number, true, list, quoted text) is taken as such, else as text.
 */
export function withEnvironment(
  fromFile: unknown,
  environment: Readonly<Record<string, string | undefined>>,
  prefix: string,
): unknown {
  let settings = fromFile;
  for (const [name, text] of Object.entries(environment).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!name.startsWith(prefix) || text === undefined) continue;
    const path = name.slice(prefix.length).split('__').map(camelCase);
    settings = withValue(settings, path, jsonOrText(text));
  }
  return settings;
}

function withValue(target: unknown, path: readonly string[], value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const entries = isRecord(target) ? Object.entries(target) : [];
  const inner = entries.find(([known]) => known === key)?.[1];
  return Object.fromEntries([
    ...entries.filter(([known]) => known !== key),
    [key, withValue(inner, rest, value)],
  ]);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function camelCase(upperSnake: string): string {
  return upperSnake.toLowerCase().replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
