import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { DeviceConnection } from '@minhbach/shared/protocol';
import { AddressGuard, OnvifDriver } from '../../recorder/src/cameras/index.ts';
import { DeviceInquiry } from '../../recorder/src/jobs/index.ts';
import { processesOfGroup } from '../support/processes.ts';
import { selfSignedPem } from '../support/self-signed-pem.ts';
import { until } from '../support/until.ts';

/* `npm run virtual-camera -- FLAGS`, as a process: what it says, what it serves, how it ends. */
const program = join(import.meta.dirname, '../../dist/scripts/virtual-camera/main.js');
const { signal } = new AbortController();
const networks = { allowLoopback: true, allowLinkLocal: false };
const inquiry = new DeviceInquiry(new OnvifDriver(networks), new AddressGuard(networks));
let directory: string;
/** Holds a port that somebody else wants. */
let squatter: Server;
let takenPort: number;
const started: ChildProcess[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'virtual-camera-program-'));
  squatter = createServer().listen(0, '127.0.0.1');
  await once(squatter, 'listening');
  takenPort = (squatter.address() as AddressInfo).port;
});
afterAll(async () => {
  for (const process of started) process.kill('SIGKILL');
  squatter.close();
  await rm(directory, { recursive: true });
});

type Said = Readonly<Record<string, unknown>>;
const environment = { ...process.env, VIRTUAL_CAMERA_PASSWORD: undefined };

/** A process group of its own, so that whatever it leaves behind is found. */
function start(flags: readonly string[]) {
  const child = spawn(process.execPath, [program, '--discovery-interface', 'off', ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...{ env: environment, detached: true },
  });
  started.push(child);
  const said: Said[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => said.push(JSON.parse(line) as Said));
  let complaint = '';
  child.stderr.on('data', (bytes: Buffer) => (complaint += bytes.toString()));
  const ended = new Promise<{ readonly code: number | null; readonly complaint: string }>((resolve) => {
    child.once('close', (code) => resolve({ code, complaint }));
  });
  return { said, ended, group: child.pid ?? 0, stop: () => child.kill('SIGTERM') };
}

test('serves what its flags ask for, says so, takes faults, and ends with nothing left', async () => {
  const pem = join(directory, 'tls.pem');
  await writeFile(pem, selfSignedPem());
  const flags = ['--cameras', '2', '--name', 'quay', '--audio', 'none', '--no-sub', '--tls', pem];
  const camera = start([...flags, '--soap-login', 'http-digest', '--username', 'technician']);
  await until(() => camera.said.some(({ event }) => event === 'ready'), 60_000);
  expect(camera.said.map(({ event }) => event).filter((event) => event !== 'encoded')).toEqual([
    ...['password', 'serving', 'serving', 'ready'],
  ]);
  // Nobody gave a password, so it made one and says which.
  const password = String(camera.said.find(({ event }) => event === 'password')?.['generatedPassword']);
  expect(password).toMatch(/^[\w-]{12}$/);
  const serving = camera.said.filter(({ event }) => event === 'serving');
  expect(serving).toMatchObject([{ name: 'quay-1' }, { name: 'quay-2' }]);
  expect(JSON.stringify(serving)).not.toContain(password);

  const address = String(serving[1]?.['onvifAddress']);
  expect(address).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/onvif\/device_service$/);
  const connection: DeviceConnection = { type: 'onvif', address, username: 'technician', password };
  const asked = await inquiry.ask(connection, signal);
  expect([asked.tracks, asked.sub]).toEqual([{ picture: { codec: 'h264' } }, undefined]);
  expect(String((serving[1]?.['rtspUrls'] as Said)['main'])).toContain(`:${asked.connection.main.port}/`);

  const control = String(camera.said.at(-1)?.['control']);
  const faults = `${control}/cameras/quay-2/faults`;
  const body = JSON.stringify({ kind: 'credentials', password: 'another' });
  const headers = { 'content-type': 'application/json' };
  const injected = await fetch(faults, { method: 'POST', headers, body });
  expect(await injected.json()).toMatchObject({ faults: ['credentials'], clients: { main: 0 } });
  await expect(inquiry.ask(connection, signal)).rejects.toMatchObject({ code: 'login-refused' });
  const unknown = await fetch(faults, { method: 'POST', headers, body: '{"kind":"explode"}' });
  expect([unknown.status, await unknown.json()]).toMatchObject([400, { error: 'fault-invalid' }]);
  expect(await (await fetch(faults, { method: 'DELETE' })).json()).toMatchObject({ faults: [] });
  expect((await inquiry.ask(connection, signal)).tracks.picture).toBeDefined();

  expect(camera.stop()).toBe(true);
  expect(await camera.ended).toEqual({ code: 0, complaint: '' });
  expect(processesOfGroup(camera.group)).toEqual([]);
  await expect(fetch(control)).rejects.toThrow();
});

test('one camera of several whose port is taken ends them all', async () => {
  // Camera 1 finds its ports free; camera 2 does not.
  const several = start(['--cameras', '2', '--audio', 'none', '--port-base', String(takenPort - 2)]);
  expect(await several.ended).toEqual({
    code: 2,
    complaint: expect.stringMatching(/^cannot listen on 127\.0\.0\.1:\d+: .*EADDRINUSE.*\n$/),
  });
  expect(processesOfGroup(several.group)).toEqual([]);
});

describe('what cannot be done is one sentence and exit code 2', () => {
  test.each<[string, () => readonly string[], RegExp]>([
    ['an option it does not know', () => ['--colour'], /unknown option '--colour'/],
    ['an argument too many', () => ['camera'], /too many arguments/],
    ['a kind there is not', () => ['--kind', 'mjpeg'], /Allowed choices are h264, h264-720p, h265/],
    ['no cameras', () => ['--cameras', '0'], /--cameras must be a whole number from 1 to 256, not "0"/],
    ['a port there is not', () => ['--port-base', '70000'], /--port-base must be a whole number/],
    ['a control port that is no number', () => ['--control-port', 'x'], /--control-port must be a whole/],
    ['a name for an address', () => ['--host', 'localhost'], /host: must be an IPv4 address/],
    ['neither picture nor sound', () => ['--sound-only', '--audio', 'none'], /without picture needs sound/],
    ['a password of nothing', () => ['--password', ''], /password: /],
    ['a password file that is not there', () => ['--password-file', '/none'], /\/none cannot be read/],
    ['a certificate that is none', () => ['--tls', program], /tls: must be PEM with a private key/],
    [
      'footage that is not there',
      () => ['--footage', '/none.avi', '--cache', join(directory, 'cache')],
      /\/none\.avi.*opencv-doc/,
    ],
    ['a control port that is taken', () => ['--control-port', String(takenPort)], /cannot listen on 127/],
  ])('%s', async (_what, flags, sentence) => {
    const refused = start(['--audio', 'none', '--password', 'p', ...flags()]);
    const { code, complaint } = await refused.ended;
    expect(complaint).toMatch(sentence);
    expect(complaint.trimEnd().split('\n')).toHaveLength(1);
    expect(code).toBe(2);
    expect(refused.said.some(({ event }) => event === 'ready')).toBe(false);
  });

  test('but for being asked for help', async () => {
    const { stdout: help } = await promisify(execFile)(process.execPath, [program, '--help']);
    for (const flag of ['--cameras', '--tls', '--control-port', '--password-file'])
      expect(help).toContain(flag);
  });
});
