import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { captureIdSchema, newId, utcMs } from '@minhbach/shared/units-of-measure';
import type { KnownGap } from './footage-piece.ts';
import { timelineSpans, type FootageSpan, type SourceFacts, type TimelineInput } from './timeline-spans.ts';

const captureA = newId(captureIdSchema);
const captureB = newId(captureIdSchema);
const recording: SourceFacts = {
  registeredAt: utcMs(0),
  state: 'recording',
  since: utcMs(0),
  recorderOnline: true,
  recorderCaughtUp: true,
};

function footage(start: number, end: number, captureId = captureA, sealed = true): FootageSpan {
  return { captureId, startUtcMs: utcMs(start), endUtcMs: utcMs(end), sealed };
}

function spansOf(of: Partial<TimelineInput> & Pick<TimelineInput, 'footage'>) {
  const last = Math.max(0, ...of.footage.map((span) => span.endUtcMs));
  const lastSealed = Math.max(0, ...of.footage.filter((span) => span.sealed).map((span) => span.endUtcMs));
  return timelineSpans({
    from: utcMs(0),
    to: utcMs(100_000),
    now: utcMs(100_000),
    source: recording,
    gaps: [],
    lastFootageEnd: utcMs(last),
    lastSealedEnd: utcMs(lastSealed),
    ...of,
  });
}

describe('timelineSpans', () => {
  it('joins segments of one capture over a joint, and shows a real hole', () => {
    expect(spansOf({ footage: [footage(0, 50_000), footage(50_249, 100_000)] })).toEqual([
      { from: 0, to: 100_000, kind: 'footage', sealed: true },
    ]);
    expect(spansOf({ footage: [footage(0, 50_000), footage(50_250, 100_000)] })).toMatchObject([
      { kind: 'footage' },
      { from: 50_000, to: 50_250, kind: 'gap', cause: 'unknown' },
      { kind: 'footage' },
    ]);
    expect(spansOf({ footage: [footage(0, 50_000), footage(50_100, 100_000, captureB)] })).toHaveLength(3);
  });

  it('names the cause a gap entry states, and only where no footage is', () => {
    const gaps: KnownGap[] = [{ fromUtcMs: utcMs(40_000), toUtcMs: utcMs(70_000), cause: 'camera-stalled' }];
    expect(spansOf({ footage: [footage(0, 50_000), footage(60_000, 100_000, captureB)], gaps })).toEqual([
      { from: 0, to: 50_000, kind: 'footage', sealed: true },
      { from: 50_000, to: 60_000, kind: 'gap', cause: 'camera-stalled', explained: false },
      { from: 60_000, to: 100_000, kind: 'footage', sealed: true },
    ]);
  });

  it('tells open footage from sealed, and what is too new to know from a gap', () => {
    const spans = [footage(0, 60_000), footage(60_000, 95_000, captureA, false)];
    expect(spansOf({ footage: spans, to: utcMs(120_000) })).toEqual([
      { from: 0, to: 60_000, kind: 'footage', sealed: true },
      { from: 60_000, to: 95_000, kind: 'footage', sealed: false },
      { from: 95_000, to: 120_000, kind: 'pending' },
    ]);
    expect(spansOf({ footage: [footage(0, 80_000)] }).at(-1)).toMatchObject({
      kind: 'gap',
      cause: 'unknown',
    });
  });

  it('takes the cause of a tail from the source as it is now', () => {
    const source = {
      ...recording,
      state: 'retrying' as const,
      cause: 'camera-unreachable' as const,
      since: utcMs(91_000),
    };
    expect(spansOf({ footage: [footage(0, 90_000)], source }).at(-1)).toEqual({
      from: 90_000,
      to: 100_000,
      kind: 'gap',
      cause: 'camera-unreachable',
      explained: false,
    });
  });

  it('leaves open what an absent recorder may still have', () => {
    const source = { ...recording, recorderOnline: false, recorderCaughtUp: false };
    const spans = spansOf({ footage: [footage(0, 30_000), footage(40_000, 50_000)], source });
    expect(spans.map(({ kind }) => kind)).toEqual(['footage', 'gap', 'footage', 'pending']);
  });

  it('knows no footage before registration and after retirement', () => {
    const source = { ...recording, registeredAt: utcMs(20_000), retiredAt: utcMs(80_000) };
    const spans = spansOf({ footage: [footage(20_000, 80_000)], source });
    expect(spans.map(({ kind, from, to }) => [kind, from, to])).toEqual([
      ['unregistered', 0, 20_000],
      ['footage', 20_000, 80_000],
      ['unregistered', 80_000, 100_000],
    ]);
  });

  it('always covers the span exactly, in order, touching, without equal neighbours', () => {
    const time = fc.integer({ min: 0, max: 50_000 });
    const span = fc.tuple(time, fc.integer({ min: 1, max: 9_000 }));
    const input = fc.record({
      footage: fc.array(fc.tuple(span, fc.boolean(), fc.boolean()), { maxLength: 12 }),
      gaps: fc.array(span, { maxLength: 12 }),
      bounds: fc.tuple(time, fc.integer({ min: 1, max: 60_000 })),
      now: time,
      life: fc.tuple(time, fc.option(time)),
      since: time,
      state: fc.constantFrom('starting', 'recording', 'retrying', 'refused', 'disabled'),
      online: fc.boolean(),
      caughtUp: fc.boolean(),
    });
    fc.assert(
      fc.property(input, (given) => {
        const pieces = given.footage
          .map(([[start, length], sealed, first]) =>
            footage(start, start + length, first ? captureA : captureB, sealed),
          )
          .sort((a, b) => a.startUtcMs - b.startUtcMs);
        const from = utcMs(given.bounds[0]);
        const to = utcMs(given.bounds[0] + given.bounds[1]);
        const spans = spansOf({
          footage: pieces.filter((piece) => piece.startUtcMs < to && piece.endUtcMs > from),
          gaps: given.gaps
            .map(([start, length]) => ({
              fromUtcMs: utcMs(start),
              toUtcMs: utcMs(start + length),
              cause: 'camera-closed' as const,
            }))
            .sort((a, b) => a.fromUtcMs - b.fromUtcMs),
          from,
          to,
          now: utcMs(given.now),
          source: {
            registeredAt: utcMs(given.life[0]),
            retiredAt: given.life[1] === null ? undefined : utcMs(given.life[1]),
            state: given.state,
            since: utcMs(given.since),
            recorderOnline: given.online,
            recorderCaughtUp: given.caughtUp,
          },
        });
        expect(spans[0]?.from).toBe(from);
        expect(spans.at(-1)?.to).toBe(to);
        for (const [index, one] of spans.entries()) {
          expect(one.to).toBeGreaterThan(one.from);
          const next = spans[index + 1];
          if (next === undefined) continue;
          expect(next.from).toBe(one.to);
          expect([next.kind, next.sealed, next.cause]).not.toEqual([one.kind, one.sealed, one.cause]);
        }
        for (const piece of pieces) {
          const middle = (piece.startUtcMs + piece.endUtcMs) / 2;
          if (middle < from || middle >= to) continue;
          expect(spans.find((one) => one.from <= middle && one.to > middle)?.kind).toBe('footage');
        }
      }),
      { numRuns: 2000 },
    );
  });
});
