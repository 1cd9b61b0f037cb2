import { spawn } from 'node:child_process';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  openObjectStore,
  readBackSha256,
  type ObjectStore,
  type ObjectStoreErrorCode,
  type ObjectStoreSettings,
} from '@minhbach/shared/object-store';
import { sha256HexSchema, utcMs, type Sha256Hex } from '@minhbach/shared/units-of-measure';
import { archiveInCeph, cephIsHere } from '../support/ceph-rgw/archive-in-ceph.ts';
import { CephRgw } from '../support/ceph-rgw/ceph-rgw.ts';
import { until } from '../support/until.ts';

/** What every make of archive must do. A make is started once and gives a store with nothing under our keys. */
interface Make {
  readonly name: string;
  readonly here: boolean;
  start(): Promise<{ store: ObjectStore; settings: ObjectStoreSettings; stop(): Promise<void> }>;
}

const directory: Make = {
  name: 'a directory',
  here: true,
  start: async () => {
    const path = await mkdtemp(join(tmpdir(), 'minhbach-archive-'));
    const settings = { type: 'directory', path } as const;
    const store = await openObjectStore(settings);
    return { store, settings, stop: () => rm(path, { recursive: true }) };
  },
};

const ceph: Make = {
  name: 'an S3 bucket of Ceph RGW',
  here: cephIsHere(),
  start: async () => {
    const rgw = await CephRgw.start();
    const archive = await archiveInCeph(rgw);
    return {
      store: archive.store,
      settings: archive.settings,
      stop: async () => {
        await archive.close();
        await rgw.stop();
      },
    };
  },
};

const never = new AbortController().signal;
const sha256 = (body: Buffer): Sha256Hex =>
  sha256HexSchema.parse(createHash('sha256').update(body).digest('hex'));
