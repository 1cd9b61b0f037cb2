import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readSettings } from './read-settings.ts';
import { SettingsError } from '@minhbach/shared/settings';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'monitor-settings-'));
});
afterEach(async () => rm(directory, { recursive: true, force: true }));

async function read(text: string, environment: NodeJS.ProcessEnv = {}) {
  const file = join(directory, 'monitor.yaml');
  await writeFile(file, text);
  return readSettings(file, environment);
}
async function faultsOf(text: string, environment: NodeJS.ProcessEnv = {}): Promise<readonly string[]> {
  const error = await read(text, environment).catch((caught: unknown) => caught);
  if (!(error instanceof SettingsError)) throw new Error('the settings were accepted');
  return error.faults;
}
const least = 'dataDirectory: data\narchive: {type: directory, path: ../archive}\n';

test('the least settings are completed, listen on this machine only, and start paths at the file', async () => {
  const settings = await read(least);
  expect(settings.listen).toEqual({ host: '127.0.0.1', port: 8080 });
  expect(settings.dataDirectory).toBe(join(directory, 'data'));
  expect(settings.signIn.perAccount).toBe(10);
});

test('the example is valid', async () => {
  const example = fileURLToPath(new URL('../../../config/monitor.example.yaml', import.meta.url));
  const settings = await read(await readFile(example, 'utf8'));
  expect(settings.tls?.certFile).toBe('/etc/minh-bach/tls/cert.pem');
});

test('plain http on anything but this machine is a fault', async () => {
  for (const host of ['0.0.0.0', '::', '10.0.0.1', 'monitor.vn', '127.0.0.1.example']) {
    expect((await faultsOf(`${least}listen: {host: "${host}"}`)).join()).toMatch(/^tls: is needed/);
  }
  for (const host of ['127.0.0.1', '127.8.0.1', '::1', 'localhost']) {
    expect((await read(`${least}listen: {host: "${host}"}`)).listen.host).toBe(host);
  }
});

test('plain figures on anything but this machine are a fault', async () => {
  for (const host of ['0.0.0.0', '::', '10.0.0.1']) {
    const faults = await faultsOf(`${least}metrics: {listen: {host: "${host}"}}`);
    expect(faults).toEqual([expect.stringMatching(/^metrics\.listen\.host: is 127\.0\.0\.1/)]);
    const tls = 'tls: {certFile: cert.pem, keyFile: key.pem}\n';
    expect((await read(`${least}${tls}metrics: {listen: {host: "${host}"}}`)).metrics.listen?.host).toBe(
      host,
    );
  }
  for (const host of ['127.0.0.1', '::1', 'localhost']) {
    expect((await read(`${least}metrics: {listen: {host: "${host}"}}`)).metrics.listen?.host).toBe(host);
  }
});

test('every fault is listed at once, with where it is', async () => {
  const faults = await faultsOf(
    'archive: {type: tape}\nlisten: {port: 70000}\npublicOrigins: ["https://a.vn/path"]\ncolour: red\n',
    { MINHBACH_MONITOR_SIGN_IN__PER_ACOUNT: '3' },
  );
  const at = faults.map((fault) => fault.slice(0, fault.indexOf(':'))).sort();
  expect(at).toEqual(
    ['archive.type', 'colour', 'dataDirectory', 'listen.port', 'publicOrigins.0', 'signIn.perAcount'].sort(),
  );
});

test('the environment lies over the file', async () => {
  const settings = await read(least, {
    MINHBACH_MONITOR_LISTEN__PORT: '0',
    MINHBACH_MONITOR_LOG_LEVEL: 'warn',
  });
  expect(settings.listen).toEqual({ host: '127.0.0.1', port: 0 });
  expect(settings.logLevel).toBe('warn');
});
