import { expect, test } from '@jest/globals';
import type { RecorderEntry } from '@minhbach/shared/protocol';
import { newId, sourceIdSchema } from '@minhbach/shared/units-of-measure';
import { placedLateMs } from './placed-late.ts';

const picture = newId(sourceIdSchema);
const epoch = 1_000;
const sealed = (captureId: string, startUtcMs: number, sourceId = picture) =>
  ({ kind: 'segment-sealed', captureId, startUtcMs, sourceId }) as unknown as RecorderEntry;

test('a capture begins with a keyframe: what its start is later than one is how late its footage stands', () => {
  const entries = [
    sealed('a', 3_000 + 10),
    sealed('b', 9_000 + 300),
    sealed('b', 11_350),
    sealed('c', 17_700),
  ];
  expect(placedLateMs(entries, picture, 12_000, epoch)).toBe(300);
  expect(placedLateMs(entries, picture, 4_000, epoch)).toBe(10);
});

test('a little too early is that, and not almost two seconds late', () => {
  expect(placedLateMs([sealed('a', 5_000 - 40)], picture, 9_000, epoch)).toBe(-40);
});

test('nothing there is not late', () => {
  expect(placedLateMs([sealed('a', 5_000, newId(sourceIdSchema))], picture, 9_000, epoch)).toBe(0);
});