/** Runs a writer of its own and kills it some way into its second put or a later one; the keys it began. */
async function putsUntilKilled(of: object): Promise<string[]> {
  const program = join(import.meta.dirname, '../support/put-until-killed.mjs');
  const { NODE_OPTIONS: _, ...env } = process.env;
  void _;
  const writer = spawn(process.execPath, [program, JSON.stringify(of)], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  writer.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = once(writer, 'close');
  await until(() => said.split('\n').length > 2 || writer.exitCode !== null, 30_000);
  await delay(Math.random() * 40);
  writer.kill('SIGKILL');
  await ended;
  return said.trimEnd().split('\n');
}
const newKey = (): string => `t/${randomUUID()}`;
const fails = (code: ObjectStoreErrorCode) => expect.objectContaining({ name: 'ObjectStoreError', code });

for (const make of [directory, ceph]) {
  (make.here ? describe : describe.skip)(`the archive in ${make.name}`, () => {
    let store: ObjectStore;
    let settings: ObjectStoreSettings;
    let stop: () => Promise<void> = async () => undefined;

    beforeAll(async () => {
      ({ store, settings, stop } = await make.start());
    });
    afterAll(() => stop());

    const put = (key: string, body: Buffer, signal = never) =>
      store.put(key, body, { sha256: sha256(body), contentType: 'video/mp4', signal });
    const get = async (key: string, range?: { firstByte: number; lastByte: number }): Promise<Buffer> =>
      buffer(await store.get(key, { range, signal: never }));
    const keysUnder = async (prefix: string, after?: string): Promise<string[]> => {
      const keys: string[] = [];
      for await (const { key } of store.list(prefix, { signal: never, ...(after ? { after } : {}) }))
        keys.push(key);
      return keys;
    };

    test('gives back what it was given, under its size', async () => {
      const key = newKey();
      const body = randomBytes(100_000);
      expect(await put(key, body)).toMatchObject({ key, sizeBytes: body.length });
      expect(await store.stat(key, { signal: never })).toMatchObject({ key, sizeBytes: body.length });
      expect((await get(key)).equals(body)).toBe(true);
    });

    test('knows nothing of what was never stored', async () => {
      const key = newKey();
      expect(await store.stat(key, { signal: never })).toBeUndefined();
      await expect(get(key)).rejects.toEqual(fails('not-found'));
      expect(await store.remove(key, { signal: never })).toBe('removed');
      expect(await keysUnder(`${key}/`)).toEqual([]);
    });

    test('removes', async () => {
      const key = newKey();
      const { versionId } = await put(key, Buffer.from('gone soon'));
      expect(await store.remove(key, { versionId, signal: never })).toBe('removed');
      expect(await store.stat(key, { signal: never })).toBeUndefined();
      await expect(get(key)).rejects.toEqual(fails('not-found'));
    });

    test('takes the same bytes twice, but never other bytes under the same key', async () => {
      const key = newKey();
      const body = randomBytes(1_000);
      await put(key, body);
      expect(await put(key, body)).toMatchObject({ key, sizeBytes: 1_000 });
      await expect(put(key, randomBytes(1_000))).rejects.toEqual(fails('exists'));
      await expect(put(key, randomBytes(999))).rejects.toEqual(fails('exists'));
      expect((await get(key)).equals(body)).toBe(true);
    });

    test('has exactly one winner among 16 writers of one key', async () => {
      const key = newKey();
      const bodies = Array.from({ length: 16 }, () => randomBytes(50_000));
      const outcomes = await Promise.allSettled(bodies.map((body) => put(key, body)));
      const winners = bodies.filter((_body, index) => outcomes[index]?.status === 'fulfilled');
      expect(winners).toHaveLength(1);
      for (const outcome of outcomes)
        if (outcome.status === 'rejected') expect(outcome.reason).toEqual(fails('exists'));
      expect((await get(key)).equals(winners[0] ?? Buffer.alloc(0))).toBe(true);
    });

    test.each([
      ['nothing', 0],
      ['one byte', 1],
      ['16 MB', 16 * 2 ** 20],
    ])('stores %s and proves it by reading back', async (_name, sizeBytes) => {
      const key = newKey();
      const body = randomBytes(sizeBytes);
      const stored = await put(key, body);
      expect(await readBackSha256(store, stored, { signal: never })).toEqual({
        sha256: sha256(body),
        sizeBytes,
      });
    });

    test('has the whole of an object or nothing when its writer is killed in the middle', async () => {
      const bytes = 16 * 2 ** 20;
      let cut = 0;
      for (let round = 0; round < 4 || (cut === 0 && round < 20); round += 1) {
        const prefix = `killed/${randomUUID()}`;
        const begun = await putsUntilKilled({ settings, prefix, bytes });
        for (const key of begun) {
          const found = await store.stat(key, { signal: never });
          cut += Number(found === undefined);
          // The last may have arrived though nobody was told; those before it have.
          if (key !== begun.at(-1)) expect(found).toBeDefined();
          if (found === undefined) continue;
          const digest = key.split('-').at(-1);
          const whole = await readBackSha256(store, found, { signal: never });
          expect(whole).toEqual({ sha256: digest, sizeBytes: bytes });
        }
        expect((await keysUnder(`${prefix}/`)).length).toBeGreaterThanOrEqual(begun.length - 1);
      }
      // Else the kills came at no put's middle, and nothing was tried.
      expect(cut).toBeGreaterThan(0);
    });

    test('refuses bytes that do not have the digest given for them, and stores nothing', async () => {
      const key = newKey();
      const wrong = sha256(Buffer.from('other bytes'));
      const putting = store.put(key, Buffer.from('bytes'), {
        sha256: wrong,
        contentType: 'video/mp4',
        signal: never,
      });
      await expect(putting).rejects.toEqual(fails('damaged'));
      expect(await store.stat(key, { signal: never })).toBeUndefined();
    });

    test('gives the same bytes where there is memory for them, and puts none where it does not belong', async () => {
      const key = newKey();
      const body = randomBytes(3 * 1024 * 1024 + 17);
      await put(key, body);
      for (const range of [undefined, { firstByte: 5, lastByte: body.length - 7 }]) {
        const wanted = range === undefined ? body : body.subarray(5, -6);
        const into = new Uint8Array(new SharedArrayBuffer(wanted.length));
        let at = 0;
        for await (const piece of await store.get(key, { range, into, signal: never })) {
          const { buffer: memory, byteOffset, length } = piece as Buffer;
          if (memory === into.buffer) expect(byteOffset).toBe(at);
          else into.set(piece as Buffer, at);
          at += length;
        }
        expect(Buffer.from(into).equals(wanted)).toBe(true);
      }
    });

    test('gives byte ranges, both ends included, cut at the end of the object', async () => {
      const key = newKey();
      await put(key, Buffer.from('0123456789'));
      expect(String(await get(key, { firstByte: 0, lastByte: 0 }))).toBe('0');
      expect(String(await get(key, { firstByte: 2, lastByte: 4 }))).toBe('234');
      expect(String(await get(key, { firstByte: 7, lastByte: 99 }))).toBe('789');
    });

    test.each([
      ['behind the end', 10, 12],
      ['backwards', 5, 4],
      ['before the start', -1, 4],
    ])('refuses a range %s', async (_name, firstByte, lastByte) => {
      const key = newKey();
      await put(key, Buffer.from('0123456789'));
      await expect(get(key, { firstByte, lastByte })).rejects.toEqual(fails('range'));
    });

    test('refuses any range of an empty object', async () => {
      const key = newKey();
      await put(key, Buffer.alloc(0));
      await expect(get(key, { firstByte: 0, lastByte: 0 })).rejects.toEqual(fails('range'));
    });

    test.each([
      '0012',
      '1e5',
      'true',
      'a=b',
      'x.part',
      'name..mp4',
      '-dash',
      `${'d/'.repeat(40)}deep`,
      'long'.repeat(50),
    ])('takes the odd key %s', async (odd) => {
      for (const key of [odd, `${newKey()}/${odd}/${odd}`]) {
        await put(key, Buffer.from(key));
        expect(String(await get(key))).toBe(key);
        expect(await keysUnder(key)).toContain(key);
        expect(await store.remove(key, { signal: never })).toBe('removed');
      }
    });

    test.each([
      '',
      '/a',
      'a/',
      'a//b',
      '../a',
      'a/../b',
      '.',
      '.hidden',
      'a b',
      'é',
      'a\\b',
      'a\0b',
      'a?b',
      '%2e',
      'k'.repeat(901),
    ])('refuses the key %j in every call', async (key) => {
      const calls = [
        put(key, Buffer.from('x')),
        get(key),
        store.stat(key, { signal: never }),
        store.remove(key, { signal: never }),
      ];
      for (const call of calls) await expect(call).rejects.toEqual(fails('bad-key'));
    });

    test('lists 1500 keys in byte order, by prefix and after a key', async () => {
      const prefix = `${newKey()}/`;
      // `-` and `.` sort before `/`, `0` after it: a walk through directories gets this wrong easily.
      const shapes = (i: number) => [`h${i}/x`, `h${i}-x`, `h${i}.x`, `h${i}0x`, `h${i}`.concat('=x')];
      const keys = Array.from({ length: 300 }, (_, i) => shapes(i).map((name) => `${prefix}${name}`)).flat();
      for (let i = 0; i < keys.length; i += 50) {
        await Promise.all(keys.slice(i, i + 50).map((key) => put(key, Buffer.from(key))));
      }
      const sorted = [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      expect(await keysUnder(prefix)).toEqual(sorted);
      expect(await keysUnder(`${prefix}h12`)).toEqual(sorted.filter((key) => key.startsWith(`${prefix}h12`)));
      for (const at of [0, 749, 1_000, 1_498, 1_499]) {
        expect(await keysUnder(prefix, sorted[at])).toEqual(sorted.slice(at + 1));
      }
      expect(await keysUnder(prefix, `${prefix}h12/`)).toEqual(sorted.filter((key) => key > `${prefix}h12/`));
    }, 30_000);

    test('ends every call when its signal is aborted, and a put leaves nothing half there', async () => {
      const key = newKey();
      const body = randomBytes(16 * 2 ** 20);
      const stop = new AbortController();
      const putting = put(key, body, stop.signal);
      setImmediate(() => stop.abort(new Error('no longer wanted')));
      await expect(putting).rejects.toEqual(fails('aborted'));
      const found = await store.stat(key, { signal: never });
      if (found !== undefined) expect(found.sizeBytes).toBe(body.length);
      await expect(put(key, body, stop.signal)).rejects.toEqual(fails('aborted'));
      await expect(store.get(key, { signal: stop.signal })).rejects.toEqual(fails('aborted'));
      await expect(store.stat(key, { signal: stop.signal })).rejects.toEqual(fails('aborted'));
      await expect(store.remove(key, { signal: stop.signal })).rejects.toEqual(fails('aborted'));
      await expect(store.list('t/', { signal: stop.signal })[Symbol.asyncIterator]().next()).rejects.toEqual(
        fails('aborted'),
      );
    });

    test('ends a body that is being read when its signal is aborted', async () => {
      const key = newKey();
      await put(key, randomBytes(16 * 2 ** 20));
      const stop = new AbortController();
      const body = await store.get(key, { signal: stop.signal });
      const reading = (async () => {
        for await (const chunk of body) if ((chunk as Buffer).length > 0) stop.abort();
      })();
      await expect(reading).rejects.toEqual(fails('aborted'));
      expect((await get(key)).length).toBe(16 * 2 ** 20);
    });

    test('shows by its probe what it can do', async () => {
      expect(await store.probe({ signal: never })).toMatchObject({ lock: 'none', createOnly: true });
      expect(await keysUnder('probe/')).toEqual([]);
    });

    test('refuses to hold an object when no lock was shown', async () => {
      const body = Buffer.from('x');
      const retainUntil = (Date.now() + 5_000) as Parameters<ObjectStore['put']>[2]['retainUntil'];
      const putting = store.put(newKey(), body, {
        sha256: sha256(body),
        contentType: 'a/b',
        retainUntil,
        signal: never,
      });
      await expect(putting).rejects.toEqual(fails('lock-not-enforced'));
      const key = newKey();
      const { versionId = 'none' } = await put(key, body);
      const until = utcMs(Date.now() + 5_000);
      const extending = store.extendRetention(key, { versionId, until, signal: never });
      await expect(extending).rejects.toEqual(fails('lock-not-enforced'));
      expect(String(await get(key))).toBe('x');
    });
  });
}
