/**
 * Whether a JSON text is the one text for its value (RFC 8785, integers only): keys sorted by UTF-16 code units, nothing
 * twice, no space. Written apart from the ledger's own `canonicalJson`: a fault in one is not a fault in both.
 */
export function isCanonicalText(text: string, value: unknown): boolean {
  try {
    return written(value) === text;
  } catch (error) {
    if (error instanceof NotCanonical) return false;
    throw error;
  }
}

class NotCanonical extends Error {}

function written(value: unknown): string {
  switch (typeof value) {
    case 'string':
      if (/\p{Surrogate}/u.test(value)) throw new NotCanonical();
      return JSON.stringify(value);
    case 'number':
      if (!Number.isSafeInteger(value) || Object.is(value, -0)) throw new NotCanonical();
      return String(value);
    case 'boolean':
      return String(value);
    default:
      if (value === null) return 'null';
      if (Array.isArray(value)) return `[${value.map(written).join(',')}]`;
      return `{${Object.entries(value ?? {})
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, member]) => `${written(key)}:${written(member)}`)
        .join(',')}}`;
  }
}
