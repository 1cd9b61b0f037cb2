import { beforeEach, expect, test } from '@jest/globals';
import pino from 'pino';
import { systemClock } from '@minhbach/shared/clock';
import type { DeviceIdentity, DeviceStanding, SourceStatus } from '@minhbach/shared/protocol';
import {
  counterIdSchema,
  deviceIdSchema,
  newId,
  sourceIdSchema,
  utcMs,
  type DeviceId,
} from '@minhbach/shared/units-of-measure';
import { CameraProblem } from './camera-problem.ts';
import { DeviceIdentities } from './device-identities.ts';

const minuteMs = 60_000;
const { signal } = new AbortController();
const registered: DeviceIdentity = { serialNumber: 'A1', macAddresses: ['02:00:00:00:00:01'] };
const swapped: DeviceIdentity = { serialNumber: 'B2', macAddresses: ['02:00:00:00:00:02'] };
const deviceId = newId(deviceIdSchema);

let nowMs: number;
let sources: SourceStatus[];
let standings: Map<DeviceId, DeviceStanding>;
let stated: DeviceStanding[];
let faults: Map<string, string>;
let asked: number;
let answer: () => DeviceIdentity;
let hasOnvif: boolean;
let diskTakes: boolean;

const source = (kind: 'camera' | 'microphone'): SourceStatus => ({
  ...{ sourceId: newId(sourceIdSchema), deviceId, counterId: newId(counterIdSchema), kind, name: kind },
  ...{ state: 'recording', since: utcMs(1), registeredAt: utcMs(1), hasSubStream: false },
});
const change = (index: number, to: Partial<SourceStatus>): void => {
  sources = sources.map((each, at) => (at === index ? { ...each, ...to } : each));
};

function identities(): DeviceIdentities {
  const address = { scheme: 'http', host: 'camera', port: 80, path: '/' } as const;
  const profile = { token: 'main', adapter: 'onvif' } as const;
  const main = { scheme: 'rtsp', host: 'camera', port: 554, path: '/' } as const;
  return new DeviceIdentities({
    sources: () => sources,
    connection: () => ({
      ...{ main, login: { username: 'admin', password: 's3cret' } },
      ...(hasOnvif ? { onvif: { address, main: profile } } : {}),
    }),
    standing: (id) => standings.get(id),
    stand: (id, standing) => {
      if (!diskTakes) throw Object.assign(new Error('i/o error'), { code: 'EIO' });
      standings.set(id, standing);
      stated.push(standing);
    },
    driver: {
      identity: async ({ password }) => {
        expect(password).toBe('s3cret');
        asked += 1;
        return answer();
      },
    },
    onFault: (sourceId, evidence) => {
      if (evidence === undefined) faults.delete(sourceId);
      else faults.set(sourceId, evidence);
    },
    onDiskFault: () => undefined,
    clock: { ...systemClock, monotonicNowMs: () => nowMs },
    logger: pino({ level: 'silent' }),
  });
}

beforeEach(() => {
  nowMs = 0;
  sources = [source('microphone'), source('camera')];
  standings = new Map([[deviceId, { is: 'known', identity: registered }]]);
  stated = [];
  faults = new Map();
  asked = 0;
  answer = () => registered;
  hasOnvif = true;
  diskTakes = true;
});
const picture = () => sources[1]?.sourceId ?? '';

test('the same device is asked when it comes and every quarter of an hour, and nothing is stated', async () => {
  const of = identities();
  await of.lookOnce(signal);
  await of.lookOnce(signal);
  nowMs += 14 * minuteMs;
  await of.lookOnce(signal);
  expect(asked).toBe(1);
  nowMs += minuteMs;
  await of.lookOnce(signal);
  expect(asked).toBe(2);
  expect([stated, faults.size]).toEqual([[], 0]);
});

test('a device that is not recorded is not asked; one that comes back is, but not over and over', async () => {
  const of = identities();
  change(1, { state: 'retrying', since: utcMs(2) });
  await of.lookOnce(signal);
  expect(asked).toBe(0);
  change(1, { state: 'recording', since: utcMs(3) });
  await of.lookOnce(signal);
  expect(asked).toBe(1);
  change(1, { since: utcMs(4) });
  nowMs += 5_000;
  await of.lookOnce(signal);
  expect(asked).toBe(1);
  nowMs += 20_000;
  await of.lookOnce(signal);
  await of.lookOnce(signal);
  expect(asked).toBe(2);
});

test('a disk that keeps it from being recorded hides no swap', async () => {
  const of = identities();
  change(1, { state: 'retrying', cause: 'disk-full', since: utcMs(2) });
  answer = () => swapped;
  await of.lookOnce(signal);
  expect(faults.size).toBe(1);
});

