import { expect, test } from '@jest/globals';
import type { TimelineSpan } from '@minhbach/shared/protocol';
import { utcMs } from '@minhbach/shared/units-of-measure';
import { Reconciler } from './reconcile.ts';

const at = utcMs;
const footage = (from: number, to: number, sealed = true): TimelineSpan => ({
  from: at(from),
  to: at(to),
  kind: 'footage',
  sealed,
});
const gap = (from: number, to: number, cause: 'unknown' | 'expired' = 'unknown'): TimelineSpan => ({
  from: at(from),
  to: at(to),
  kind: 'gap',
  cause,
  explained: cause === 'expired',
});
const pending = (from: number, to: number): TimelineSpan => ({ from: at(from), to: at(to), kind: 'pending' });
const now = at(10_000);
const stateOf = (reconciler: Reconciler, from: number, to?: number) =>
  reconciler.judge({ startedAt: at(from), endedAt: to === undefined ? undefined : at(to) }, now).state;

test('one camera and one microphone at every moment make a service whole, whichever they are', () => {
  const reconciler = new Reconciler([
    { kind: 'camera', spans: [footage(0, 500), gap(500, 1_000)] },
    { kind: 'camera', spans: [gap(0, 500), footage(500, 1_000)] },
    { kind: 'microphone', spans: [footage(0, 1_000)] },
  ]);
  expect(reconciler.judge({ startedAt: at(100), endedAt: at(900) }, now)).toEqual({
    state: 'whole',
    wholeMs: 800,
    pictureMs: 800,
    soundMs: 800,
  });
});

test('a millisecond that lacks is named by what lacks', () => {
  const reconciler = new Reconciler([
    { kind: 'camera', spans: [footage(0, 3_000), gap(3_000, 3_001), footage(3_001, 9_000)] },
    { kind: 'microphone', spans: [footage(0, 1_000), gap(1_000, 1_001), footage(1_001, 9_000)] },
  ]);
  expect(stateOf(reconciler, 0, 1_000)).toBe('whole');
  expect(stateOf(reconciler, 0, 1_001)).toBe('no-sound');
  expect(stateOf(reconciler, 2_000, 3_001)).toBe('no-picture');
  expect(stateOf(reconciler, 500, 5_000)).toBe('missing');
  expect(reconciler.judge({ startedAt: at(500), endedAt: at(5_000) }, now).wholeMs).toBe(4_498);
});

test('what retention removed was whole; what may still come is not missing', () => {
  const reconciler = new Reconciler([
    {
      kind: 'camera',
      spans: [gap(0, 1_000, 'expired'), footage(1_000, 3_000), footage(3_000, 4_000, false)],
    },
    { kind: 'microphone', spans: [footage(0, 3_000), pending(3_000, 4_000)] },
  ]);
  expect(stateOf(reconciler, 0, 2_000)).toBe('whole');
  expect(stateOf(reconciler, 2_000, 3_500)).toBe('running');
  expect(stateOf(reconciler, 2_000)).toBe('running');
  expect(stateOf(reconciler, 9_500, 10_500)).toBe('running');
});

test('a counter without a microphone has no sound, one without sources nothing', () => {
  expect(stateOf(new Reconciler([{ kind: 'camera', spans: [footage(0, 1_000)] }]), 0, 1_000)).toBe(
    'no-sound',
  );
  expect(stateOf(new Reconciler([]), 0, 1_000)).toBe('missing');
});
