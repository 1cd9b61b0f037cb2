import { expect, test } from '@jest/globals';
import { fittedSlope, hasGrown } from './fitted-slope.ts';

const everyMinute = (value: (minute: number) => number) =>
  Array.from({ length: 61 }, (_, minute) => ({ atMs: 5_000 + minute * 60_000, value: value(minute) }));

test('a line has its own slope and no error', () => {
  const slope = fittedSlope(everyMinute((minute) => 100 + minute));
  expect(slope.perHour).toBeCloseTo(60, 9);
  expect(slope.errorPerHour).toBeCloseTo(0, 9);
  expect(slope).toMatchObject({ first: 100, last: 160 });
  expect(hasGrown(slope, 1, 0.05)).toBe(true);
});

test('what goes up and down has not grown, and neither has what shrank', () => {
  expect(hasGrown(fittedSlope(everyMinute((minute) => 100 + 20 * Math.sin(minute))), 1, 0.05)).toBe(false);
  expect(hasGrown(fittedSlope(everyMinute((minute) => 100 - minute)), 1, 0.05)).toBe(false);
});

test('a slope that is certain and small is no growth', () => {
  expect(hasGrown(fittedSlope(everyMinute((minute) => 100 + minute / 100)), 1, 0.05)).toBe(false);
});

test('two samples make no slope', () => {
  expect(() => fittedSlope(everyMinute(() => 1).slice(0, 2))).toThrow(RangeError);
});
