import { createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { LedgerError } from './ledger-error.ts';
import { formatNote, parseNote, type NoteSignature, type SignedNote } from './signed-note.ts';
import { keyIdHex, type VerifierKey } from './verifier-key.ts';

/** A signature that was checked; `atUnixS` is when a cosignature says that it was given. */
export interface CheckedSignature {
  readonly key: VerifierKey;
  readonly atUnixS?: number;
}

/** A private Ed25519 key, or what signs with one and keeps it to itself, and the name under which it signs. */
export type NoteSigner =
  | { readonly key: VerifierKey; readonly privateKey: KeyObject }
  | { readonly key: VerifierKey; readonly sign: (bytes: Uint8Array) => Uint8Array };

/** Signs text with an `ed25519` key, or cosigns a checkpoint's text with a `cosignature` key as of `atUnixS`. */
export function signNoteText(text: string, signer: NoteSigner, atUnixS: number): NoteSignature {
  const { key } = signer;
  const { name, keyId } = key;
  const bytes = signedBytes(key, text, atUnixS);
  const signed = 'sign' in signer ? signer.sign(bytes) : sign(null, bytes, signer.privateKey);
  if (key.kind === 'ed25519') return { name, keyId, signature: new Uint8Array(signed) };
  const signature = new Uint8Array(8 + signed.length);
  new DataView(signature.buffer).setBigUint64(0, BigInt(atUnixS));
  signature.set(signed, 8);
  return { name, keyId, signature };
}

/** The note with one more signature; one by the same key is replaced. */
export function withSignature(note: SignedNote, added: NoteSignature): SignedNote {
  const others = note.signatures.filter(({ name, keyId }) => name !== added.name || keyId !== added.keyId);
  return { text: note.text, signatures: [...others, added] };
}

/**
 * Whose signatures stand under a note, of the keys given. Signatures by other keys are passed over, as the format
 * demands; a signature by a given key that does not fit throws `bad-signature`, and so the whole note is refused.
 */
export function checkedSignatures(note: SignedNote, keys: readonly VerifierKey[]): CheckedSignature[] {
  const checked = new Map<string, CheckedSignature>();
  for (const { name, keyId, signature } of note.signatures) {
    const key = keys.find((candidate) => candidate.name === name && candidate.keyId === keyId);
    if (key === undefined) continue;
    const result = check(note.text, signature, key);
    if (result === undefined) {
      throw new LedgerError(
        'bad-signature',
        `the signature by ${name} (${keyIdHex(keyId)}) does not fit the note`,
      );
    }
    checked.set(`${name} ${keyId}`, result);
  }
  return [...checked.values()];
}

/** Reads a note that must be signed by at least one of the keys. Throws `malformed`, `bad-signature` or `untrusted`. */
export function openNote(
  note: string,
  keys: readonly VerifierKey[],
): { readonly note: SignedNote; readonly checked: readonly CheckedSignature[] } {
  const parsed = parseNote(note);
  const checked = checkedSignatures(parsed, keys);
  if (checked.length === 0)
    throw new LedgerError('untrusted', 'no signature under the note is by a known key');
  return { note: parsed, checked };
}

/** Text signed by one key, written out. */
export function signedNote(text: string, signer: NoteSigner, atUnixS: number): string {
  return formatNote({ text, signatures: [signNoteText(text, signer, atUnixS)] });
}

function check(text: string, signature: Uint8Array, key: VerifierKey): CheckedSignature | undefined {
  if (key.kind === 'ed25519') {
    return isValid(key, signedBytes(key, text, 0), signature) ? { key } : undefined;
  }
  if (signature.length !== 72) return undefined;
  const time = new DataView(signature.buffer, signature.byteOffset).getBigUint64(0);
  if (time > BigInt(Number.MAX_SAFE_INTEGER)) return undefined;
  const atUnixS = Number(time);
  return isValid(key, signedBytes(key, text, atUnixS), signature.subarray(8)) ? { key, atUnixS } : undefined;
}

function signedBytes(key: VerifierKey, text: string, atUnixS: number): Uint8Array {
  return Buffer.from(key.kind === 'ed25519' ? text : `cosignature/v1\ntime ${atUnixS}\n${text}`, 'utf8');
}

function isValid({ publicKey }: VerifierKey, bytes: Uint8Array, signature: Uint8Array): boolean {
  return signature.length === 64 && verify(null, bytes, publicKeyObject(publicKey), signature);
}

/** The DER of an Ed25519 public key is a fixed beginning and the key's 32 bytes (RFC 8410 §4). */
function publicKeyObject(publicKey: Uint8Array): KeyObject {
  const der = Buffer.concat([spkiPrefix, publicKey]);
  return createPublicKey({ key: der, format: 'der', type: 'spki' });
}

const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex');
