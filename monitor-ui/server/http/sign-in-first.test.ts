import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';
import { once } from 'node:events';
import { get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { signInFirst } from './sign-in-first.ts';

const opened = { 'sec-fetch-dest': 'document', 'sec-fetch-site': 'none' };

describe('signInFirst', () => {
  let server: Server;

  beforeAll(async () => {
    server = express()
      .use(signInFirst(async ({ headers }) => Promise.resolve(headers.cookie === 'a session')))
      .use((_request, response) => void response.send('the page'))
      .listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(() => void server.close());

  const ask = async (path: string, headers: Readonly<Record<string, string>>) => {
    const { port } = server.address() as AddressInfo;
    const [answer] = (await once(get({ host: '127.0.0.1', port, path, headers }), 'response')) as [
      IncomingMessage,
    ];
    answer.resume();
    return { status: answer.statusCode, headers: answer.headers };
  };

  it.each([
    ['/', '/sign-in'],
    ['/wall', '/sign-in?then=%2Fwall'],
    ['/playback?counter=1&at=2', '/sign-in?then=%2Fplayback%3Fcounter%3D1%26at%3D2'],
    ['//elsewhere.example/x', '/sign-in?then=%2F%2Felsewhere.example%2Fx'],
  ])('leads a stranger from %s to %s, and lets nobody keep that', async (path, to) => {
    for (const site of ['none', 'same-origin', 'same-site']) {
      const { status, headers } = await ask(path, { ...opened, 'sec-fetch-site': site });
      expect([status, headers.location, headers['cache-control']]).toEqual([302, to, 'no-store']);
    }
  });

  it.each<[string, string, Readonly<Record<string, string>>]>([
    ['who is signed in', '/wall', { ...opened, cookie: 'a session' }],
    ['who opens the page for it', '/sign-in', opened],
    ['the first administrator', '/first-start', opened],
    ['what pages are made of', '/assets/wall-1.js', { ...opened, 'sec-fetch-dest': 'script' }],
    // The session's cookie is held back there, so that nobody can tell from it who is signed in.
    ['a link from another site', '/wall', { ...opened, 'sec-fetch-site': 'cross-site' }],
    ['a browser that does not say', '/wall', {}],
  ])('leaves alone %s', async (_who, path, headers) => {
    expect((await ask(path, headers)).status).toBe(200);
  });
});
