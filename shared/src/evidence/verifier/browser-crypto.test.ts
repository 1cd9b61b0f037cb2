import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { browserCrypto } from './browser-crypto.ts';
import { nodeCrypto } from './node-crypto.ts';

const bytes = fc.oneof(fc.uint8Array(), fc.uint8Array({ minLength: 4_000, maxLength: 9_000, size: 'max' }));

describe("the browser's crypto", () => {
  it('hashes and sums as Node does, whole and in parts', async () => {
    await fc.assert(
      fc.asyncProperty(bytes, bytes, async (first, second) => {
        const whole = Buffer.concat([first, second]);
        const expected = Buffer.from(await nodeCrypto.sha256(whole)).toString('hex');
        expect(Buffer.from(await browserCrypto.sha256(whole)).toString('hex')).toBe(expected);
        const running = browserCrypto.startSha256();
        running.update(first);
        running.update(second);
        expect(Buffer.from(await running.digest()).toString('hex')).toBe(expected);
        expect(browserCrypto.crc32(second, browserCrypto.crc32(first))).toBe(nodeCrypto.crc32(whole));
      }),
      { numRuns: 40 },
    );
  });

  it('takes the signatures that Node takes, and no other', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const key = new Uint8Array(Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url'));
    await fc.assert(
      fc.asyncProperty(fc.uint8Array(), fc.nat(511), async (message, turned) => {
        const good = sign(null, message, privateKey);
        const bad = Uint8Array.from(good);
        bad[turned >> 3] = (bad[turned >> 3] ?? 0) ^ (1 << (turned & 7));
        for (const crypto of [browserCrypto, nodeCrypto]) {
          expect(await crypto.verifyEd25519(key, message, good)).toBe(true);
          expect(await crypto.verifyEd25519(key, message, bad)).toBe(false);
        }
      }),
      { numRuns: 20 },
    );
    for (const crypto of [browserCrypto, nodeCrypto]) {
      expect(
        await crypto.verifyEd25519(new Uint8Array(32).fill(255), new Uint8Array(1), new Uint8Array(64)),
      ).toBe(false);
      expect(await crypto.verifyEd25519(key.subarray(1), new Uint8Array(1), new Uint8Array(64))).toBe(false);
    }
  });
});
