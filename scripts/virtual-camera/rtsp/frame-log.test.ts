import { expect, test } from '@jest/globals';
import { FrameLog } from './frame-log.ts';

test('keeps the last 90 000 frames in order, and answers a span of time', () => {
  const log = new FrameLog();
  for (let frame = 0; frame < 100_000; frame += 1) log.append(frame, frame % 1000, frame * 40);
  const all = log.between();
  expect(all.length).toBe(90_000);
  expect(all[0]).toEqual({ frame: 10_000, lapIndex: 0, sentAtUtcMs: 400_000 });
  expect(all.at(-1)?.frame).toBe(99_999);
  expect(log.between(800_000, 800_080).map(({ frame }) => frame)).toEqual([20_000, 20_001, 20_002]);
});

test('a frame without a number says so', () => {
  const log = new FrameLog();
  log.append(5, undefined, 1);
  expect(log.between()).toEqual([{ frame: 5, lapIndex: null, sentAtUtcMs: 1 }]);
});
