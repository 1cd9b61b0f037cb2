import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { newId, sourceIdSchema, utcMs } from '@minhbach/shared/units-of-measure';
import { FaultBoard } from './fault-board.ts';

let now = 0;
let board: FaultBoard;
let told: number;
beforeEach(() => {
  jest.useFakeTimers();
  now = 1_000;
  told = 0;
  const clock = { wallNow: () => utcMs(now), monotonicNowMs: () => now, sleep: async () => undefined };
  board = new FaultBoard(clock, { lingersMs: 60_000 });
  board.onChanged(() => (told += 1));
});
afterEach(() => void jest.useRealTimers());

test('a fault stands from when it was first seen, and is told when it begins and ends only', () => {
  board.set({ kind: 'disk', evidence: '1 GB free' });
  now = 2_000;
  board.judge(true, { kind: 'disk', evidence: 'less' });
  expect(board.list()).toEqual([{ kind: 'disk', since: 1_000, evidence: '1 GB free' }]);
  board.judge(false, { kind: 'disk', evidence: '' });
  board.clear('disk');
  expect(board.list()).toEqual([]);
  expect(told).toBe(2);
});

test('what happened once lingers, longer when it happens again', () => {
  board.happened({ kind: 'fsync', evidence: 'EIO' });
  jest.advanceTimersByTime(50_000);
  board.happened({ kind: 'fsync', evidence: 'EIO' });
  jest.advanceTimersByTime(59_999);
  expect(board.list()).toHaveLength(1);
  jest.advanceTimersByTime(1);
  expect(board.list()).toEqual([]);
  expect(told).toBe(2);
});

test('what was measured is not ended by what happened, and sources have faults of their own', () => {
  const sourceId = newId(sourceIdSchema);
  board.set({ kind: 'disk', evidence: 'full' });
  board.happened({ kind: 'disk', evidence: 'ENOSPC' });
  board.set({ kind: 'clock', sourceId, evidence: 'x'.repeat(400) });
  jest.advanceTimersByTime(120_000);
  expect(board.list().map(({ kind }) => kind)).toEqual(['disk', 'clock']);
  expect(board.list()[1]?.evidence).toHaveLength(300);
  board.clear('clock');
  expect(board.list()).toHaveLength(2);
  board.clear('clock', sourceId);
  expect(board.list()).toHaveLength(1);
});
