import { describe, expect, it } from '@jest/globals';
import { timelineSpanSchema, type TimelineSpan } from '@minhbach/shared/protocol';
import { laneMarks } from './lane-marks.ts';
import { dayMs, minuteMs } from './viewport.ts';

const start = Date.UTC(2026, 10, 22);
const span = (from: number, to: number, rest: object): TimelineSpan =>
  timelineSpanSchema.parse({ from: start + from, to: start + to, ...rest });
const day = { fromMs: start, toMs: start + dayMs, widthPx: 1440 };

describe('laneMarks', () => {
  it('draws a day of sealed minutes as one rectangle', () => {
    const spans = Array.from({ length: 1440 }, (_, minute) =>
      span(minute * minuteMs, (minute + 1) * minuteMs, { kind: 'footage', sealed: true }),
    );
    expect(laneMarks(day, spans)).toEqual([{ look: 'sealed', xPx: 0, widthPx: 1440 }]);
  });

  it('never hides a gap, however short', () => {
    const marks = laneMarks(day, [
      span(0, 5 * minuteMs, { kind: 'footage', sealed: true }),
      span(5 * minuteMs, 5 * minuteMs + 400, { kind: 'gap', cause: 'camera-stalled' }),
      span(5 * minuteMs + 400, dayMs, { kind: 'footage', sealed: true }),
    ]);
    expect(marks.at(-1)).toMatchObject({ look: 'gap', xPx: 5, widthPx: 2 });
  });

  it('an unexplained gap wins over an explained one at the same pixel', () => {
    const marks = laneMarks(day, [
      span(0, 100, { kind: 'gap', explained: true }),
      span(100, 200, { kind: 'gap' }),
      span(200, dayMs, { kind: 'footage', sealed: true }),
    ]);
    expect(marks.filter(({ look }) => look !== 'sealed')).toEqual([
      { look: 'gap', xPx: 0, widthPx: expect.any(Number) },
    ]);
  });

  it('tells sealed, open, pending, explained and unregistered apart and cuts at the edges', () => {
    const marks = laneMarks({ fromMs: start, toMs: start + 500, widthPx: 500 }, [
      span(-100_000, 100, { kind: 'unregistered' }),
      span(100, 200, { kind: 'footage', sealed: true }),
      span(200, 300, { kind: 'gap', explained: true }),
      span(300, 400, { kind: 'footage', sealed: false }),
      span(400, 90_000, { kind: 'pending' }),
    ]);
    expect(marks).toEqual([
      { look: 'unregistered', xPx: 0, widthPx: 100 },
      { look: 'sealed', xPx: 100, widthPx: 100 },
      { look: 'open', xPx: 300, widthPx: 100 },
      { look: 'pending', xPx: 400, widthPx: 100 },
      { look: 'gap-explained', xPx: 200, widthPx: 100 },
    ]);
  });
});
