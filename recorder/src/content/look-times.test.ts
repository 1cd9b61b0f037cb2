import { expect, test } from '@jest/globals';
import { LookTimes } from './look-times.ts';

type Sign = 'still' | 'size';
const none = new Set<Sign>();
const still = new Set<Sign>(['still']);
const size = new Set<Sign>(['size']);
const times = () => new LookTimes<Sign>({ everyMs: 300_000, firstMs: 20_000 });

test('without a sign a source is looked at in turn', () => {
  const of = times();
  expect(of.due(none, 19_999)).toBeUndefined();
  expect(of.due(none, 20_000)).toBe('turn');
  of.looked(false, none, 21_000);
  expect(of.due(none, 320_999)).toBeUndefined();
  expect(of.due(none, 321_000)).toBe('turn');
});

test('a sign leads to a look at once; one that means nothing to ever fewer, other signs go on', () => {
  const of = times();
  let looks = 0;
  for (let nowMs = 0; nowMs < 3_600_000; nowMs += 2_000) {
    if (of.due(still, nowMs) === undefined) continue;
    looks += 1;
    of.looked(false, still, nowMs);
  }
  // 10, 20, ... 320 s, then every 5 minutes: 6 and 11, not 1800.
  expect(looks).toBeGreaterThan(12);
  expect(looks).toBeLessThan(20);
  expect(of.due(still, 3_600_000)).toBeUndefined();
  expect(of.due(size, 3_600_000)).toBe('sign');
  of.forget('still');
  expect(of.due(still, 3_600_000)).toBe('sign');
});

test('while a fault stands it is looked at again, soon at first, and when the signs change', () => {
  const of = times();
  of.looked(true, still, 0);
  expect(of.due(still, 3_999)).toBeUndefined();
  expect(of.due(still, 4_000)).toBe('sign');
  of.looked(true, still, 4_000);
  expect(of.due(still, 11_999)).toBeUndefined();
  expect(of.due(still, 12_000)).toBe('sign');
  for (let nowMs = 12_000; nowMs < 200_000; nowMs += 30_000) of.looked(true, still, nowMs);
  expect(of.due(still, 192_000 + 29_999)).toBeUndefined();
  expect(of.due(still, 192_000 + 30_000)).toBe('sign');
  expect(of.due(none, 192_000 + 1_500)).toBe('sign');
  of.looked(false, none, 194_000);
  expect(of.due(still, 194_001)).toBe('sign');
});
