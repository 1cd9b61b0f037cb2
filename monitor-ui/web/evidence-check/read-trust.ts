import { trustSchema, type Trust } from '@minhbach/shared/evidence/verifier';

/** A list of trusted keys, or the line that is none. */
export type ReadTrust =
  { readonly kind: 'trust'; readonly trust: Trust } | { readonly kind: 'wrong'; readonly line: string };

/**
 * What a person typed or pasted: a `trust.json` whole, or line by line what is printed on a receipt: a fingerprint (32 hex
 * digits or more, spaces and dashes as one likes) or a key as `name+id+key`. Nothing typed is an empty list.
 */
export function readTrust(text: string): ReadTrust {
  const typed = text.trim();
  if (typed.startsWith('{')) {
    try {
      return { kind: 'trust', trust: trustSchema.parse(JSON.parse(typed)) };
    } catch {
      return { kind: 'wrong', line: `${typed.slice(0, 40)}…` };
    }
  }
  const keys: Trust['keys'][number][] = [];
  for (const line of typed.split('\n').map((one) => one.trim())) {
    if (line === '') continue;
    const key = printedKey(line) ?? fingerprint(line);
    if (key === undefined) return { kind: 'wrong', line };
    keys.push(key);
  }
  return { kind: 'trust', trust: { keys } };
}

function fingerprint(line: string): Trust['keys'][number] | undefined {
  const digits = line.toLowerCase().replaceAll(/[\s:\u2010-\u2015-]/g, '');
  return /^[0-9a-f]{32,64}$/.test(digits) ? { fingerprint: digits } : undefined;
}

/** C2SP signed-note's "vkey"; the first byte of its material says how it signs. */
function printedKey(line: string): Trust['keys'][number] | undefined {
  const [, name, material] = /^([^+\s]+)\+[0-9a-f]{8}\+([A-Za-z0-9+/]{44})$/.exec(line) ?? [];
  if (name === undefined || material === undefined) return undefined;
  const raw = atob(material);
  const publicKey = btoa(raw.slice(1)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  if (raw.charCodeAt(0) === 4) return { witness: name, publicKey };
  const [, kind, id] = /^minhbach\/([rm])\/([0-9a-f-]{36})(?:\/\d+)?$/.exec(name) ?? [];
  const named = kind === 'r' ? { recorderId: id, publicKey } : { monitorId: id, publicKey };
  const parsed = trustSchema.safeParse({ keys: [named] });
  return raw.charCodeAt(0) === 1 && kind !== undefined && parsed.success ? parsed.data.keys[0] : undefined;
}
