import { describe, expect, it } from '@jest/globals';
import { steppedMediaS } from './step.ts';

describe('a step by frames', () => {
  it('goes to the middle of the next or the previous frame', () => {
    expect(steppedMediaS(10.01, 10, 0.04, 1)).toBeCloseTo(10.06);
    expect(steppedMediaS(10.039, 10, 0.04, -1)).toBeCloseTo(9.98);
  });

  it('goes on from where the element was sent when the frame there has not been told of yet', () => {
    const once = steppedMediaS(10.01, 10, 0.04, 1);
    expect(steppedMediaS(once, 10, 0.04, 1)).toBeCloseTo(10.1);
    expect(steppedMediaS(once, 10, 0.04, -1)).toBeCloseTo(10.02);
  });

  it('takes the position alone before any frame was told of, and stops at the start', () => {
    expect(steppedMediaS(10.01, undefined, 0.04, 1)).toBeCloseTo(10.05);
    expect(steppedMediaS(0.01, 0, 0.04, -1)).toBe(0);
  });
});
