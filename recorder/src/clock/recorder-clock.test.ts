import { describe, expect, it } from '@jest/globals';
import type { Clock } from '@minhbach/shared/clock';
import { utcMs } from '@minhbach/shared/units-of-measure';
import { RecorderClock } from './index.ts';

/** Both clocks moved by hand. */
class HandClock implements Clock {
  wall = 1_700_000_000_000;
  monotonic = 5_000;
  wallNow = () => utcMs(this.wall);
  monotonicNowMs = () => this.monotonic;
  sleep = async () => {};
  pass(ms: number, wallMs = ms) {
    this.monotonic += ms;
    this.wall += wallMs;
  }
}

function after(seconds: number, hand: HandClock, clock: RecorderClock, wallMs = 1000) {
  const steps = [];
  let before = clock.nowMs();
  for (let second = 0; second < seconds; second += 1) {
    hand.pass(1000, wallMs);
    const step = clock.check();
    if (step !== undefined) steps.push(step);
    expect(clock.nowMs()).toBeGreaterThan(before);
    before = clock.nowMs();
  }
  return steps;
}

describe('RecorderClock', () => {
  it('follows a corrected wall clock slowly', () => {
    const hand = new HandClock();
    const clock = new RecorderClock(hand);
    hand.wall += 400;
    expect(after(60, hand, clock)).toEqual([]);
    expect(clock.errorMs).toBeGreaterThan(360);
    after(800, hand, clock);
    expect(clock.errorMs).toBe(0);
    expect(clock.now()).toBe(hand.wall);
  });

  it('takes over a step forward once it is sure, and says so once', () => {
    const hand = new HandClock();
    const clock = new RecorderClock(hand);
    hand.wall += 3_600_000;
    const steps = after(30, hand, clock);
    expect(steps).toEqual([{ stepMs: 3_600_000, monotonicMs: 8_000, adopted: true }]);
    expect(clock.now()).toBe(hand.wall);
  });

  it('does not live an hour twice: a step back is told and stated as error, not taken over', () => {
    const hand = new HandClock();
    const clock = new RecorderClock(hand);
    hand.wall -= 3_600_000;
    const steps = after(600, hand, clock);
    expect(steps).toHaveLength(1);
    expect(steps[0]).toMatchObject({ adopted: false });
    expect(clock.errorMs).toBeGreaterThan(3_590_000);
  });

  it.each([-1_000, -1_003, 1_000])(
    'lives through a leap second of %d ms at its own pace, and is right again',
    (leapMs) => {
      const hand = new HandClock();
      const clock = new RecorderClock(hand);
      hand.wall += leapMs;
      let before = clock.nowMs();
      for (let second = 0; second < 2_100; second += 1) {
        hand.pass(1_000);
        const step = clock.check();
        if (second === 0) expect(clock.errorMs).toBeGreaterThanOrEqual(1_000);
        // Told, if the clock was read when it was more than a second off; never followed.
        if (step !== undefined) expect(step.adopted).toBe(false);
        expect(Math.abs(clock.nowMs() - before - 1_000)).toBeLessThanOrEqual(0.501);
        before = clock.nowMs();
      }
      expect(clock.errorMs).toBe(0);
      expect(clock.now()).toBe(hand.wall);
    },
  );

  it('starts no earlier than what is already accounted for', () => {
    const hand = new HandClock();
    const clock = new RecorderClock(hand, utcMs(hand.wall + 50_000));
    expect(clock.now()).toBe(hand.wall + 50_000);
    expect(clock.errorMs).toBe(50_000);
  });
});
