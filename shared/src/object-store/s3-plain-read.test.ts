import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import type { Look } from './object-store.ts';
import { readPlainly } from './s3-plain-read.ts';

const never = new AbortController().signal;
let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function serve(answer: RequestListener): Promise<URL> {
  server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/a/key?signed=1`);
}

/** Hashes what it is shown. */
function hashing() {
  const hash = createHash('sha256');
  let bytes = 0;
  const look: Look = (piece) => {
    hash.update(piece);
    bytes += piece.length;
    return true;
  };
  return { look, bytes: () => bytes, digest: () => hash.digest('hex') };
}
const read = async (url: URL, look: Look, more: { signal?: AbortSignal; idleTimeoutMs?: number } = {}) =>
  readPlainly({ url, look, signal: never, idleTimeoutMs: 5_000, ...more });
const sha256 = (body: Buffer): string => createHash('sha256').update(body).digest('hex');

test.each([0, 1, 70_000, 5_000_000])('shows every byte of a body of %i bytes, in order', async (bytes) => {
  const body = randomBytes(bytes);
  let asked: string | undefined;
  const url = await serve((request, response) => {
    asked = `${request.method} ${request.url} ${request.headers.host === url.host}`;
    response.writeHead(200, { 'content-length': body.length }).end(body);
  });
  const shown = hashing();
  expect(await read(url, shown.look)).toBe(true);
  expect([shown.bytes(), shown.digest()]).toEqual([bytes, sha256(body)]);
  expect(asked).toBe('GET /a/key?signed=1 true');
});

test('ends when no more is wanted', async () => {
  const url = await serve((_request, response) => {
    response.writeHead(200, { 'content-length': 1_000_000_000 }).write(Buffer.alloc(1_000_000));
  });
  let pieces = 0;
  const look = (): boolean => (pieces += 1) < 3;
  expect(await read(url, look)).toBe(true);
  expect(pieces).toBe(3);
});

test.each<[string, RequestListener]>([
  [
    'a refusal',
    (_request, response) => response.writeHead(403).end('<Error><Code>AccessDenied</Code></Error>'),
  ],
  ['another place', (_request, response) => response.writeHead(307, { location: '/b' }).end('x')],
  ['an unknown length', (_request, response) => void response.writeHead(200).write('x')],
  [
    'a coded body',
    (_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': 1 }).end('x'),
  ],
])('leaves %s to the ordinary way, with nothing looked at', async (_what, answer) => {
  const shown = hashing();
  expect(await read(await serve(answer), shown.look)).toBe(false);
  expect(shown.bytes()).toBe(0);
});

test('rejects what is cut, silent, unreachable or given up', async () => {
  const begin: RequestListener = (_request, response) =>
    void response.writeHead(200, { 'content-length': 1_000_000 }).write(Buffer.alloc(300_000));
  const cut = await serve((request, response) => {
    begin(request, response);
    setTimeout(() => response.destroy(), 50);
  });
  await expect(read(cut, () => true)).rejects.toMatchObject({ code: 'ECONNRESET' });
  server?.close();
  const silent = await serve(begin);
  await expect(read(silent, () => true, { idleTimeoutMs: 100 })).rejects.toThrow(/silent for 100 ms/);
  const stop = new AbortController();
  const looked = read(silent, () => true, { signal: stop.signal });
  stop.abort(new Error('no longer wanted'));
  await expect(looked).rejects.toThrow('no longer wanted');
  server?.closeAllConnections();
  server?.close();
  await expect(read(silent, () => true)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});
