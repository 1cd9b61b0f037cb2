import { expect, test } from '@jest/globals';
import { KeyframeMarks } from './keyframe-marks.ts';

/** Notes a keyframe each 2 s; answers after which of them the footage repeats, and after how long. */
function repeats(marks: readonly number[], horizonMs = 30_000): (number | undefined)[] {
  const of = new KeyframeMarks(horizonMs);
  return marks.map((mark, index) => {
    of.note(mark, index * 2_000);
    return of.repeatsAfterMs;
  });
}

test('two keyframes in a row that came before at the same distance are a loop, until one is new', () => {
  expect(repeats([1, 2, 3, 4, 2, 3, 4, 2, 5, 6])).toEqual([
    ...[undefined, undefined, undefined, undefined, undefined],
    ...[6_000, 6_000, 6_000, undefined, undefined],
  ]);
});

test('one that came before is none, as when a camera begins again at its newest keyframe', () => {
  expect(repeats([1, 2, 3, 3, 4, 5])).toEqual(Array(6).fill(undefined));
  expect(repeats([1, 2, 3, 3, 1, 4])).toEqual(Array(6).fill(undefined));
});

test('what lies beyond the horizon is forgotten', () => {
  const lap = Array.from({ length: 20 }, (_, index) => index);
  expect(repeats([...lap, ...lap]).filter(Boolean)).toEqual([]);
  expect(repeats([...lap, ...lap], 41_000).at(-1)).toBe(40_000);
});
