import { bytesOfBase64, concatenated, isSame } from './bytes.ts';
import type { VerifierCrypto } from './crypto-port.ts';

/** Text and the signature lines under it (C2SP signed-note). */
export interface SignedText {
  readonly text: string;
  readonly lines: readonly { readonly name: string; readonly bytes: Uint8Array }[];
}

/** `undefined` for what is no signed note. */
export function readSignedText(note: string): SignedText | undefined {
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || !note.endsWith('\n') || note.length > 100_000) return undefined;
  const lines = note
    .slice(end + 2, -1)
    .split('\n')
    .map((line) => {
      const [, name, base64] = /^\u2014 (\S+) (\S+)$/.exec(line) ?? [];
      const bytes = bytesOfBase64(base64 ?? '');
      return name === undefined || bytes === undefined || bytes.length < 5 ? undefined : { name, bytes };
    });
  const whole = lines.filter((line) => line !== undefined);
  return whole.length === lines.length && whole.length <= 100
    ? { text: note.slice(0, end + 1), lines: whole }
    : undefined;
}

/** A key by which something must be signed. `kind` 1: plainly; 4: a checkpoint, with the time (C2SP tlog-cosignature). */
export interface ExpectedSigner {
  readonly name: string;
  readonly kind: 1 | 4;
  readonly publicKey: Uint8Array;
}

/** `absent`: no line by this name and key id. `wrong`: there is one, and it does not fit. */
export async function signatureBy(
  crypto: VerifierCrypto,
  signed: SignedText,
  signer: ExpectedSigner,
): Promise<'good' | 'absent' | 'wrong'> {
  const encoder = new TextEncoder();
  const idBytes = concatenated(
    encoder.encode(`${signer.name}\n`),
    Uint8Array.of(signer.kind),
    signer.publicKey,
  );
  const keyId = (await crypto.sha256(idBytes)).subarray(0, 4);
  const line = signed.lines.find(
    ({ name, bytes }) => name === signer.name && isSame(bytes.subarray(0, 4), keyId),
  );
  if (line === undefined) return 'absent';
  const body = line.bytes.subarray(4);
  if (signer.kind === 1) {
    return (await crypto.verifyEd25519(signer.publicKey, encoder.encode(signed.text), body))
      ? 'good'
      : 'wrong';
  }
  if (body.length !== 72) return 'wrong';
  const atUnixS = new DataView(body.buffer, body.byteOffset).getBigUint64(0);
  const message = encoder.encode(`cosignature/v1\ntime ${atUnixS}\n${signed.text}`);
  return (await crypto.verifyEd25519(signer.publicKey, message, body.subarray(8))) ? 'good' : 'wrong';
}
