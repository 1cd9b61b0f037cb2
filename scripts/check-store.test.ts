import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { fakeS3, lyingStore } from '../test/support/fake-s3-server.ts';
import { checkStore } from './check-store.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'check-store-'));
});
afterEach(() => rm(directory, { recursive: true }));

async function check(config: unknown, ...more: string[]): Promise<{ exitCode: number; said: string }> {
  const file = join(directory, 'config.yaml');
  await writeFile(file, typeof config === 'string' ? config : JSON.stringify(config));
  const lines: string[] = [];
  const exitCode = await checkStore(['--config', file, ...more], (line) => lines.push(line));
  return { exitCode, said: lines.join('\n') };
}

describe('check-store', () => {
  test('finds a directory beside the configuration fine, and leaves nothing in it', async () => {
    const { exitCode, said } = await check('name: a recorder\narchive: { type: directory, path: footage }\n');
    expect(said).toMatch(/object lock +none/);
    expect(said).toMatch(/create-only +yes/);
    expect(said).toMatch(/not write-once/);
    expect(said).toMatch(/\nfine$/);
    expect(exitCode).toBe(0);
    expect(
      (await readdir(join(directory, 'footage'), { recursive: true })).filter((name) => name !== 'probe'),
    ).toEqual([]);
  });

  test('names a store that lies, and the secret key file that others can read', async () => {
    const secretKeyFile = join(directory, 'secret');
    await writeFile(secretKeyFile, 'do-not-say-me\n', { mode: 0o644 });
    const fake = await fakeS3(lyingStore({ objectLock: 'listing' }).answer);
    try {
      const { exitCode, said } = await check({ archive: { ...fake.settings, secretKeyFile } });
      expect(said).toMatch(/object lock +unsafe: ignores-locks/);
      expect(said).toMatch(/would overwrite objects/);
      expect(said).toMatch(
        /to mend: the archive is refused \(ignores-locks\), because this store lies about locks: use another store/,
      );
      expect(said).toMatch(/chmod 600/);
      expect(said).not.toContain('do-not-say-me');
      expect(exitCode).toBe(1);
    } finally {
      await fake.close();
    }
  });

  test.each([
    [600_000, '600 s ahead of ours'],
    [-600_000, '600 s behind ours'],
  ])('says of a clock that is off by %i ms how to mend it', async (offMs, seen) => {
    const { answer } = lyingStore({ objectLock: 'listing' });
    const fake = await fakeS3((request, body, response) => {
      response.setHeader('date', new Date(Date.now() + offMs).toUTCString());
      answer(request, body, response);
    });
    try {
      await writeFile(join(directory, 'secret'), 'secret', { mode: 0o600 });
      const { exitCode, said } = await check({ archive: { ...fake.settings, secretKeyFile: 'secret' } });
      // Dates in headers are of whole seconds.
      expect(said.replace(/\b(599|601) s/, '600 s')).toContain(seen);
      expect(said).toContain(
        'to mend: the clocks of this machine and of the store disagree: set both by NTP',
      );
      expect(exitCode).toBe(1);
    } finally {
      await fake.close();
    }
  });

  test.each([
    ['no archive', 'name: x', /has no part 'archive'/],
    ['no YAML', '{{', /neither YAML nor JSON/],
    ['an unknown setting', 'archive: { type: directory, path: a, worm: true }', /archive: .*worm/],
    [
      'an address with a path',
      s3('endpoint: http://127.0.0.1:9/path'),
      /archive.endpoint: an address without path/,
    ],
    ['no secret key file', s3('endpoint: http://127.0.0.1:9'), /secret key, .*, cannot be read/],
    [
      'a directory below nothing',
      'archive: { type: directory, path: no/such/parent }',
      /not usable: .*ENOENT/,
    ],
  ])('is not usable with %s, and says why in a sentence', async (_name, config, why) => {
    const { exitCode, said } = await check(config);
    expect(said).toMatch(why);
    expect(exitCode).toBe(2);
  });

  test('is not usable when nobody answers', async () => {
    const fake = await fakeS3(() => undefined);
    await fake.close();
    await writeFile(join(directory, 'secret'), 'secret', { mode: 0o600 });
    const { exitCode, said } = await check({ archive: { ...fake.settings, secretKeyFile: 'secret' } });
    expect(said).toMatch(/is the store running\?/);
    expect(exitCode).toBe(2);
  });

  test.each([[[]], [['--confg', 'x']], [['--config']], [['stray']]])(
    'explains itself when called with %j',
    async (argv) => {
      const lines: string[] = [];
      expect(await checkStore(argv, (line) => lines.push(line))).toBe(2);
      expect(lines.join('\n')).toMatch(/usage: npm run check-store/);
    },
  );

  test('makes no bucket for a directory', async () => {
    const { exitCode, said } = await check('archive: { type: directory, path: footage }', '--create');
    expect(said).toMatch(/--create makes S3 buckets/);
    expect(exitCode).toBe(2);
  });
});

function s3(endpoint: string): string {
  return `archive: { type: s3, ${endpoint}, bucket: archive, accessKey: a, secretKeyFile: none }`;
}
