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
  }
});

test('once nobody vouches for the clock, the bound grows, by a step that nobody vouched for too', () => {
  let nowMs = 1_000;
  const trust = new TimeTrust({ ...systemClock, monotonicNowMs: () => nowMs });
  trust.learn(unknown);
  expect(trust.errorMs).toBe(0);
  trust.learn(synchronised(10));
  nowMs += 60_000;
  expect(trust.errorMs).toBe(10);
  trust.learn(lost);
  // A quartz may be 100 ppm off: 6 ms in the minute since, 8.64 s in the day that follows.
  expect(trust.errorMs).toBe(16);
  nowMs += 86_400_000;
  expect(trust.errorMs).toBe(10 + 8_646);
  trust.stepped(5_000);
  expect(trust.errorMs).toBe(10 + 8_646);
  trust.learn(lost);
  expect(trust.errorMs).toBe(5_010 + 8_646);
  trust.stepped(3_600_000);
  trust.learn(synchronised(20));
  expect(trust.errorMs).toBe(20);
  trust.learn(unknown);
  expect(trust.errorMs).toBe(20);
});

test('it asks at once when the clock was set', async () => {
  const stop = new AbortController();
  const trust = new TimeTrust();
  const readings: TimeSync[] = [synchronised(5), lost];
  const news: TimeSync[] = [];
  await trust.watch({
    ask: async () => readings.shift() ?? unknown,
    onNews: (sync) => {
      news.push(sync);
      if (sync === lost) stop.abort();
      else setImmediate(() => trust.stepped(1_500));
    },
    // A minute by the real clock is longer than this test may take.
    ...{ clock: systemClock, signal: stop.signal },
  });
  expect(news).toEqual([synchronised(5), lost]);
}, 10_000);

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
