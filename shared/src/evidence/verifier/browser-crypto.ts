import { hashes, verify } from '@noble/ed25519';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { concatenated } from './bytes.ts';
import { crc32 } from './crc32.ts';
import type { VerifierCrypto } from './crypto-port.ts';

hashes.sha512 = sha512;

/** Below this a call across to the platform's thread costs more than it saves. */
const longBytes = 4_096;

/**
 * For a browser, also an old one and one that gives a page from a file no `crypto.subtle`. Long hashes are the platform's
 * where it has them; it cannot hash in parts, so those are ours. Signatures are always checked by the same code, not by
 * the platform's: there are few, and two browsers must never differ on one.
 */
export const browserCrypto: VerifierCrypto = {
  async sha256(...parts) {
    const [only] = parts;
    const bytes = parts.length === 1 && only !== undefined ? only : concatenated(...parts);
    const { subtle } = globalThis.crypto as { readonly subtle?: SubtleHash };
    if (subtle === undefined || bytes.length < longBytes) return sha256(bytes);
    return new Uint8Array(await subtle.digest('SHA-256', bytes));
  },
  startSha256() {
    const running = sha256.create();
    return { update: (bytes) => void running.update(bytes), digest: async () => running.digest() };
  },
  crc32,
  async verifyEd25519(publicKey, message, signature) {
    if (publicKey.length !== 32 || signature.length !== 64) return false;
    return verify(signature, message, publicKey, { zip215: false });
  },
};

interface SubtleHash {
  digest(algorithm: 'SHA-256', bytes: Uint8Array): Promise<ArrayBuffer>;
}
