import { describe, expect, it } from '@jest/globals';
import type { SourceKind, TimelineSpan } from '@minhbach/shared/protocol';
import { newId, sourceIdSchema, utcMs } from '@minhbach/shared/units-of-measure';
import fc from 'fast-check';
import { completenessOf, holesOf, unequippedSpans, type SourceTimeline } from './completeness.ts';
import { explainGaps } from './explain-gaps.ts';
import { joined, totalMs } from './spans.ts';

type Piece = readonly [to: number, kind: TimelineSpan['kind'], sealed?: boolean];

const source = (kind: SourceKind, pieces: readonly Piece[]): SourceTimeline => {
  let from = 0;
  const spans = pieces.map(([to, spanKind, sealed]) => {
    const span = {
      from: utcMs(from),
      to: utcMs(to),
      kind: spanKind,
      ...(sealed === undefined ? {} : { sealed }),
    };
    from = to;
    return span;
  });
  return { id: newId(sourceIdSchema), kind, spans };
};
const duty = [{ from: utcMs(0), to: utcMs(100) }];
const count = (...timelines: SourceTimeline[]) => {
  const { recordedMs, unexplainedMs, pendingMs, explainedMs } = completenessOf({
    ...{ duty, timelines, explained: [], now: utcMs(90) },
  });
  return [recordedMs, explainedMs, unexplainedMs, pendingMs];
};

describe('completeness', () => {
  const microphone = source('microphone', [[100, 'footage', true]]);

  it('calls a moment recorded when every source has sealed footage', () => {
    expect(count(source('camera', [[100, 'footage', true]]), microphone)).toEqual([90, 0, 0, 10]);
  });

  it('a hole in one of them is a hole in the counter', () => {
    const camera = source('camera', [
      [40, 'footage', true],
      [50, 'gap'],
      [100, 'footage', true],
    ]);
    expect(count(camera, microphone)).toEqual([80, 0, 10, 10]);
  });

  it('footage not sealed yet is pending, unless another source has a gap', () => {
    const camera = source('camera', [
      [40, 'footage', true],
      [100, 'footage', false],
    ]);
    expect(count(camera, microphone)).toEqual([40, 0, 0, 60]);
    const deaf = source('microphone', [
      [60, 'footage', true],
      [100, 'gap'],
    ]);
    expect(count(camera, deaf)).toEqual([40, 0, 30, 30]);
  });

  it('a counter without microphone, or without any source, records nothing', () => {
    expect(count(source('camera', [[100, 'footage', true]]))).toEqual([0, 0, 90, 10]);
    expect(count()).toEqual([0, 0, 90, 10]);
  });

  it('asks nothing of a source before it is registered, when others do the duty', () => {
    const late = source('camera', [
      [50, 'unregistered'],
      [100, 'footage', true],
    ]);
    expect(count(source('camera', [[100, 'footage', true]]), late, microphone)).toEqual([90, 0, 0, 10]);
  });

  it('the four always sum to duty', () => {
    const pieces = fc
      .array(
        fc.tuple(
          fc.integer({ min: 1, max: 40 }),
          fc.constantFrom('footage', 'gap', 'pending', 'unregistered'),
          fc.boolean(),
        ),
        {
          minLength: 1,
          maxLength: 8,
        },
      )
      .map((parts) => {
        let to = 0;
        return parts.map(([lengthMs, kind, sealed]) => [(to += lengthMs), kind, sealed] as const);
      });
    fc.assert(
      fc.property(
        fc.array(pieces, { maxLength: 4 }),
        fc.array(fc.tuple(fc.integer({ min: 0, max: 120 }), fc.integer({ min: 0, max: 40 })), {
          maxLength: 4,
        }),
        fc.integer({ min: 0, max: 120 }),
        (sources, excuses, now) => {
          const explained = joined(
            excuses.map(([from, lengthMs]) => ({ from: utcMs(from), to: utcMs(from + lengthMs) })),
          );
          const bare = sources.map((parts, index) =>
            source(index % 2 === 0 ? 'camera' : 'microphone', parts),
          );
          const timelines = bare.map((timeline) => ({
            ...timeline,
            spans: explainGaps(timeline.spans, explained),
          }));
          const before = completenessOf({ duty, timelines: bare, explained: [], now: utcMs(now) });
          const result = completenessOf({ duty, timelines, explained, now: utcMs(now) });
          const sum = result.recordedMs + result.explainedMs + result.unexplainedMs + result.pendingMs;
          expect(sum).toBe(result.dutyMs);
          expect(result.dutyMs).toBe(100);
          // Explaining moves time out of unexplained and nowhere else.
          expect(result.recordedMs).toBe(before.recordedMs);
          expect(result.sources).toEqual(before.sources);
          expect(result.unexplainedMs).toBeLessThanOrEqual(before.unexplainedMs);
          const holes = holesOf({ duty, timelines, explained, now: utcMs(now) });
          const unexplained = holes.filter(({ state }) => state === 'unexplained');
          expect(totalMs(unexplained)).toBe(result.unexplainedMs);
          expect(totalMs(holes)).toBe(result.dutyMs - result.recordedMs);
        },
      ),
    );
  });

  it('of footage that retention removed keeps its figures, and so does not tell what is held', () => {
    const spans = [
      { from: utcMs(0), to: utcMs(100), kind: 'gap' as const, cause: 'expired' as const, explained: true },
    ];
    const expired = { id: newId(sourceIdSchema), kind: 'camera' as const, spans };
    expect(count(expired, microphone)).toEqual([90, 0, 0, 10]);
  });

  it('a machine’s cause alone explains nothing; what people explained is', () => {
    const camera = source('camera', [
      [40, 'footage', true],
      [60, 'gap'],
      [100, 'footage', true],
    ]);
    const explained = [{ from: utcMs(30), to: utcMs(55) }];
    const spans = explainGaps(
      camera.spans.map((span) => (span.kind === 'gap' ? { ...span, cause: 'power-lost' } : span)),
      explained,
    );
    expect(spans.filter(({ kind }) => kind === 'gap')).toEqual([
      { from: 40, to: 55, kind: 'gap', cause: 'power-lost', explained: true },
      { from: 55, to: 60, kind: 'gap', cause: 'power-lost' },
    ]);
    expect(count({ ...camera, spans }, microphone)).toEqual([70, 15, 5, 10]);
  });

  it('a counter without any microphone is explained as a whole, or not', () => {
    const timelines = [source('camera', [[100, 'footage', true]])];
    const record = { duty, timelines, now: utcMs(90), explained: [{ from: utcMs(10), to: utcMs(50) }] };
    expect(completenessOf(record)).toMatchObject({ explainedMs: 40, unexplainedMs: 50, pendingMs: 10 });
    expect(unequippedSpans(record)).toEqual([
      { from: 0, to: 10 },
      { from: 50, to: 90 },
    ]);
  });
});
