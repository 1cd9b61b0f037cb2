import { Buffer } from 'node:buffer';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from '@jest/globals';
import { archiveRefusal } from './archive-refusal.ts';
import { sha256OfBody } from './body-digest.ts';
import { fakeS3, lyingStore, type Answer } from '../../../test/support/fake-s3-server.ts';
import type { ObjectStore } from './object-store.ts';

const never = new AbortController().signal;
let close: () => Promise<void> = async () => undefined;
afterEach(() => close());

async function storeThat(answer: Answer, changes?: object): Promise<ObjectStore> {
  const fake = await fakeS3(answer, changes);
  close = fake.close;
  return fake.store;
}

/** Nothing is stored yet, and putting is answered as the test says. */
const onPut =
  (answer: Answer): Answer =>
  (request, body, response) => {
    if (request.method === 'PUT') answer(request, body, response);
    else response.writeHead(404).end('<Error><Code>NoSuchKey</Code></Error>');
  };

const put = (store: ObjectStore, body: Buffer) =>
  store.put('a/key', body, { sha256: sha256OfBody(body), contentType: 'video/mp4', signal: never });

describe('the probe of a store that lies', () => {
  test('finds the lock of a store that ignores locks unsafe, without ever asking for a retention', async () => {
    const lying = lyingStore({ objectLock: 'listing' });
    const probe = await (await storeThat(lying.answer)).probe({ signal: never });
    expect(probe).toMatchObject({
      lock: 'unsafe',
      lockFault: 'ignores-locks',
      createOnly: false,
      versioning: false,
    });
    expect(probe.remarks.join()).toMatch(/would overwrite/);
    expect(lying.seen.filter((call) => call.includes('retention'))).toEqual([]);
    expect(lying.objects.size).toBe(0);
  });

  test('finds out a store that claims to lock but overwrites the object on ?retention', async () => {
    const lying = lyingStore({ objectLock: 'enabled' });
    const probe = await (await storeThat(lying.answer)).probe({ signal: never });
    expect(probe).toMatchObject({ lock: 'unsafe', lockFault: 'overwrites-on-retention' });
    expect(archiveRefusal(probe, undefined)?.message).toMatch(/refused \(overwrites-on-retention\)/);
    expect(probe.remarks.join()).toMatch(/overwrote the object with the lock request/);
  });

  test('finds out a store that claims to lock and deletes all the same', async () => {
    const lying = lyingStore({ objectLock: 'enabled', ignoresRetention: true });
    const probe = await (await storeThat(lying.answer)).probe({ signal: never });
    expect(probe).toMatchObject({ lock: 'unsafe', lockFault: 'deletes-locked' });
    expect(probe.remarks.join()).toMatch(/deleted a locked version/);
  });

  test('takes the word of a store that locks from a key that may not delete, and says what that is worth', async () => {
    const claims = { objectLock: 'enabled', ignoresRetention: true, refusesDelete: true } as const;
    const probe = await (await storeThat(lyingStore(claims).answer)).probe({ signal: never });
    expect(probe).toMatchObject({ lock: 'enforced', mayRemove: false });
    expect(probe.remarks.join()).toMatch(/only check-store with a key that may shows/);
  });

  test('tells a store that refuses to lock from a key that may not', async () => {
    const claims = { objectLock: 'enabled', refusesLock: { status: 400, code: 'InvalidRequest' } } as const;
    const refusing = await (await storeThat(lyingStore(claims).answer)).probe({ signal: never });
    expect(refusing).toMatchObject({ lock: 'unsafe', lockFault: 'refuses-to-lock' });
    await close();
    const forbidding = { ...claims, refusesLock: { status: 403, code: 'AccessDenied' } };
    const forbidden = await (await storeThat(lyingStore(forbidding).answer)).probe({ signal: never });
    expect(forbidden).toMatchObject({ lock: 'none' });
    expect(archiveRefusal(forbidden, undefined)).toBeUndefined();
    const asked = { mode: 'compliance', days: 1 } as const;
    expect(archiveRefusal(forbidden, asked)?.message).toMatch(/give it s3:PutObjectRetention/);
  });

  test('rejects when the store gives back other bytes', async () => {
    const lying = lyingStore({ objectLock: 'listing' });
    const store = await storeThat((request, body, response) =>
      lying.answer(request, request.method === 'PUT' ? Buffer.from('damaged') : body, response),
    );
    await expect(store.probe({ signal: never })).rejects.toMatchObject({ code: 'damaged' });
  });
});

