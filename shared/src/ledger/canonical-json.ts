/** What a ledger entry may consist of: RFC 8785 with integers only, so that no two programs can differ on a number. */
export type CanonicalValue =
  | null
  | boolean
  | number
  | string
  | readonly CanonicalValue[]
  | { readonly [key: string]: CanonicalValue | undefined };

/**
 * The one text for a value (RFC 8785): keys sorted by UTF-16 code units, no space. Keys whose value is `undefined` are
 * left out. Throws TypeError for a number that is no safe integer and for text that is no Unicode.
 */
export function canonicalJson(value: CanonicalValue): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new TypeError(`not a safe integer: ${value}`);
    return Object.is(value, -0) ? '0' : String(value);
  }
  if (typeof value === 'string') return canonicalString(value);
  if (isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members: string[] = [];
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    if (member !== undefined) members.push(`${canonicalString(key)}:${canonicalJson(member)}`);
  }
  return `{${members.join(',')}}`;
}

function canonicalString(text: string): string {
  if (loneSurrogate.test(text)) throw new TypeError('text with half of a surrogate pair');
  return JSON.stringify(text);
}

/** `Array.isArray` does not narrow readonly arrays. */
function isArray(value: object): value is readonly CanonicalValue[] {
  return Array.isArray(value);
}

const loneSurrogate = /\p{Surrogate}/u;
