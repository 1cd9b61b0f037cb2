import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  dayMs,
  follow,
  hourMs,
  nearestStep,
  spanOf,
  timeAt,
  xOf,
  zoomBy,
  zoomTo,
  type Viewport,
} from './viewport.ts';

const start = Date.UTC(2026, 10, 22, 2);
const view: Viewport = { fromMs: start, toMs: start + hourMs, widthPx: 1200 };

describe('viewport', () => {
  it('maps time to pixels and back', () => {
    expect(xOf(view, start + hourMs / 2)).toBe(600);
    fc.assert(
      fc.property(fc.double({ min: -5000, max: 5000, noNaN: true }), (xPx) => {
        expect(xOf(view, timeAt(view, xPx))).toBeCloseTo(xPx, 3);
      }),
    );
  });

  it('keeps what is under the pointer there while zooming', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 50, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (factor, share) => {
          const anchorMs = start + share * hourMs;
          const zoomed = zoomBy(view, factor, anchorMs);
          expect(xOf(zoomed, anchorMs)).toBeCloseTo(share * 1200, 2);
        },
      ),
    );
  });

  it('stays between a second and a day', () => {
    expect(spanOf(zoomBy(view, 1e-9, start))).toBe(1000);
    expect(spanOf(zoomBy(view, 1e9, start))).toBe(dayMs);
  });

  it('turns the page when the playhead leaves, and only then', () => {
    expect(follow(view, start + hourMs / 2)).toBe(view);
    expect(xOf(follow(view, start + hourMs + 1), start + hourMs + 1)).toBeCloseTo(120, 3);
    expect(xOf(follow(view, start - 1), start - 1)).toBeCloseTo(1080, 3);
  });

  it('names the step nearest to what is shown', () => {
    expect(nearestStep(view)).toBe('hour');
    expect(nearestStep(zoomTo(view, 30_000, start))).toBe('minute');
    expect(nearestStep(zoomTo(view, 10 * hourMs, start))).toBe('day');
    expect(nearestStep(zoomTo(view, 1000, start))).toBe('second');
  });
});
