import { describe, expect, it } from '@jest/globals';
import { PieceTimes } from './piece-times.ts';

const frameUs = 64_000;

/** Index of the frame that each output is taken for. */
function taken(asked: readonly number[], given: readonly number[]): (number | undefined)[] {
  const times = new PieceTimes();
  for (const [index, timestampUs] of asked.entries())
    times.asked({ timestampUs, capturedAtMs: index, isTelling: index === 0 });
  return given.map((timestampUs) => times.given(timestampUs, frameUs)?.capturedAtMs);
}
const frames = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe('PieceTimes', () => {
  it('takes outputs in order, whatever rounding does', () => {
    const asked = frames(5).map((index) => index * frameUs);
    expect(taken(asked, asked)).toEqual([0, 1, 2, 3, 4]);
    expect(
      taken(
        asked,
        asked.map((us, index) => us + (index % 2 === 0 ? 3 : -3)),
      ),
    ).toEqual([0, 1, 2, 3, 4]);
  });

  it('follows a decoder that counts samples while the capture clock is bent, for an hour and more', () => {
    const asked = frames(60_000).map((index) => Math.round(index * frameUs * 1.0005));
    const counted = frames(60_000).map((index) => index * frameUs);
    expect(taken(asked, counted)).toEqual(frames(60_000));
  });

  it('follows over a hole, both where the decoder counts on and where it passes times through', () => {
    const asked = [0, 1, 2, 50, 51, 52].map((index) => index * frameUs);
    expect(
      taken(
        asked,
        frames(6).map((index) => index * frameUs),
      ),
    ).toEqual([0, 1, 2, 3, 4, 5]);
    expect(taken(asked, asked)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('passes over frames that gave nothing', () => {
    const asked = frames(5).map((index) => index * frameUs);
    expect(taken(asked, [asked[1] ?? 0, asked[2] ?? 0, asked[4] ?? 0])).toEqual([1, 2, 4]);
  });

  it('knows nothing of output that nobody asked for', () => {
    expect(taken([], [0])).toEqual([undefined]);
  });
});
