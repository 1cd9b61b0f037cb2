import { isKeyName } from './verifier-key.ts';
import { LedgerError } from './ledger-error.ts';

/** One signature line of a note: who claims to have signed, and what follows the key id. */
export interface NoteSignature {
  readonly name: string;
  readonly keyId: number;
  readonly signature: Uint8Array;
}

/** Text that ends with a newline, and its signatures in the order of their lines (C2SP signed-note). */
export interface SignedNote {
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** Notes from elsewhere may carry many signatures; more than this is refused. */
export const maxSignatures = 100;

/** Writes a note. Throws `malformed` for text or names that a note cannot carry. */
export function formatNote({ text, signatures }: SignedNote): string {
  const lines = signatures.map(({ name, keyId, signature }) => {
    const bytes = Buffer.alloc(4 + signature.length);
    bytes.writeUInt32BE(keyId);
    bytes.set(signature, 4);
    return `\u2014 ${name} ${bytes.toString('base64')}\n`;
  });
  const note = `${text}\n${lines.join('')}`;
  parseNote(note);
  return note;
}

/** Reads a note without believing any of it. Throws `malformed`. */
export function parseNote(note: string): SignedNote {
  // eslint-disable-next-line no-control-regex -- no control character but newline, as the format says
  if (/\p{Surrogate}|[\u0000-\u0009\u000b-\u001f]/u.test(note)) {
    throw new LedgerError('malformed', 'a note holds control characters or is no Unicode text');
  }
  const blank = note.lastIndexOf('\n\n');
  if (blank < 0 || !note.endsWith('\n')) {
    throw new LedgerError('malformed', 'a note is text, an empty line and signatures, each line ended');
  }
  const lines = note
    .slice(blank + 2)
    .split('\n')
    .slice(0, -1);
  if (lines.length === 0 || lines.length > maxSignatures) {
    throw new LedgerError('malformed', `a note has 1 to ${maxSignatures} signatures, not ${lines.length}`);
  }
  return { text: note.slice(0, blank + 1), signatures: lines.map(parseSignature) };
}

function parseSignature(line: string): NoteSignature {
  const [, name, base64] = /^\u2014 (\S+) ([A-Za-z0-9+/=]+)$/.exec(line) ?? [];
  const bytes = Buffer.from(base64 ?? '', 'base64');
  if (name === undefined || !isKeyName(name) || bytes.length < 5 || bytes.toString('base64') !== base64) {
    throw new LedgerError('malformed', 'a signature line is a dash, a name and a signature in base64');
  }
  return { name, keyId: bytes.readUInt32BE(0), signature: new Uint8Array(bytes.subarray(4)) };
}
