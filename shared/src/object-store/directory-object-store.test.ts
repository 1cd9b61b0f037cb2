import { Buffer } from 'node:buffer';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sha256OfBody } from './body-digest.ts';
import { DirectoryObjectStore } from './directory-object-store.ts';
import { openObjectStore } from './open-object-store.ts';

const never = new AbortController().signal;
let root: string;
let store: DirectoryObjectStore;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'directory-store-'));
  store = await DirectoryObjectStore.open({ path: root });
});
afterEach(() => rm(root, { recursive: true, force: true }));

const put = (key: string, body: Buffer, into = store) =>
  into.put(key, body, { sha256: sha256OfBody(body), contentType: 'video/mp4', signal: never });
const allKeys = async (): Promise<string[]> => {
  const keys: string[] = [];
  for await (const { key } of store.list('', { signal: never })) keys.push(key);
  return keys;
};

function mountSmallDisk(path: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', path], { stdio: 'ignore' });
}

/** Seen as skipped where nobody may mount: nothing else can stand in for a full disk. */
const onSmallDisk = mayMount() ? test : test.skip;

function mayMount(): boolean {
  const path = mkdtempSync(join(tmpdir(), 'may-mount-'));
  try {
    mountSmallDisk(path);
    execFileSync('umount', [path]);
    return true;
  } catch {
    process.stderr.write('\n*** SKIPPED: an archive on a full disk: mounting takes root\n\n');
    return false;
  } finally {
    rmdirSync(path);
  }
}

describe('DirectoryObjectStore', () => {
  test('leaves the object alone in its directory, read-only', async () => {
    await put('a/b', Buffer.from('x'));
    expect(await readdir(join(root, 'a'))).toEqual(['b']);
    expect((await stat(join(root, 'a/b'))).mode & 0o777).toBe(0o440);
  });

  test('lists no leftovers, and removes them when they are old', async () => {
    await mkdir(join(root, 'a'));
    const [old, young] = ['.k.0a1b2c3d.part', '.k.4e5f6a7b.part'];
    const long = new Date(Date.now() - 2 * 3_600_000);
    await writeFile(join(root, 'a', old), 'half');
    await utimes(join(root, 'a', old), long, long);
    await writeFile(join(root, 'a', young), 'being written');
    await writeFile(join(root, 'a', '.not-ours'), '');
    await utimes(join(root, 'a', '.not-ours'), long, long);
    await put('a/k', Buffer.from('x'));
    expect(await allKeys()).toEqual(['a/k']);
    expect((await readdir(join(root, 'a'))).sort()).toEqual([young, '.not-ours', 'k'].sort());
  });

  test('removes what was young when it began, once it is old, whatever is put then', async () => {
    await mkdir(join(root, 'a'));
    await writeFile(join(root, 'a', '.k.0a1b2c3d.part'), 'half');
    const begunAgain = await DirectoryObjectStore.open({ path: root, leftoverAgeMs: 2_000 });
    await put('a/k', Buffer.from('x'), begunAgain);
    await put('b/k', Buffer.from('x'), begunAgain);
    expect((await readdir(join(root, 'a'))).length).toBe(2);
    await delay(2_100);
    await put('b/l', Buffer.from('x'), begunAgain);
    expect(await readdir(join(root, 'a'))).toEqual(['k']);
  });

  test('finds its way when an emptied directory was cleared away', async () => {
    await put('a/b/one', Buffer.from('1'));
    await rm(join(root, 'a'), { recursive: true });
    await put('a/b/two', Buffer.from('2'));
    expect(await allKeys()).toEqual(['a/b/two']);
  });

  test('knows no key both as an object and as a way to others', async () => {
    await put('a', Buffer.from('x'));
    await expect(put('a/b', Buffer.from('y'))).rejects.toMatchObject({ code: 'bad-key' });
    await put('c/d', Buffer.from('x'));
    await expect(put('c', Buffer.from('y'))).rejects.toMatchObject({ code: 'bad-key' });
    expect(await store.stat('c', { signal: never })).toBeUndefined();
    expect(await store.remove('c', { signal: never })).toBe('removed');
    expect(await allKeys()).toEqual(['a', 'c/d']);
  });

  test('keeps no versions, so none can be asked for', async () => {
    await put('a', Buffer.from('x'));
    await expect(store.get('a', { versionId: 'v1', signal: never })).rejects.toMatchObject({
      code: 'not-found',
    });
    expect(await store.stat('a', { versionId: 'v1', signal: never })).toBeUndefined();
    await store.remove('a', { versionId: 'v1', signal: never });
    expect(await allKeys()).toEqual(['a']);
  });

  test('does not write to another disk that lies under its path, nor make the path anew', async () => {
    await put('a/b', Buffer.from('x'));
    const away = `${root}-away`;
    await rename(root, away);
    await expect(put('a/b', Buffer.from('x'))).rejects.toMatchObject({
      code: 'unavailable',
      retryable: true,
    });
    await mkdir(root);
    await expect(put('a/b', Buffer.from('x'))).rejects.toMatchObject({
      code: 'unavailable',
      retryable: true,
    });
    await expect(allKeys()).rejects.toMatchObject({ code: 'unavailable' });
    expect(await readdir(root)).toEqual([]);
    await rm(root, { recursive: true });
    await rename(away, root);
    expect(await allKeys()).toEqual(['a/b']);
  });

  onSmallDisk('says `full` on a full disk and leaves no part behind', async () => {
    mountSmallDisk(root);
    try {
      const small = await DirectoryObjectStore.open({ path: root });
      await expect(put('a/big', Buffer.alloc(1_000_000), small)).rejects.toMatchObject({
        code: 'full',
        retryable: true,
      });
      expect(await readdir(join(root, 'a'))).toEqual([]);
      await put('a/small', Buffer.alloc(100), small);
      const { remarks } = await small.probe({ signal: never });
      expect(remarks.join()).toMatch(/lies in memory/);
    } finally {
      execFileSync('umount', [root]);
    }
  });

  test('does not follow a symbolic link that somebody put in the place of an object', async () => {
    await writeFile(join(root, 'secret'), 'elsewhere');
    execFileSync('ln', ['-s', join(root, 'secret'), join(root, 'link')]);
    await expect(store.get('link', { signal: never })).rejects.toMatchObject({ code: 'bad-key' });
    expect(await allKeys()).toEqual(['secret']);
  });
});

