import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync } from 'node:zlib';
import { webFiles } from './web-files.ts';

const page = `<!doctype html>${' '.repeat(500)}`;
const script = `/* ${'wall '.repeat(200)} */`;

describe('webFiles', () => {
  let directory: string;
  let server: Server;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'web-files-'));
    await mkdir(join(directory, 'assets'));
    await writeFile(join(directory, 'index.html'), page);
    await writeFile(join(directory, 'assets/wall-1.js'), script);
    await writeFile(join(directory, 'assets/wall-1.js.br'), brotliCompressSync(script));
    server = express().use(webFiles(directory)).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterAll(async () => {
    server.close();
    await rm(directory, { recursive: true });
  });

  const ask = async (path: string, coding: string) => {
    const { port } = server.address() as AddressInfo;
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      get({ host: '127.0.0.1', port, path, headers: { 'accept-encoding': coding } }, resolve).on(
        'error',
        reject,
      );
    });
    const body = Buffer.concat(await answer.toArray());
    return { status: answer.statusCode, headers: answer.headers, body };
  };

  it('answers what the build compressed, for ever, to who takes it', async () => {
    const { headers, body } = await ask('/assets/wall-1.js', 'gzip, deflate, br');
    expect(headers['content-encoding']).toBe('br');
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(brotliDecompressSync(body).toString()).toBe(script);
  });

  it('compresses by itself what the build did not, and leaves it plain for who takes no coding', async () => {
    const zipped = await ask('/wall', 'gzip');
    expect(zipped.headers['content-encoding']).toBe('gzip');
    expect(zipped.headers['cache-control']).toBe('no-cache');
    expect(gunzipSync(zipped.body).toString()).toBe(page);
    const plain = await ask('/assets/wall-1.js', 'identity');
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(plain.body.toString()).toBe(script);
  });

  it('names with the wall, and with no other page, what the wall is drawn from', async () => {
    const links = async (path: string) => (await ask(path, 'identity')).headers['link'];
    const wall = await links('/wall');
    expect(wall).toContain('</api/v1/me>; rel=preload; as=fetch; crossorigin');
    expect(await links('/')).toBe(wall);
    expect(await links('/sign-in')).toBeUndefined();
  });

  it('does not offer the compressed forms as files of their own', async () => {
    expect((await ask('/assets/wall-1.js.br', 'br')).status).toBe(404);
  });
});
