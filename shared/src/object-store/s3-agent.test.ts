import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import * as http from 'node:http';
import * as https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { s3Agent } from './s3-agent.ts';

const bodies = Array.from({ length: 6 }, (_, index) => randomBytes(1_000_000 * index + 7));
const digest = (body: Buffer): string => createHash('sha256').update(body).digest('hex');

let directory: string;
let tls: { readonly key: Buffer; readonly cert: Buffer };
let close: () => void = () => undefined;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 's3-agent-'));
  const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'],
      ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', cert],
    ],
    { stdio: 'ignore' },
  );
  tls = { key: readFileSync(key), cert: readFileSync(cert) };
});
afterEach(() => close());
afterAll(() => rmSync(directory, { recursive: true }));

/** `/3` answers the third body; `/3?chunked` without saying how long it is. */
async function serve(scheme: 'http' | 'https') {
  const answer: http.RequestListener = (request, response) => {
    const url = new URL(request.url ?? '/', 'http://x');
    const body = bodies[Number(url.pathname.slice(1))] ?? Buffer.alloc(0);
    response.writeHead(200, url.search === '' ? { 'content-length': body.length } : {});
    request.resume().on('end', () => response.end(body));
  };
  const server = scheme === 'http' ? http.createServer(answer) : https.createServer(tls, answer);
  let connections = 0;
  server.on('connection', () => (connections += 1));
  server.listen(0, 'localhost');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const agent = s3Agent({ endpoint: `${scheme}://localhost`, maxConnections: 2, idleTimeoutMs: 5_000 });
  close = () => {
    agent.destroy();
    server.closeAllConnections();
    server.close();
  };
  const get = async (path: string, sent?: Buffer): Promise<http.IncomingMessage> => {
    const options = { host: 'localhost', port, path, agent, method: sent === undefined ? 'GET' : 'PUT' };
    const request = scheme === 'http' ? http.request(options) : https.request({ ...options, ca: tls.cert });
    request.end(sent);
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    return response;
  };
  return { get, connections: () => connections };
}

async function digestOf(response: http.IncomingMessage, rest?: () => Promise<unknown>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of response) {
    hash.update(chunk as Buffer);
    await rest?.();
  }
  return hash.digest('hex');
}

describe.each(['http', 'https'] as const)('connections over %s', (scheme) => {
  test('carry bodies of any size, one after the other, on few connections', async () => {
    const { get, connections } = await serve(scheme);
    for (const suffix of ['', '?chunked'])
      for (const [index, body] of bodies.entries())
        expect(await digestOf(await get(`/${index}${suffix}`, index % 2 === 0 ? body : undefined))).toBe(
          digest(body),
        );
    expect(connections()).toBe(1);
  });

  test('carry several at once, to readers of whom one is slow, without mixing them up', async () => {
    const { get, connections } = await serve(scheme);
    const nextTurn = async () => new Promise((resolve) => setImmediate(resolve));
    const read = await Promise.all(
      [5, 3, 4, 5].map(async (index, reader) =>
        digestOf(await get(`/${index}`), reader === 0 ? nextTurn : undefined),
      ),
    );
    expect(read).toEqual([5, 3, 4, 5].map((index) => digest(bodies[index] ?? Buffer.alloc(0))));
    expect(connections()).toBe(2);
  });

  test('leave at the sender what nobody reads', async () => {
    const { get } = await serve(scheme);
    const response = await get('/5');
    await once(response, 'readable');
    const socket = response.socket;
    // It has come to rest when two looks, each after whatever was ready to be read, see the same.
    let seen = -1;
    while (seen !== socket.bytesRead) {
      seen = socket.bytesRead;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(seen).toBeLessThan(2_000_000);
    expect(await digestOf(response)).toBe(digest(bodies[5] ?? Buffer.alloc(0)));
  });

  test('end a body that is cut with an error', async () => {
    const { get } = await serve(scheme);
    const response = await get('/5');
    const read = digestOf(response);
    close();
    await expect(read).rejects.toMatchObject({ code: 'ECONNRESET' });
  });
});
