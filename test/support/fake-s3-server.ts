import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { S3ObjectStore } from '../../shared/src/object-store/s3-object-store.ts';
import { objectStoreSettingsSchema } from '../../shared/src/object-store/index.ts';

export type Answer = (request: IncomingMessage, body: Buffer, response: ServerResponse) => void;

/** A server that answers as the test says, and a store that talks to it. For what no honest server can be made to do. */
export async function fakeS3(answer: Answer, changes: object = {}) {
  const server = createServer((request, response) => {
    void buffer(request).then((body) => answer(request, body, response));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const settings = objectStoreSettingsSchema.parse({
    type: 's3',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bucket: 'archive',
    accessKey: 'access',
    secretKeyFile: '/none',
    idleTimeoutMs: 500,
    requestDeadlineMs: 1_000,
    ...changes,
  });
  if (settings.type !== 's3') throw new Error('unreachable');
  const store = new S3ObjectStore({ settings, secretKey: 'secret' });
  return {
    store,
    settings,
    close: async () => {
      await store.close();
      server.closeAllConnections();
      server.close();
    },
  };
}

/**
 * As OpenStack Swift's s3api did when we tried it: it ignores what it does not know. So `PUT key?retention` replaces
 * the object by the retention's XML and answers 200. `claims` make it lie about its bucket as well.
 */
export function lyingStore(claims: {
  readonly objectLock: 'listing' | 'enabled';
  readonly ignoresRetention?: boolean;
  /** Nobody may delete anything. */
  readonly refusesDelete?: boolean;
  /** How a put with lock headers is answered instead of being stored. */
  readonly refusesLock?: { readonly status: number; readonly code: string };
}) {
  const objects = new Map<string, Buffer>();
  const seen: string[] = [];
  const paths: string[] = [];
  const answer: Answer = (request, body, response) => {
    const url = new URL(request.url ?? '/', 'http://x');
    seen.push(`${request.method} ${url.search}`);
    const key = url.pathname;
    paths.push(key);
    const xml = (text: string) => response.writeHead(200, { 'content-type': 'application/xml' }).end(text);
    if (key === '/archive') {
      if (url.searchParams.has('object-lock') && claims.objectLock === 'enabled') {
        xml(
          '<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>',
        );
      } else if (url.searchParams.has('versioning')) {
        xml('<VersioningConfiguration/>');
      } else xml('<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>');
    } else if (claims.refusesLock !== undefined && 'x-amz-object-lock-mode' in request.headers) {
      const { status, code } = claims.refusesLock;
      response.writeHead(status).end(`<Error><Code>${code}</Code></Error>`);
    } else if (request.method === 'PUT') {
      if (!(claims.ignoresRetention === true && url.searchParams.has('retention'))) objects.set(key, body);
      response.writeHead(200).end();
    } else if (request.method === 'DELETE' && claims.refusesDelete === true) {
      response.writeHead(403).end('<Error><Code>AccessDenied</Code></Error>');
    } else if (request.method === 'DELETE') {
      objects.delete(key);
      response.writeHead(204).end();
    } else {
      const object = objects.get(key);
      if (object === undefined) response.writeHead(404).end('<Error><Code>NoSuchKey</Code></Error>');
      else response.writeHead(200, { 'content-length': object.length }).end(object);
    }
  };
  return { answer, objects, seen, paths };
}
