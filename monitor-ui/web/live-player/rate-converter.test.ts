import { describe, expect, it } from '@jest/globals';
import { RateConverter } from './rate-converter.ts';

/** A straight line in pieces: what comes out must be a straight line, whatever the seams. */
function ramp(from: number, length: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length }, (_, index) => from + index);
}
function converted(rates: readonly number[], length = 1024): number[] {
  const converter = new RateConverter();
  return rates.flatMap((rate, piece) => [
    ...(converter.convert([ramp(piece * length, length)], rate)[0] ?? []),
  ]);
}

describe('RateConverter', () => {
  it('leaves samples alone at rate 1', () => {
    expect(converted([1, 1])).toEqual([...ramp(0, 2048)]);
  });

  it.each([0.97, 0.991, 1.004, 1.03])('has no seam between pieces at %d', (rate) => {
    const out = converted(Array<number>(6).fill(rate));
    expect(out.length).toBeCloseTo((6 * 1024) / rate, -1);
    for (let index = 1; index < out.length; index += 1)
      expect((out[index] ?? 0) - (out[index - 1] ?? 0)).toBeCloseTo(rate, 2);
  });

  it('has no seam where the rate changes either', () => {
    const out = converted([1, 1.02, 1, 0.98, 1]);
    for (let index = 1; index < out.length; index += 1) {
      const step = (out[index] ?? 0) - (out[index - 1] ?? 0);
      expect(step).toBeGreaterThan(0.97);
      expect(step).toBeLessThan(1.03);
    }
  });

  it('treats all channels alike', () => {
    const [left, right] = new RateConverter().convert([ramp(0, 512), ramp(7, 512)], 1.01);
    expect(right).toHaveLength(left?.length ?? 0);
    for (const [index, sample] of (right ?? []).entries())
      expect(sample - (left?.[index] ?? 0)).toBeCloseTo(7, 3);
  });
});
