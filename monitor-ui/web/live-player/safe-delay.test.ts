import { describe, expect, it } from '@jest/globals';
import { SafeDelay } from './safe-delay.ts';

/** One piece every 128 ms, each ready so late. */
function learnt(readyMs: readonly number[], delay = new SafeDelay(), fromMs = 0): SafeDelay {
  for (const [index, ready] of readyMs.entries()) delay.learn(ready, fromMs + index * 128);
  return delay;
}

describe('SafeDelay', () => {
  it('is a little more than the latest piece needed', () => {
    expect(new SafeDelay().ms).toBeUndefined();
    expect(learnt([300]).ms).toBe(340);
    expect(learnt([300, 305, 310]).ms).toBeGreaterThanOrEqual(340);
  });

  it('allows for part of one hiccup, and for all of it when it goes on', () => {
    expect(learnt([300, 500]).ms).toBe(440);
    expect(learnt([300, 500, 500, 500, 500, 500, 500]).ms).toBe(540);
  });

  it('comes down slowly, and no farther than needed', () => {
    const delay = learnt([300, 500]);
    learnt(Array<number>(79).fill(300), delay, 256);
    expect(delay.ms).toBeGreaterThan(390);
    expect(delay.ms).toBeLessThan(410);
    learnt(Array<number>(500).fill(300), delay, 256 + 79 * 128);
    expect(delay.ms).toBe(340);
  });

  it('does not stay late for long because a page was slow to begin', () => {
    const delay = learnt([1500, 1500, 1500]);
    learnt(Array<number>(70).fill(300), delay, 384);
    expect(delay.ms).toBeGreaterThan(340);
    expect(delay.ms).toBeLessThan(470);
  });
});
