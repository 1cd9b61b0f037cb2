import { describe, expect, it } from '@jest/globals';
import { steer } from './steering.ts';

/** Plays `seconds` of a steered element whose own clock is off by `ppm`, starting `aheadMs` away. */
function settle(aheadMs: number, rate: number, seconds: number, ppm = 0): number {
  let ahead = aheadMs;
  for (let elapsedMs = 0; elapsedMs < seconds * 1000; elapsedMs += 16) {
    const steering = steer(ahead, rate);
    if (steering.kind === 'seek') return Number.NaN;
    ahead += 16 * (steering.rate * (1 + ppm / 1e6) - rate);
  }
  return ahead;
}

describe('steering an element to the clock', () => {
  it.each([250, -250, 100, -100, 45])('brings %i ms within 40 ms in 4 s', (aheadMs) => {
    expect(Math.abs(settle(aheadMs, 1, 4))).toBeLessThan(40);
  });

  it('holds a sound card that runs 500 ppm fast', () => {
    expect(Math.abs(settle(0, 1, 120, 500))).toBeLessThan(20);
  });

  it('leaves alone what is in step and seeks what is lost', () => {
    expect(steer(8, 1.5)).toEqual({ kind: 'rate', rate: 1.5 });
    expect(steer(400, 1)).toEqual({ kind: 'seek' });
    expect(steer(-400, 1)).toEqual({ kind: 'seek' });
  });
});
