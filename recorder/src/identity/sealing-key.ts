import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { IdentityError } from './identity-error.ts';
import { createPrivateFile, readPrivateFile } from './private-file.ts';

/** Keeps camera passwords unreadable at rest: AES-256-GCM, bound to what they belong to. */
export interface SealingKey {
  /** `context` must be given again to open: a sealed text moved to another device opens nowhere. */
  seal(text: string, context: string): Buffer;
  /** Throws `IdentityError` for what this key did not seal for this context. */
  open(sealed: Uint8Array, context: string): string;
}

const ivBytes = 12;
const tagBytes = 16;

/** Reads the key in `directory`, or makes it at the first start. */
export async function openSealingKey(directory: string): Promise<SealingKey> {
  const path = join(directory, 'sealing.key');
  const text = (await readPrivateFile(path)) ?? (await makeKey(path));
  const key = Buffer.from(text.trim(), 'base64url');
  if (key.length !== 32) throw new IdentityError(`${path} is not a sealing key of ours`);
  return {
    seal: (plain, context) => {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(context));
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), body]);
    },
    open: (sealed, context) => {
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, ivBytes), {
          authTagLength: tagBytes,
        })
          .setAAD(Buffer.from(context))
          .setAuthTag(sealed.subarray(ivBytes, ivBytes + tagBytes));
        return Buffer.concat([
          decipher.update(sealed.subarray(ivBytes + tagBytes)),
          decipher.final(),
        ]).toString();
      } catch {
        throw new IdentityError(
          'a camera password cannot be opened with the sealing key of this data directory',
        );
      }
    },
  };
}

async function makeKey(path: string): Promise<string> {
  const text = randomBytes(32).toString('base64url');
  await createPrivateFile(path, text);
  return text;
}
