import { expect, test } from '@jest/globals';
import { lookOf, recordedPercent } from './duty-parts.ts';

const parts = (recordedMs: number, explainedMs: number, unexplainedMs: number, pendingMs: number) => ({
  dutyMs: recordedMs + explainedMs + unexplainedMs + pendingMs,
  ...{ recordedMs, explainedMs, unexplainedMs, pendingMs },
});

test('a day looks as bad as the worst of it', () => {
  expect(lookOf(parts(0, 0, 0, 0))).toBe('none');
  expect(lookOf(parts(100, 0, 0, 0))).toBe('whole');
  expect(lookOf(parts(100, 1, 0, 0))).toBe('explained');
  expect(lookOf(parts(100, 1, 0, 1))).toBe('pending');
  expect(lookOf(parts(100, 1, 1, 1))).toBe('unexplained');
});

test('never says 100 % while a millisecond lacks, and leaves out what is not known yet', () => {
  expect(recordedPercent(parts(28_799_999, 0, 1, 0), 'en')).toBe('99.99 %');
  expect(recordedPercent(parts(100, 0, 0, 900), 'en')).toBe('100 %');
  expect(recordedPercent(parts(1, 0, 2, 0), 'vi')).toBe('33,33 %');
  expect(recordedPercent(parts(0, 0, 0, 5), 'vi')).toBe('–');
});
