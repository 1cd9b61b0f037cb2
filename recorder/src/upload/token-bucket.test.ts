import { expect, test } from '@jest/globals';
import { utcMs } from '@minhbach/shared/units-of-measure';
import type { Clock } from '@minhbach/shared/clock';
import { TokenBucket } from './token-bucket.ts';

/** A clock that stands still but for those who sleep. */
function steppedClock(): Clock & { nowMs: number } {
  const clock = {
    nowMs: 0,
    wallNow: () => utcMs(0),
    monotonicNowMs: () => clock.nowMs,
    sleep: async (durationMs: number, signal?: AbortSignal) => {
      signal?.throwIfAborted();
      clock.nowMs += durationMs;
    },
  };
  return clock;
}
const never = new AbortController().signal;

test('lets through the rate and no more, in whatever pieces', async () => {
  const clock = steppedClock();
  const bucket = new TokenBucket(100_000, clock);
  for (let sent = 0; sent < 1_000_000; sent += 12_500) await bucket.take(12_500, never);
  // A megabyte at 100 kB/s, but for what passes at once after a quiet while.
  expect(clock.nowMs).toBe(9_750);
});

test('saves up no more than a quarter of a second', async () => {
  const clock = steppedClock();
  const bucket = new TokenBucket(100_000, clock);
  clock.nowMs = 3_600_000;
  await bucket.take(25_000, never);
  expect(clock.nowMs).toBe(3_600_000);
  await bucket.take(10_000, never);
  expect(clock.nowMs).toBe(3_600_100);
});

test('asks for pieces that pass several times a second', () => {
  expect(new TokenBucket(16_000, steppedClock()).pieceBytes).toBe(2_048);
  expect(new TokenBucket(100_000_000, steppedClock()).pieceBytes).toBe(65_536);
});

test('ends when the signal aborts', async () => {
  const stop = new AbortController();
  stop.abort(new Error('stopped'));
  await expect(new TokenBucket(16_000, steppedClock()).take(1, stop.signal)).rejects.toThrow('stopped');
});
