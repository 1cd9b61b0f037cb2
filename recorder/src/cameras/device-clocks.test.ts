import { expect, test } from '@jest/globals';
import pino from 'pino';
import { systemClock } from '@minhbach/shared/clock';
import { deviceIdSchema, newId } from '@minhbach/shared/units-of-measure';
import { CameraProblem } from './camera-problem.ts';
import { DeviceClocks } from './device-clocks.ts';
import type { DeviceConnectionRow } from './device-row.ts';

const minuteMs = 60_000;
const { signal } = new AbortController();
const [first, second, plain] = [1, 2, 3].map(() => newId(deviceIdSchema));

function clocks(offsets: Readonly<Record<string, () => number>>) {
  let nowMs = 0;
  const stated: (readonly [string, number])[] = [];
  const asked: string[] = [];
  const connection = (deviceId: string): DeviceConnectionRow => {
    const profile = { token: 'main', adapter: 'onvif' } as const;
    const address = { scheme: 'http', host: deviceId, port: 80, path: '/' } as const;
    const main = { scheme: 'rtsp', host: deviceId, port: 554, path: '/' } as const;
    return { main, ...(deviceId === plain ? {} : { onvif: { address, main: profile } }) };
  };
  const of = new DeviceClocks({
    devices: () => [first, second, plain].filter((id) => id !== undefined),
    connection,
    driver: {
      clockReading: async ({ address, password }) => {
        expect(password).toBe('');
        asked.push(address.host);
        const offset = offsets[address.host];
        if (offset === undefined) throw new CameraProblem('unreachable', 'gone');
        return { offsetMs: offset(), errorMs: 510 };
      },
    },
    state: (deviceId, { offsetMs }) => void stated.push([deviceId, offsetMs]),
    onDiskFault: () => undefined,
    clock: { ...systemClock, monotonicNowMs: () => nowMs },
    logger: pino({ level: 'silent' }),
  });
  return { of, stated, asked, pass: (ms: number) => (nowMs += ms) };
}

test('a clock is stated when first seen, when it moves, and once a day; a device that fails disturbs nobody', async () => {
  let offsetMs = -7_200_000;
  const { of, stated, asked, pass } = clocks({ [second ?? '']: () => offsetMs });
  await of.lookOnce(signal);
  expect(asked).toEqual([first, second]);
  expect(stated).toEqual([[second, -7_200_000]]);
  await of.lookOnce(signal);
  expect(asked).toHaveLength(2);

  pass(16 * minuteMs);
  offsetMs += 1_500;
  await of.lookOnce(signal);
  expect(asked).toHaveLength(4);
  expect(stated).toHaveLength(1);

  pass(16 * minuteMs);
  offsetMs = 0;
  await of.lookOnce(signal);
  expect(stated).toEqual([
    [second, -7_200_000],
    [second, 0],
  ]);

  pass(25 * 60 * minuteMs);
  await of.lookOnce(signal);
  expect(stated).toHaveLength(3);
});
