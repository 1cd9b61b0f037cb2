import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { MediaCache } from './media-cache.ts';

let directory = '';
const never = new AbortController().signal;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'media-cache-'));
});
afterEach(async () => rm(directory, { recursive: true }));

test('a file is made once, also when two caches (as two processes have) want it at once', async () => {
  let made = 0;
  const make = async (path: string) => {
    made += 1;
    await writeFile(path, 'whole');
  };
  const caches = [new MediaCache(directory), new MediaCache(directory)];
  const paths = await Promise.all(caches.map((cache) => cache.file('a.bin', { x: 1 }, make, never)));
  expect(made).toBe(1);
  expect(new Set(paths).size).toBe(1);
  expect(await readFile(paths[0] ?? '', 'utf8')).toBe('whole');
  expect(await readdir(directory)).toHaveLength(1);
});

test('another recipe is another file', async () => {
  const cache = new MediaCache(directory);
  const make = (path: string) => writeFile(path, '');
  const one = await cache.file('a.bin', { x: 1 }, make, never);
  expect(await cache.file('a.bin', { x: 2 }, make, never)).not.toBe(one);
});

test('a failed making leaves nothing behind and can be tried again', async () => {
  const cache = new MediaCache(directory);
  const torn = async (path: string) => {
    await writeFile(path, 'half');
    throw new Error('out of luck');
  };
  await expect(cache.file('a.bin', {}, torn, never)).rejects.toThrow('out of luck');
  expect(await readdir(directory)).toEqual([]);
  await cache.file('a.bin', {}, (path) => writeFile(path, 'whole'), never);
  expect(await readdir(directory)).toHaveLength(1);
});

test('the lock of a process that was killed does not hold up the next', async () => {
  const cache = new MediaCache(directory);
  const path = await cache.file('a.bin', {}, (temporary) => writeFile(temporary, 'first'), never);
  await rm(path);
  // Process ids are at most 2^22 on Linux: nobody has this one.
  await writeFile(`${path}.lock`, '99999999');
  await cache.file('a.bin', {}, (temporary) => writeFile(temporary, 'second'), never);
  expect(await readFile(path, 'utf8')).toBe('second');
});
