import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { z } from 'zod';
import { verifierKey, witnessName, type NoteSigner, type VerifierKey } from '@minhbach/shared/ledger';
import type { MonitorId } from '@minhbach/shared/units-of-measure';
import { PrivateFileError, readPrivateFile, writePrivateFile } from '../private-files/index.ts';

const fileSchema = z.strictObject({
  /** RFC 8037 members of the Ed25519 key. */
  publicKey: z.string().length(43),
  privateKey: z.string().length(43),
});

/**
 * The key with which this monitor counter-signs recorders' heads: not the one it proves itself with, so that either can be
 * trusted, or withdrawn, without the other.
 */
export class WitnessKey {
  readonly signer: NoteSigner & { readonly key: VerifierKey };
  /** Raw, base64url: for lists of trusted keys. */
  readonly publicKey: string;

  private constructor(monitorId: MonitorId, file: z.infer<typeof fileSchema>) {
    const raw = new Uint8Array(Buffer.from(file.publicKey, 'base64url'));
    const privateKey = createPrivateKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: file.publicKey, d: file.privateKey },
      format: 'jwk',
    });
    this.publicKey = file.publicKey;
    this.signer = {
      key: verifierKey(witnessName(monitorId), 'cosignature', raw),
      sign: (bytes) => sign(null, bytes, privateKey),
    };
  }

  /** Reads `file`, or makes it (mode 0600, durable on return). Throws `PrivateFileError`. */
  static open(file: string, monitorId: MonitorId): WitnessKey {
    const text = readPrivateFile(file);
    if (text === undefined) {
      const { d = '', x = '' } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
      const made = { publicKey: x, privateKey: d };
      writePrivateFile(file, `${JSON.stringify(made, null, 2)}\n`);
      return new WitnessKey(monitorId, made);
    }
    try {
      return new WitnessKey(monitorId, fileSchema.parse(JSON.parse(text)));
    } catch {
      // The cause would quote the key.
      throw new PrivateFileError(`${file} is not the key of a witness`);
    }
  }
}