test('another device: fault at its picture and entry, once; over when the registered one is back', async () => {
  const of = identities();
  answer = () => swapped;
  await of.lookOnce(signal);
  nowMs += 16 * minuteMs;
  await of.lookOnce(signal);
  expect(stated).toEqual([{ is: 'other', expected: registered, identity: swapped }]);
  expect([...faults]).toEqual([
    [
      picture(),
      'serial number: expected A1, found B2; network address: expected 02:00:00:00:00:01, found 02:00:00:00:00:02',
    ],
  ]);
  answer = () => ({ ...swapped, serialNumber: 'C3' });
  nowMs += 16 * minuteMs;
  await of.lookOnce(signal);
  expect(stated).toHaveLength(2);
  answer = () => registered;
  nowMs += 16 * minuteMs;
  await of.lookOnce(signal);
  expect(stated.at(-1)).toEqual({ is: 'known', identity: registered });
  expect(faults.size).toBe(0);
});

test('what stood stands after a restart, and goes with the source', async () => {
  standings.set(deviceId, { is: 'other', expected: registered, identity: swapped });
  const of = identities();
  of.tellStanding();
  expect([...faults.keys()]).toEqual([picture()]);
  answer = () => swapped;
  const [sound] = sources;
  change(1, { state: 'disabled' });
  await of.lookOnce(signal);
  expect([...faults.keys()]).toEqual([sound?.sourceId]);
  change(0, { state: 'disabled' });
  await of.lookOnce(signal);
  expect(faults.size).toBe(0);
});

test('a device that is recorded and no longer says who it is: not for one missed answer, but for five minutes of them', async () => {
  const of = identities();
  answer = () => {
    throw new CameraProblem('not-onvif', 'what answers at that address does not speak ONVIF');
  };
  for (let passedMs = 0; passedMs < 5 * minuteMs; passedMs += 10_000, nowMs += 10_000) {
    await of.lookOnce(signal);
    expect(faults.size).toBe(0);
  }
  nowMs += 30_000;
  await of.lookOnce(signal);
  expect(stated).toEqual([
    { is: 'silent', expected: registered, why: 'what answers at that address does not speak ONVIF' },
  ]);
  expect(faults.get(picture())).toContain('expected serial number A1;');
  answer = () => registered;
  nowMs += 16 * minuteMs;
  await of.lookOnce(signal);
  expect(faults.size).toBe(0);
});

test('a login that is refused is not tried every half a minute', async () => {
  const of = identities();
  answer = () => {
    throw new CameraProblem('login-refused', 'the device refused this user name and password');
  };
  for (let passedMs = 0; passedMs < 4 * minuteMs; passedMs += 10_000, nowMs += 10_000)
    await of.lookOnce(signal);
  expect(asked).toBe(1);
});

test('of a plain stream it is said, once, that nobody can tell; a device that never told is taken as first seen', async () => {
  standings.clear();
  hasOnvif = false;
  const of = identities();
  await of.lookOnce(signal);
  nowMs += 16 * minuteMs;
  await of.lookOnce(signal);
  expect(stated).toEqual([{ is: 'not-known', why: expect.stringContaining('without ONVIF') }]);
  expect([asked, faults.size]).toEqual([0, 0]);
  hasOnvif = true;
  nowMs += 16 * minuteMs;
  await of.lookOnce(signal);
  expect(stated.at(-1)).toEqual({ is: 'known', identity: registered });
});

test('a TLS key that was not looked at when the device was registered is kept when it is first seen', async () => {
  const of = identities();
  const withKey = { ...registered, tlsKey: 'a'.repeat(64) };
  answer = () => withKey;
  await of.lookOnce(signal);
  nowMs += 16 * minuteMs;
  await of.lookOnce(signal);
  expect(stated).toEqual([{ is: 'known', identity: withKey }]);
  answer = () => ({ ...registered, tlsKey: 'b'.repeat(64) });
  nowMs += 16 * minuteMs;
  await of.lookOnce(signal);
  expect(faults.get(picture())).toMatch(/^TLS key: expected a+, found b+$/);
});

test('a disk that takes no entry keeps nobody from being told, and is tried again at the next look', async () => {
  const of = identities();
  answer = () => swapped;
  diskTakes = false;
  await expect(of.lookOnce(signal)).rejects.toMatchObject({ code: 'EIO' });
  expect(faults.size).toBe(1);
  diskTakes = true;
  await of.lookOnce(signal);
  expect(stated).toHaveLength(1);
});
