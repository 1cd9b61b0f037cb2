import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createPublicKey, verify } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorIdSchema, newId, siteIdSchema } from '@minhbach/shared/units-of-measure';
import { takeDataDirectory } from './data-directory.ts';
import { KnownMonitors } from './known-monitors.ts';
import { openIdentity } from './recorder-identity.ts';
import { openSealingKey } from './sealing-key.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'recorder-identity-'));
});
afterEach(async () => rm(directory, { recursive: true, force: true }));

test('the identity is made once, private, and signs what its public key verifies', async () => {
  const first = await openIdentity(directory);
  const second = await openIdentity(directory);
  expect(second.recorderId).toBe(first.recorderId);
  expect((await stat(join(directory, 'identity.json'))).mode & 0o777).toBe(0o600);
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: first.publicKey }, format: 'jwk' });
  const bytes = Buffer.from('what both sides sign');
  expect(verify(null, bytes, key, Buffer.from(second.sign(bytes), 'base64url'))).toBe(true);
});

test('an identity others may read is refused with what to do', async () => {
  await openIdentity(directory);
  await chmod(join(directory, 'identity.json'), 0o640);
  await expect(openIdentity(directory)).rejects.toThrow(/mode 640.*chmod 600/);
});

test('a sealed password opens for its device only and is not readable', async () => {
  const key = await openSealingKey(directory);
  const sealed = key.seal('mật khẩu "s3cret"', 'device-1');
  expect(sealed.includes('s3cret')).toBe(false);
  expect((await openSealingKey(directory)).open(sealed, 'device-1')).toBe('mật khẩu "s3cret"');
  expect(() => key.open(sealed, 'device-2')).toThrow(/cannot be opened/);
});

test('pinned monitors survive a restart', async () => {
  const monitor = {
    monitorId: newId(monitorIdSchema),
    publicKey: 'A'.repeat(43),
    siteId: newId(siteIdSchema),
  };
  await (await KnownMonitors.open(directory)).remember('wss://m.example', monitor);
  expect((await KnownMonitors.open(directory)).find('wss://m.example')).toEqual(monitor);
  expect(await readFile(join(directory, 'monitors.json'), 'utf8')).toContain('wss://m.example');
});

test('a data directory has one recorder at a time', async () => {
  const path = join(directory, 'data');
  const held = await takeDataDirectory(path);
  await expect(takeDataDirectory(path)).rejects.toThrow(/another recorder is using/);
  held.release();
  (await takeDataDirectory(path)).release();
  await expect(takeDataDirectory(join(directory, 'no/such'))).rejects.toThrow(/above it does not exist/);
});
