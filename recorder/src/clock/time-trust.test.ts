import { expect, test } from '@jest/globals';
import { systemClock } from '@minhbach/shared/clock';
import { TimeTrust } from './time-trust.ts';
import type { TimeSync } from './time-sync.ts';

const synchronised = (errorMs: number, by: 'chrony' | 'kernel' = 'chrony') =>
  ({ state: 'synchronised', by, errorMs }) as const;
const unknown = { state: 'unknown', why: 'x' } as const;
const lost = { state: 'unsynchronised', why: 'y' } as const;

test('nothing is believed before somebody vouches for it', () => {
  const trust = new TimeTrust();
  expect(trust.sync.state).toBe('unknown');
  expect(trust.errorMs).toBe(0);
});

test('what is news is told once: each change of state, another keeper, a bound twice as wide or half', () => {
  const trust = new TimeTrust();
  const readings: [TimeSync, boolean][] = [
    [unknown, true],
    [unknown, false],
    [synchronised(10), true],
    [synchronised(19), false],
    [synchronised(21), true],
    [synchronised(11), false],
    [synchronised(10), true],
    [synchronised(10, 'kernel'), true],
    [lost, true],
    [unknown, true],
  ];
  for (const [sync, isNews] of readings) {
    expect(trust.learn(sync)).toBe(isNews ? sync : undefined);
    expect(trust.errorMs).toBe(sync.state === 'synchronised' ? sync.errorMs : 0);
  }
});

test('it goes on asking until it is stopped, and tells nothing afterwards', async () => {
  const stop = new AbortController();
  const readings: TimeSync[] = [unknown, unknown, synchronised(5)];
  const news: TimeSync[] = [];
  await new TimeTrust().watch({
    ask: async () => readings.shift() ?? lost,
    onNews: (sync) => {
      news.push(sync);
      if (sync.state === 'synchronised') stop.abort();
    },
    clock: { ...systemClock, sleep: async () => undefined },
    signal: stop.signal,
  });
  expect(news).toEqual([unknown, synchronised(5)]);
});
