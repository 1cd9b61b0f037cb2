import { beforeEach, expect, test } from '@jest/globals';
import { Suspicions } from './suspicions.ts';

let suspicions: Suspicions<string>;
beforeEach(() => {
  suspicions = new Suspicions({ graceMs: 4_000, flaps: 3, flapWindowMs: 60_000 });
});

test('a hiccup is not believed, an outage is, once', () => {
  expect(suspicions.note('a', true, 0)).toBe(false);
  expect(suspicions.note('b', true, 0)).toBe(false);
  expect(suspicions.note('b', false, 3_999)).toBe(false);
  expect(suspicions.ripe(3_999)).toEqual([]);
  expect(suspicions.ripe(4_000)).toEqual(['a']);
  expect(suspicions.ripe(5_000)).toEqual([]);
  expect(suspicions.note('a', true, 5_000)).toBe(true);
});

test('what keeps coming back is believed at its third onset, and forgotten after the window', () => {
  for (const onsetMs of [0, 10_000]) {
    expect(suspicions.note('a', true, onsetMs)).toBe(false);
    expect(suspicions.note('a', false, onsetMs + 1_000)).toBe(false);
  }
  expect(suspicions.note('a', true, 20_000)).toBe(true);
  suspicions.note('a', false, 21_000);
  expect(suspicions.note('a', true, 81_000)).toBe(false);
});

test('saying the same again is no new onset', () => {
  for (const atMs of [0, 1_000, 2_000, 3_000]) expect(suspicions.note('a', true, atMs)).toBe(false);
  expect(suspicions.note('a', true, 4_000)).toBe(true);
});

test('what nobody can speak of any more is not raised later', () => {
  suspicions.note('a', true, 0);
  suspicions.forget('a');
  expect(suspicions.ripe(10_000)).toEqual([]);
});
