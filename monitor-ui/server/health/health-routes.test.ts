import { afterEach, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { healthHandlers } from './health-routes.ts';

let server: Server | undefined;
afterEach(() => void server?.close());

test('ready is what can do its work now; a question that fails is no', async () => {
  let isReady = (): boolean => true;
  const { healthz, readyz } = healthHandlers(() => isReady());
  server = createServer(express().get('/healthz', healthz).get('/readyz', readyz)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const ask = async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    return [answer.status, await answer.json()];
  };
  expect(await ask('/readyz')).toEqual([200, { status: 'ready' }]);
  isReady = () => false;
  expect(await ask('/readyz')).toEqual([503, { status: 'not-ready' }]);
  isReady = () => {
    throw new Error('the database is closed');
  };
  expect(await ask('/readyz')).toEqual([503, { status: 'not-ready' }]);
  expect(await ask('/healthz')).toEqual([200, { status: 'ok' }]);
});
