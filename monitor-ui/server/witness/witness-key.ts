import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { z } from 'zod';
import { verifierKey, type NoteSigner, type VerifierKey } from '@minhbach/shared/ledger';
import { PrivateFileError, readPrivateFile, writePrivateFile } from '../private-files/index.ts';

const fileSchema = z.strictObject({
  /** RFC 8037 members of the Ed25519 key. */
  publicKey: z.string().length(43),
  privateKey: z.string().length(43),
});

/**
 * The key with which others' heads are counter-signed. A monitor's is not the one it proves itself with, so that either
 * can be trusted, or withdrawn, without the other.
 */
export class WitnessKey {
  readonly signer: NoteSigner & { readonly key: VerifierKey };
  /** Raw, base64url: for lists of trusted keys. */
  readonly publicKey: string;

  private constructor(name: string, file: z.infer<typeof fileSchema>) {
    const raw = new Uint8Array(Buffer.from(file.publicKey, 'base64url'));
    const privateKey = createPrivateKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: file.publicKey, d: file.privateKey },
      format: 'jwk',
    });
    this.publicKey = file.publicKey;
    this.signer = {
      key: verifierKey(name, 'cosignature', raw),
      sign: (bytes) => sign(null, bytes, privateKey),
    };
  }

  /** `name`: under which it signs. Reads `file`, or makes it (mode 0600, durable on return). Throws `PrivateFileError`. */
  static open(file: string, name: string): WitnessKey {
    const text = readPrivateFile(file);
    if (text === undefined) {
      const { d = '', x = '' } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
      const made = { publicKey: x, privateKey: d };
      writePrivateFile(file, `${JSON.stringify(made, null, 2)}\n`);
      return new WitnessKey(name, made);
    }
    try {
      return new WitnessKey(name, fileSchema.parse(JSON.parse(text)));
    } catch {
      // The cause would quote the key.
      throw new PrivateFileError(`${file} is not the key of a witness`);
    }
  }
}
