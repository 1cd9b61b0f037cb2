import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { PrivateFileError, readPrivateFile, writePrivateFile } from '../private-files/index.ts';

const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
const prefix = 's1.';

/** Sealed text does not open: another key, another place, or altered. */
export class ShieldError extends Error {
  constructor(message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options);
    this.name = 'ShieldError';
  }
}

/**
 * The key over what is personal: who complained, what was said, reasons, names in the audit. The database and its
 * backups hold sealed text only, so that whoever copies them without this key learns nothing.
 *
 * AES-256-GCM (NIST SP 800-38D) with random nonces; `context` (table and row) is authenticated with it, so that sealed
 * text moved to another row does not open. Look-ups by exact value go by HMAC-SHA-256. Keys by HKDF (RFC 5869).
 */
export class Shield {
  readonly #sealing: Buffer;
  readonly #digesting: Buffer;

  private constructor(key: Uint8Array) {
    const derived = (purpose: string) =>
      Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), `minh-bach shield ${purpose}`, keyBytes));
    this.#sealing = derived('seal');
    this.#digesting = derived('digest');
  }

  /** `key`: 32 bytes. */
  static ofKey(key: Uint8Array): Shield {
    if (key.length !== keyBytes) throw new ShieldError('a shield key has 32 bytes');
    return new Shield(key);
  }

  /** Reads the key file, or, where there is none and there may be none, makes it (mode 0600, durable on return). */
  static open(file: string, options: { readonly mayMake: boolean }): Shield {
    const text = readPrivateFile(file);
    if (text === undefined) {
      if (!options.mayMake) {
        throw new PrivateFileError(
          `${file} is missing, but the database holds what was sealed under it: restore it from its backup`,
        );
      }
      const key = randomBytes(keyBytes);
      writePrivateFile(file, `${key.toString('base64url')}\n`);
      return new Shield(key);
    }
    const key = Buffer.from(text.trim(), 'base64url');
    if (key.length !== keyBytes) throw new PrivateFileError(`${file} is not a shield key`);
    return new Shield(key);
  }

  static isSealed(text: string): boolean {
    return text.startsWith(prefix);
  }

  seal(text: string, context: string): string {
    return prefix + this.sealBytes(Buffer.from(text, 'utf8'), context).toString('base64url');
  }

  /** Throws `ShieldError`. */
  open(sealed: string, context: string): string {
    if (!sealed.startsWith(prefix)) throw new ShieldError(`${context} is not sealed`);
    return this.openBytes(Buffer.from(sealed.slice(prefix.length), 'base64url'), context).toString('utf8');
  }

  sealBytes(bytes: Uint8Array, context: string): Buffer {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv('aes-256-gcm', this.#sealing, nonce);
    cipher.setAAD(Buffer.from(context, 'utf8'));
    return Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
  }

  /** Throws `ShieldError`. */
  openBytes(sealed: Uint8Array, context: string): Buffer {
    const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
    if (bytes.length < nonceBytes + tagBytes) throw new ShieldError(`${context} is cut short`);
    const decipher = createDecipheriv('aes-256-gcm', this.#sealing, bytes.subarray(0, nonceBytes));
    decipher.setAAD(Buffer.from(context, 'utf8'));
    decipher.setAuthTag(bytes.subarray(-tagBytes));
    try {
      return Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()]);
    } catch (cause) {
      throw new ShieldError(`${context} was altered, or sealed under another key`, { cause });
    }
  }

  /** A keyed digest, hex: the same for the same `value`, worth nothing without the key. `purpose` keeps fields apart. */
  digest(purpose: string, value: string): string {
    return createHmac('sha256', this.#digesting).update(`${purpose}\n${value}`, 'utf8').digest('hex');
  }
}
