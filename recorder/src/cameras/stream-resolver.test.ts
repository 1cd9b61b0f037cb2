import { expect, test } from '@jest/globals';
import { systemClock } from '@minhbach/shared/clock';
import { AddressGuard } from './address-guard.ts';
import type { CameraDriver } from './camera-driver.ts';
import { CameraProblem } from './camera-problem.ts';
import type { DeviceConnectionRow } from './device-row.ts';
import { StreamResolver } from './stream-resolver.ts';

const { signal } = new AbortController();
const networks = { allowLoopback: false, allowLinkLocal: false };
const profile = { token: 'main', adapter: 'onvif' } as const;

function resolver(streamAddress: CameraDriver['streamAddress'] = async () => 'rtsp://cam.test:554/new') {
  let nowMs = 0;
  let asked = 0;
  let row: DeviceConnectionRow = {
    login: { username: 'a', password: 'b' },
    main: { scheme: 'rtsp', host: 'cam.test', port: 554, path: '/old' },
    onvif: { address: { scheme: 'http', host: 'cam.test', port: 80, path: '/' }, main: profile },
  };
  let addresses: string[] = ['10.0.0.1'];
  const of = new StreamResolver({
    driver: {
      streamAddress: async (...all: Parameters<CameraDriver['streamAddress']>) => {
        asked += 1;
        return streamAddress(...all);
      },
    } as CameraDriver,
    guard: new AddressGuard(networks, async () => addresses),
    clock: { ...systemClock, monotonicNowMs: () => nowMs },
    read: () => row,
    write: (changed) => (row = changed),
  });
  return {
    resolve: async (loginWasRefused = false) => (await of.resolve('main', signal, { loginWasRefused })).url,
    leadTo: (...next: string[]) => (addresses = next),
    pass: (ms: number) => (nowMs += ms),
    timesAsked: () => asked,
  };
}

test('a name is resolved afresh for every attempt, and connected to by the address that was checked', async () => {
  const { resolve, leadTo, pass } = resolver();
  expect(await resolve()).toBe('rtsp://a:b@10.0.0.1:554/old');
  pass(60_000);
  leadTo('127.0.0.1', '10.0.0.2');
  expect(await resolve()).toBe('rtsp://a:b@10.0.0.2:554/old');
  pass(60_000);
  leadTo('127.0.0.1');
  await expect(resolve()).rejects.toMatchObject({
    code: 'unreachable',
    message: expect.stringMatching(/loopback/),
  });
});

test('after quick failures the device is asked anew every second time, and what it says is kept', async () => {
  const { resolve, timesAsked } = resolver();
  await resolve();
  expect(await resolve()).toBe('rtsp://a:b@10.0.0.1:554/new');
  await resolve();
  await resolve();
  expect(timesAsked()).toBe(2);
});

test('a device that refused the login is not asked: each wrong login brings a lock-out nearer', async () => {
  const { resolve, timesAsked } = resolver();
  for (let attempt = 0; attempt < 6; attempt += 1) await resolve(true);
  expect(timesAsked()).toBe(0);
});

test.each([
  ['file:///etc/passwd', '/old'],
  ['rtsp://cam.test:554/moved', '/moved'],
])('a device that says its stream is at %s is pulled at %s', async (said, path) => {
  const { resolve } = resolver(async () => said);
  await resolve();
  expect(await resolve()).toBe(`rtsp://a:b@10.0.0.1:554${path}`);
});

test('a refusal by ONVIF is a refusal; any other silence leaves the known address', async () => {
  const refusing = resolver(async () => {
    throw new CameraProblem('login-refused', 'no');
  });
  await refusing.resolve();
  await expect(refusing.resolve()).rejects.toMatchObject({ code: 'login-refused' });
  const silent = resolver(async () => {
    throw new CameraProblem('timeout', 'late');
  });
  await silent.resolve();
  expect(await silent.resolve()).toBe('rtsp://a:b@10.0.0.1:554/old');
});
