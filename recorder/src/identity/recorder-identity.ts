import { createPrivateKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { newId, recorderIdSchema, type RecorderId } from '@minhbach/shared/units-of-measure';
import { IdentityError } from './identity-error.ts';
import { createPrivateFile, readPrivateFile } from './private-file.ts';

/** Who this recorder is. The private key stays inside. */
export interface RecorderIdentity {
  readonly recorderId: RecorderId;
  /** Raw Ed25519 public key, base64url without padding (43 characters). */
  readonly publicKey: string;
  /** Ed25519 signature over `bytes`, base64url without padding (86 characters). */
  sign(bytes: Uint8Array): string;
}

const fileSchema = z.strictObject({
  recorderId: recorderIdSchema,
  /** RFC 8037 members of the Ed25519 key. */
  publicKey: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  privateKey: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
});

/** Reads the identity in `directory`, or makes it at the first start: durable before it is used for the first time. */
export async function openIdentity(directory: string): Promise<RecorderIdentity> {
  const path = join(directory, 'identity.json');
  const text = (await readPrivateFile(path)) ?? (await makeIdentity(path));
  const { recorderId, publicKey, privateKey } = parseIdentity(path, text);
  const key = privateKeyOf(path, publicKey, privateKey);
  return { recorderId, publicKey, sign: (bytes) => sign(null, bytes, key).toString('base64url') };
}

async function makeIdentity(path: string): Promise<string> {
  const { d, x } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  const text = JSON.stringify({ recorderId: newId(recorderIdSchema), publicKey: x, privateKey: d });
  await createPrivateFile(path, text);
  return text;
}

function parseIdentity(path: string, text: string): z.infer<typeof fileSchema> {
  try {
    return fileSchema.parse(JSON.parse(text));
  } catch {
    // The cause would quote the key.
    throw new IdentityError(
      `${path} is not a recorder's identity; restore it, or enrol this box as a new recorder`,
    );
  }
}

function privateKeyOf(path: string, publicKey: string, privateKey: string): KeyObject {
  try {
    return createPrivateKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: publicKey, d: privateKey },
      format: 'jwk',
    });
  } catch {
    throw new IdentityError(`${path} does not hold a pair of Ed25519 keys`);
  }
}
