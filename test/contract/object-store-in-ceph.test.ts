import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { readBackSha256, type ObjectStore, type ObjectStoreErrorCode } from '@minhbach/shared/object-store';
import { sha256HexSchema, utcMs } from '@minhbach/shared/units-of-measure';
import { checkStore } from '../../scripts/check-store.ts';
import { archiveInCeph, cephIsHere, type ArchiveInCeph } from '../support/ceph-rgw/archive-in-ceph.ts';
import { CephRgw } from '../support/ceph-rgw/ceph-rgw.ts';

/** What only a real S3 server can show: logins, clocks, locks, and dying in the middle of things. */

const never = new AbortController().signal;
const newKey = (): string => `t/${randomUUID()}`;
const fails = (code: ObjectStoreErrorCode) => expect.objectContaining({ name: 'ObjectStoreError', code });
const put = (store: ObjectStore, key: string, body: Buffer, retainUntilMs?: number) =>
  store.put(key, body, {
    sha256: sha256HexSchema.parse(createHash('sha256').update(body).digest('hex')),
    contentType: 'video/mp4',
    retainUntil: retainUntilMs === undefined ? undefined : utcMs(retainUntilMs),
    signal: never,
  });

(cephIsHere() ? describe : describe.skip)('an archive in Ceph RGW', () => {
  let rgw: CephRgw;
  const opened: ArchiveInCeph[] = [];
  const open = async (options?: Parameters<typeof archiveInCeph>[1]): Promise<ArchiveInCeph> => {
    const archive = await archiveInCeph(rgw, options);
    opened.push(archive);
    return archive;
  };

  beforeAll(async () => {
    rgw = await CephRgw.start();
  });
  afterAll(async () => {
    await Promise.all(opened.map((archive) => archive.close()));
    await rgw.stop();
  });

  describe('whose settings are wrong', () => {
    test.each([
      ['secret key', { secretKey: 'not-the-secret' }, /secret key does not belong/],
      ['access key', { changes: { accessKey: 'nobody' } }, /does not know this access key/],
      ['bucket', { changes: { bucket: 'nobody-made-this' } }, /bucket does not exist/],
    ])('refuses every call with a hint: %s', async (_name, wrong, hint) => {
      const { store } = await open({ ...wrong, prepared: false });
      const refused = expect.objectContaining({
        code: 'refused',
        retryable: true,
        hint: expect.stringMatching(hint),
      });
      const key = newKey();
      await expect(put(store, key, Buffer.from('x'))).rejects.toEqual(refused);
      await expect(store.get(key, { signal: never })).rejects.toEqual(refused);
      // Also where the answer has no body to name the reason in: nobody may take this for a missing object.
      await expect(store.stat(key, { signal: never })).rejects.toEqual(refused);
      await expect(store.probe({ signal: never })).rejects.toEqual(refused);
    });

    test('never says the secret', async () => {
      const { store } = await open({ secretKey: 'very-secret-indeed', prepared: false });
      const error: unknown = await put(store, newKey(), Buffer.from('x')).catch((thrown: unknown) => thrown);
      const seen = new Set<unknown>();
      const said = JSON.stringify(error, (_key, value: unknown) => {
        if (typeof value === 'object' && value !== null) {
          if (seen.has(value)) return undefined;
          seen.add(value);
          return Object.fromEntries(
            Object.getOwnPropertyNames(value).map((name) => [name, Reflect.get(value, name)]),
          );
        }
        return value;
      });
      expect(said).toContain('SignatureDoesNotMatch');
      expect(said).not.toContain('very-secret-indeed');
    });

    test.each([
      [-20, 'behind'],
      [20, 'ahead of'],
    ])('says that a clock is %s minutes off, and how to mend it', async (minutes, direction) => {
      const { store } = await open({ prepared: true });
      const real = Date.now.bind(Date);
      // The SDK signs with `new Date()`.
      jest.useFakeTimers({
        now: real() + minutes * 60_000,
        doNotFake: [
          'hrtime',
          'nextTick',
          'performance',
          'queueMicrotask',
          'setImmediate',
          'clearImmediate',
          'setInterval',
          'clearInterval',
          'setTimeout',
          'clearTimeout',
        ],
      });
      try {
        await expect(put(store, newKey(), Buffer.from('x'))).rejects.toMatchObject({
          code: 'clock-skew',
          hint: `the clock of this machine is 20 min ${direction} the store's: set both by NTP`,
        });
      } finally {
        jest.useRealTimers();
      }
    });
  });

  describe('with a plain bucket', () => {
    test('keeps the digest, the type and the clock', async () => {
      const { store } = await open();
      const probe = await store.probe({ signal: never });
      expect(probe).toMatchObject({ lock: 'none', createOnly: true, versioning: false });
      expect(Math.abs(probe.clockSkewMs ?? Infinity)).toBeLessThan(2_000);
    });

    test('is found by a second `createBucket`, and left alone', async () => {
      const { store } = await open();
      expect(await store.createBucket({ lock: true, signal: never })).toBe('exists');
      expect(await store.probe({ signal: never })).toMatchObject({ lock: 'none' });
    });
  });

  describe('with object lock', () => {
    let locked: ArchiveInCeph;
    beforeAll(async () => {
      locked = await open({ lock: true });
    });

    test('is shown by the probe to enforce it', async () => {
      expect(await locked.store.probe({ signal: never })).toMatchObject({
        lock: 'enforced',
        versioning: true,
      });
    });

    test('holds an object until its date, then lets it go', async () => {
      const key = newKey();
      const until = Date.now() + 4_000;
      const { versionId } = await put(locked.store, key, Buffer.from('keep me'), until);
      expect(versionId).toBeDefined();
      expect(await locked.store.remove(key, { versionId, signal: never })).toBe('held');
      expect(String(await buffer(await locked.store.get(key, { versionId, signal: never })))).toBe('keep me');
      await delay(until + 1_200 - Date.now());
      expect(await locked.store.remove(key, { versionId, signal: never })).toBe('removed');
      expect(await locked.store.stat(key, { versionId, signal: never })).toBeUndefined();
    });

    test('extends how long a version is held, also of one that was not, and never shortens it', async () => {
      const key = newKey();
      const now = Date.now();
      const first = await put(locked.store, key, Buffer.from('first'));
      const second = await put(locked.store, key, Buffer.from('second'), now + 3_000);
      const extend = (version: string | undefined, untilMs: number) =>
        locked.store.extendRetention(key, {
          versionId: version ?? '',
          until: utcMs(untilMs),
          signal: never,
        });
      await extend(first.versionId, now + 6_000);
      await extend(second.versionId, now + 6_000);
      await extend(second.versionId, now + 1_000);
      await delay(now + 4_200 - Date.now());
      for (const { versionId } of [first, second]) {
        expect(await locked.store.remove(key, { versionId, signal: never })).toBe('held');
        const body = await buffer(await locked.store.get(key, { versionId, signal: never }));
        expect(String(body)).toBe(versionId === first.versionId ? 'first' : 'second');
      }
      await delay(now + 7_200 - Date.now());
      for (const { versionId } of [first, second]) {
        expect(await locked.store.remove(key, { versionId, signal: never })).toBe('removed');
      }
      await expect(extend(first.versionId, Date.now() + 5_000)).rejects.toEqual(fails('not-found'));
    });

    test('extends nothing before a probe has shown that the lock holds', async () => {
      const { store } = await open({ lock: true, prepared: false });
      await store.createBucket({ lock: true, signal: never });
      const key = newKey();
      const { versionId = '' } = await put(store, key, Buffer.from('not held'));
      const until = utcMs(Date.now() + 5_000);
      await expect(store.extendRetention(key, { versionId, until, signal: never })).rejects.toEqual(
        fails('lock-not-enforced'),
      );
      expect(await store.remove(key, { versionId, signal: never })).toBe('removed');
    });

    test('keeps the old version when the key is written again, and reads it by its name', async () => {
      const key = newKey();
      const first = await put(locked.store, key, Buffer.from('first'));
      const second = await put(locked.store, key, Buffer.from('second'));
      expect(first.versionId).not.toBe(second.versionId);
      const digest = createHash('sha256').update('first').digest('hex');
      expect(await readBackSha256(locked.store, first, { signal: never })).toEqual({
        sha256: digest,
        sizeBytes: 5,
      });
      expect(await locked.store.stat(key, { signal: never })).toMatchObject({
        versionId: second.versionId,
        sizeBytes: 6,
      });
      expect(await locked.store.remove(key, { versionId: second.versionId, signal: never })).toBe('removed');
      expect(await locked.store.stat(key, { signal: never })).toMatchObject({
        versionId: first.versionId,
        sizeBytes: 5,
      });
    });
  });

  test('is made by `check-store --create` with a lock that holds', async () => {
    const { settings } = await open({ prepared: false });
    const config = `${settings.secretKeyFile}.yaml`;
    await writeFile(config, JSON.stringify({ archive: settings }));
    const said: string[] = [];
    const check = (...more: string[]) => checkStore(['--config', config, ...more], (line) => said.push(line));
    expect(await check()).toBe(2);
    expect(said.pop()).toMatch(/the bucket does not exist: check its name, or check-store --create$/);
    expect(await check('--create')).toBe(0);
    expect(said.join('\n')).toMatch(
      /made the bucket[^]*object lock +enforced[^]*keeps versions +yes[^]*\nfine$/,
    );
    expect(await check('--create')).toBe(0);
    expect(said.join('\n')).toMatch(/exists already and was left as it is/);
    await rm(config);
  });

  describe('whose gateway fails', () => {
    const changes = { idleTimeoutMs: 1_000, requestDeadlineMs: 2_500 };

    test('ends every call in time when it freezes, and goes on when it thaws', async () => {
      const { store } = await open({ changes });
      const key = newKey();
      await put(store, key, Buffer.from('before'));
      rgw.pauseGateway();
      try {
        const began = performance.now();
        const calls = [
          put(store, newKey(), randomBytes(4 * 2 ** 20)),
          store.get(key, { signal: never }),
          store.stat(key, { signal: never }),
          store.remove(newKey(), { signal: never }),
          store.probe({ signal: never }),
        ];
        for (const call of await Promise.allSettled(calls)) {
          expect(call).toEqual({ status: 'rejected', reason: fails('timeout') });
        }
        expect(performance.now() - began).toBeLessThan(changes.requestDeadlineMs + 500);
      } finally {
        rgw.resumeGateway();
      }
      expect(String(await buffer(await store.get(key, { signal: never })))).toBe('before');
    });

    test('ends a body that stops coming', async () => {
      const { store, settings } = await open({ changes });
      const patient = await open({ prepared: false, changes: { bucket: settings.bucket } });
      const key = newKey();
      await put(patient.store, key, randomBytes(16 * 2 ** 20));
      const body = await store.get(key, { signal: never });
      try {
        rgw.pauseGateway();
        await expect(buffer(body)).rejects.toEqual(fails('timeout'));
      } finally {
        rgw.resumeGateway();
      }
    });

    test('killed in the middle of puts and bodies: errors, and nothing is half there afterwards', async () => {
      const { store } = await open({ changes: { maxConnections: 16 } });
      const body = randomBytes(8 * 2 ** 20);
      const whole = newKey();
      const stored = await put(store, whole, body);
      const reading = await store.get(whole, { signal: never });
      const keys = Array.from({ length: 12 }, newKey);
      const puts = Promise.allSettled(keys.map((key) => put(store, key, body)));
      await delay(30);
      await rgw.killGateway();
      const outcomes = await puts;
      expect(outcomes.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(0);
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') expect(outcome.reason).toEqual(fails('unavailable'));
      }
      await expect(buffer(reading)).rejects.toEqual(fails('unavailable'));
      await expect(put(store, newKey(), body)).rejects.toEqual(fails('unavailable'));
      await rgw.startGateway();
      for (const [index, key] of keys.entries()) {
        const found = await store.stat(key, { signal: never });
        if (outcomes[index]?.status === 'fulfilled') expect(found).toBeDefined();
        if (found !== undefined) {
          expect(await readBackSha256(store, found, { signal: never })).toMatchObject({
            sizeBytes: body.length,
          });
        }
        await put(store, key, body);
      }
      expect(await readBackSha256(store, stored, { signal: never })).toMatchObject({
        sizeBytes: body.length,
      });
    });
  });
});
