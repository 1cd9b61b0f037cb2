import { createHash } from 'node:crypto';
import { LedgerError } from './ledger-error.ts';

/** How a key signs notes: plainly (C2SP signed-note), or a checkpoint with the time (C2SP tlog-cosignature). */
export type SignatureKind = 'ed25519' | 'cosignature';

const typeBytes = { ed25519: 0x01, cosignature: 0x04 } as const satisfies Record<SignatureKind, number>;

/** A key that may sign notes, known by its name and id together. */
export interface VerifierKey {
  /** No space, no plus sign. */
  readonly name: string;
  readonly kind: SignatureKind;
  /** 32 bytes, as in RFC 8032. */
  readonly publicKey: Uint8Array;
  /** Unsigned 32 bits: an abbreviation, not a proof. */
  readonly keyId: number;
}

/** Throws `malformed` for a name that notes cannot carry or a key that is not 32 bytes long. */
export function verifierKey(name: string, kind: SignatureKind, publicKey: Uint8Array): VerifierKey {
  if (!isKeyName(name))
    throw new LedgerError('malformed', 'a key name is not empty and has no space or plus sign');
  if (publicKey.length !== 32) throw new LedgerError('malformed', 'an Ed25519 public key has 32 bytes');
  const hash = createHash('sha256')
    .update(`${name}\n`)
    .update(Uint8Array.of(typeBytes[kind]))
    .update(publicKey);
  return { name, kind, publicKey, keyId: hash.digest().readUInt32BE(0) };
}

/** `name+id+key`, as other programs that read signed notes write a key down ("vkey"). */
export function formatVerifierKey({ name, kind, publicKey, keyId }: VerifierKey): string {
  const material = Buffer.from([typeBytes[kind], ...publicKey]).toString('base64');
  return `${name}+${keyIdHex(keyId)}+${material}`;
}

/** Throws `malformed` for any text that is not exactly what `formatVerifierKey` writes. */
export function parseVerifierKey(text: string): VerifierKey {
  const [, name, , material] = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text) ?? [];
  const bytes = Buffer.from(material ?? '', 'base64');
  const kind = signatureKinds.find((candidate) => typeBytes[candidate] === bytes[0]);
  if (name === undefined || kind === undefined)
    throw new LedgerError('malformed', 'no verifier key: name+id+key');
  const key = verifierKey(name, kind, new Uint8Array(bytes.subarray(1)));
  if (formatVerifierKey(key) !== text)
    throw new LedgerError('malformed', 'the id of a verifier key does not fit it');
  return key;
}

export function keyIdHex(keyId: number): string {
  return keyId.toString(16).padStart(8, '0');
}

/** Neither empty nor with a Unicode space or plus sign in it. */
export function isKeyName(name: string): boolean {
  // eslint-disable-next-line no-control-regex -- notes carry none of these
  return name.length > 0 && !/[\p{White_Space}\p{Surrogate}+\u0000-\u001f]/u.test(name);
}

const signatureKinds = Object.keys(typeBytes) as readonly SignatureKind[];