describe('S3ObjectStore', () => {
  test('replaces nothing, even in a store that would let it', async () => {
    const naive = lyingStore({ objectLock: 'listing' });
    const store = await storeThat(naive.answer);
    await put(store, Buffer.from('first'));
    await expect(put(store, Buffer.from('other'))).rejects.toMatchObject({ code: 'exists' });
    expect(String(naive.objects.get('/archive/a/key'))).toBe('first');
  });

  test('signs the digest, and sends no lock and no condition before a probe has shown them', async () => {
    let headers: NodeJS.Dict<string | string[]> = {};
    const store = await storeThat(
      onPut((request, _body, response) => {
        headers = request.headers;
        response.writeHead(200, { 'x-amz-version-id': 'v1' }).end();
      }),
    );
    const body = Buffer.from('footage');
    expect(await put(store, body)).toEqual({ key: 'a/key', sizeBytes: 7, versionId: 'v1' });
    expect(headers).toMatchObject({
      'content-type': 'video/mp4',
      'content-length': '7',
      'x-amz-meta-sha256': sha256OfBody(body),
      'x-amz-content-sha256': sha256OfBody(body),
    });
    expect(Object.keys(headers).filter((name) => /lock|if-none/.test(name))).toEqual([]);
  });

  test.each([
    [
      503,
      '<Error><Code>SlowDown</Code><Message>later</Message></Error>',
      { code: 'unavailable', message: /503 SlowDown later/ },
    ],
    [500, '', { code: 'unavailable', message: /500/ }],
    [429, 'not XML at all', { code: 'unavailable', message: /429/ }],
    [403, '<Error><Code>AccessDenied</Code></Error>', { code: 'refused', message: /AccessDenied/ }],
  ])('keeps what a %s says, and asks only once', async (status, text, { code, message }) => {
    let asked = 0;
    const store = await storeThat(
      onPut((_request, _body, response) => {
        asked += 1;
        response.writeHead(status).end(text);
      }),
    );
    await expect(put(store, Buffer.from('x'))).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
    expect(asked).toBe(1);
  });

  test.each([
    ['says nothing', () => undefined],
    [
      'begins an answer and stops',
      (_request: unknown, _body: unknown, response: { write(text: string): unknown }) => response.write('x'),
    ],
  ] as [string, Answer][])('ends in time when the store %s', async (_name, answer) => {
    const store = await storeThat(onPut(answer));
    const began = performance.now();
    await expect(put(store, Buffer.from('x'))).rejects.toMatchObject({ code: 'timeout', retryable: true });
    expect(performance.now() - began).toBeLessThan(1_500);
  });

  test('keeps its deadline against a store that trickles', async () => {
    const store = await storeThat((_request, _body, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write('<'), 50);
      response.once('close', () => clearInterval(timer));
    });
    await expect(store.list('', { signal: never })[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: 'timeout',
    });
  });

  test('waits for a reader who takes his time', async () => {
    const body = Buffer.alloc(8 * 2 ** 20, 7);
    const store = await storeThat((_request, _body, response) => response.writeHead(200).end(body), {
      idleTimeoutMs: 500,
    });
    const stream = await store.get('a/key', { signal: never });
    await new Promise((resolve) => setTimeout(resolve, 1_300));
    expect((await buffer(stream)).equals(body)).toBe(true);
  });

  test('does not take a cut body for a whole one', async () => {
    const store = await storeThat((_request, _body, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('half of it');
      setTimeout(() => response.destroy(), 20);
    });
    await expect(buffer(await store.get('a/key', { signal: never }))).rejects.toMatchObject({
      code: 'unavailable',
    });
  });

  test('refuses the whole object where a part was asked for', async () => {
    const store = await storeThat((_request, _body, response) => response.writeHead(200).end('all of it'));
    const range = { firstByte: 0, lastByte: 1 };
    await expect(store.get('a/key', { range, signal: never })).rejects.toMatchObject({ code: 'internal' });
  });

  test('says so when nothing listens', async () => {
    const store = await storeThat(() => undefined);
    await close();
    await expect(put(store, Buffer.from('x'))).rejects.toMatchObject({
      code: 'unavailable',
      retryable: true,
    });
  });
});