describe('openObjectStore for a directory', () => {
  test('makes the directory, but not its parents', async () => {
    await (await openObjectStore({ type: 'directory', path: join(root, 'new') })).close();
    expect(await readdir(root)).toEqual(['new']);
    await expect(openObjectStore({ type: 'directory', path: join(root, 'x', 'y') })).rejects.toMatchObject({
      name: 'ObjectStoreError',
    });
  });

  test('refuses a file', async () => {
    await writeFile(join(root, 'file'), '');
    await expect(openObjectStore({ type: 'directory', path: join(root, 'file') })).rejects.toMatchObject({
      code: 'unavailable',
    });
  });
});

describe('openObjectStore for S3', () => {
  const settings = (secretKeyFile: string) => ({
    type: 's3' as const,
    endpoint: 'http://127.0.0.1:9',
    region: 'us-east-1',
    bucket: 'archive',
    pathStyle: true,
    accessKey: 'a',
    secretKeyFile,
    maxConnections: 1,
    idleTimeoutMs: 500,
    requestDeadlineMs: 1_000,
  });

  test.each([
    ['missing', undefined],
    ['empty', '\n'],
    ['more than a key', 'one two'],
  ])('refuses a secret key file that is %s', async (_name, text) => {
    const file = join(root, 'secret');
    if (text !== undefined) await writeFile(file, text);
    await expect(openObjectStore(settings(file))).rejects.toMatchObject({
      code: 'refused',
      retryable: false,
    });
  });

  test('does not say the secret in any error', async () => {
    const file = join(root, 'secret');
    await writeFile(file, 'one two');
    await chmod(file, 0o600);
    await expect(openObjectStore(settings(file))).rejects.not.toThrow(/one two/);
  });
});
