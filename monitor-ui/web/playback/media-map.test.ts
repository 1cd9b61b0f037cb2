import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { placeUtc, unbrokenEnd, utcOfMedia, type MediaPiece } from './media-map.ts';

const t0 = Date.UTC(2026, 10, 22, 2);
/** Two minutes, a hole of 4 s, another minute: media time runs on, the wall clock jumps. */
const pieces: MediaPiece[] = [
  { start: 0, duration: 60, programDateTime: t0 },
  { start: 60, duration: 60, programDateTime: t0 + 60_003 },
  { start: 120, duration: 60, programDateTime: t0 + 124_003 },
];

describe('the map between media time and the wall clock', () => {
  it('follows the date of each piece', () => {
    expect(utcOfMedia(pieces, 30)).toBe(t0 + 30_000);
    expect(utcOfMedia(pieces, 60)).toBe(t0 + 60_003);
    expect(utcOfMedia(pieces, 121)).toBe(t0 + 125_003);
    expect(utcOfMedia(pieces, 400)).toBeUndefined();
    expect(utcOfMedia([], 1)).toBeUndefined();
  });

  it('finds a hole and its ends', () => {
    expect(placeUtc(pieces, t0 + 122_000)).toEqual({
      kind: 'gap',
      previousEndMs: t0 + 120_003,
      nextStartMs: t0 + 124_003,
    });
    expect(placeUtc(pieces, t0 - 5000)).toEqual({ kind: 'gap', nextStartMs: t0 });
    expect(placeUtc(pieces, t0 + 900_000)).toEqual({ kind: 'gap', previousEndMs: t0 + 184_003 });
    expect(placeUtc([], t0)).toEqual({ kind: 'gap' });
  });

  it('takes a rounding seam for footage', () => {
    expect(placeUtc(pieces, t0 + 60_001)).toEqual({ kind: 'at', mediaS: 59.999 });
  });

  it('is its own inverse within footage', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 59_998 }), fc.integer({ min: 0, max: 2 }), (intoMs, index) => {
        const utcMs = (pieces[index]?.programDateTime ?? 0) + intoMs;
        const placement = placeUtc(pieces, utcMs);
        expect(placement.kind === 'at' && utcOfMedia(pieces, placement.mediaS)).toBeCloseTo(utcMs, 1);
      }),
    );
  });

  it('knows how long footage goes on without a break', () => {
    expect(unbrokenEnd(pieces, t0 + 5000)).toBe(t0 + 120_003);
    expect(unbrokenEnd(pieces, t0 + 125_000)).toBe(t0 + 184_003);
    expect(unbrokenEnd(pieces, t0 + 122_000)).toBeUndefined();
  });
});
