import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readSettings } from './read-settings.ts';
import { SettingsError } from '@minhbach/shared/settings';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'recorder-settings-'));
});
afterEach(async () => rm(directory, { recursive: true, force: true }));

async function read(text: string, environment: NodeJS.ProcessEnv = {}) {
  const file = join(directory, 'recorder.yaml');
  await writeFile(file, text);
  return readSettings(file, environment);
}

async function faultsOf(text: string, environment: NodeJS.ProcessEnv = {}): Promise<readonly string[]> {
  const error = await read(text, environment).catch((caught: unknown) => caught);
  if (!(error instanceof SettingsError)) throw new Error('the settings were accepted');
  return error.faults;
}

const least = 'dataDirectory: data\narchive: {type: directory, path: ../archive}\n';

test('the least configuration is completed with defaults and its paths start at the file', async () => {
  const settings = await read(least);
  expect(settings.dataDirectory).toBe(join(directory, 'data'));
  expect(settings.archive).toEqual({ type: 'directory', path: join(directory, '../archive') });
  expect(settings.segment).toEqual({ maxDurationMs: 60_000, maxBytes: 16 * 1024 * 1024 });
  expect(settings.cameraNetworks).toEqual({ allowLoopback: false, allowLinkLocal: false });
  expect(settings.monitors).toEqual([]);
});

test('the example is valid', async () => {
  const example = fileURLToPath(new URL('../../../config/recorder.example.yaml', import.meta.url));
  const settings = await read(await readFile(example, 'utf8'));
  expect(settings.dataDirectory).toBe('/var/lib/minh-bach-recorder');
});

test('JSON is read as well, and the environment lies over the file', async () => {
  const settings = await read(
    JSON.stringify({ dataDirectory: '/x', archive: { type: 'directory', path: '/y' } }),
    {
      MINHBACH_RECORDER_SPOOL__CACHE_BYTES: '5',
      MINHBACH_RECORDER_LOG_LEVEL: 'debug',
      MINHBACH_RECORDER_MONITORS: '[{"url":"wss://monitor.example.vn"}]',
    },
  );
  expect(settings.spool.cacheBytes).toBe(5);
  expect(settings.logLevel).toBe('debug');
  expect(settings.monitors).toEqual([{ url: 'wss://monitor.example.vn', home: true }]);
});

test('every fault is listed at once, with where it is', async () => {
  const faults = await faultsOf(
    [
      'archive: {type: directory, path: a, lock: yes}',
      'monitors: [{url: "ws://monitor.example.vn"}, {url: "http://127.0.0.1"}]',
      'cameraNetworks: {allow: ["10.0.0.0/99"]}',
      'segment: {maxDurationMs: 5}',
      'colour: red',
    ].join('\n'),
    { MINHBACH_RECORDER_UPLOAD__PARALEL: '3' },
  );
  const at = faults.map((fault) => fault.slice(0, fault.indexOf(':')));
  expect(at.sort()).toEqual(
    [
      'archive.lock',
      'cameraNetworks.allow.0',
      'colour',
      'dataDirectory',
      'monitors.0.url',
      'monitors.1.url',
      'segment.maxDurationMs',
      'upload.paralel',
    ].sort(),
  );
});

test.each([
  ['ws://127.0.0.1:8080', true],
  ['ws://[::1]:8080', true],
  ['ws://localhost', true],
  ['wss://10.0.0.1', true],
  ['ws://10.0.0.1', false],
  ['ws://127.0.0.1.example.vn', false],
  ['wss://a:b@monitor.vn', false],
  ['monitor.vn', false],
])('monitor address %s accepted: %s', async (url, accepted) => {
  const text = `${least}monitors: [{url: "${url}"}]`;
  if (accepted) expect((await read(text)).monitors).toHaveLength(1);
  else expect(await faultsOf(text)).toHaveLength(1);
});

test('a file that is missing or no YAML says so in one line', async () => {
  expect(await faultsOf('a: [1')).toEqual([expect.stringContaining('neither YAML nor JSON')]);
  await expect(readSettings(join(directory, 'none.yaml'), {})).rejects.toThrow(/cannot be read \(ENOENT\)/);
});
