import { describe, expect, it } from '@jest/globals';
import { LeadControl } from './lead-control.ts';
import { SoundSteering } from './sound-steering.ts';

const settings = { aimS: 0.12, windowSamples: 5, jumpAboveS: 0.7, startingSamples: 30 };
function sampled(leadsS: readonly number[], control = new LeadControl(settings)) {
  const decisions = leadsS.map((leadS) => control.sample(leadS));
  return { control, last: decisions.at(-1) };
}
const rateOf = (decision: ReturnType<LeadControl['sample']> | undefined) =>
  decision?.kind === 'rate' ? decision.rate : Number.NaN;

describe('LeadControl', () => {
  it('leaves the rate alone near its aim', () => {
    expect(rateOf(sampled([0.13, 0.09, 0.14, 0.1, 0.12]).last)).toBe(1);
  });

  it('goes by the smallest lead: one large fragment does not hurry it', () => {
    expect(rateOf(sampled([0.12, 0.5, 0.6, 0.5, 0.6]).last)).toBe(1);
    expect(rateOf(sampled([0.5, 0.5, 0.6, 0.5, 0.6]).last)).toBeGreaterThan(1.02);
  });

  it('counts what was seen before as it would be seen now, after playing slower or faster', () => {
    const { control } = sampled([0.12, 0.12, 0.12, 0.12]);
    expect(rateOf(control.sample(0.32, 0.2))).toBeGreaterThan(1.1);
    expect(control.smallestS).toBeCloseTo(0.32, 6);
    expect(rateOf(control.sample(0.12, -0.2))).toBe(1);
  });

  it('leaves one late piece to whoever bridges it, and allows for two', () => {
    const long = () => new LeadControl({ ...settings, windowSamples: 20 });
    const calm = Array<number>(12).fill(0.12);
    expect(rateOf(sampled([...calm, 0.01, 0.12], long()).last)).toBe(1);
    expect(rateOf(sampled([...calm, 0.01, 0.12, 0.01], long()).last)).toBeLessThan(1);
  });

  it('slows down only when about to run dry, and jumps only when far behind', () => {
    expect(rateOf(sampled([0.12, 0.01, 0.12]).last)).toBeLessThan(1);
    expect(sampled([0.9, 0.9, 0.9, 0.9]).last?.kind).toBe('rate');
    expect(sampled([0.9, 0.9, 0.9, 0.9, 0.9]).last).toEqual({ kind: 'jump' });
  });

  it('aims wider after a stall, not after one while starting, and narrower again in calm', () => {
    const { control } = sampled([0.12]);
    control.stalled();
    expect(control.targetS).toBeCloseTo(0.12, 6);
    sampled(Array<number>(40).fill(0.12), control);
    control.stalled();
    expect(control.targetS).toBeCloseTo(0.14, 6);
    sampled(Array<number>(1600).fill(0.14), control);
    expect(control.targetS).toBeCloseTo(0.12, 6);
  });
});

/** Sound with `spareS` more in its buffer than it needs. */
function soundLead(spareS: number): LeadControl {
  return sampled(Array<number>(5).fill(0.12 + spareS)).control;
}
function steer(offsetMs: number, spareS: number, inStep: boolean, steps = 1) {
  const steering = new SoundSteering();
  const lead = soundLead(spareS);
  let decision = steering.decide(offsetMs, lead, inStep);
  for (let step = 1; step < steps; step += 1) decision = steering.decide(offsetMs, lead, inStep);
  return decision;
}

describe('SoundSteering', () => {
  it('hurries gently when behind and there is something to spare', () => {
    expect(steer(200, 0.2, false)).toMatchObject({ kind: 'steer', pictureExtraS: 0 });
    const decision = steer(200, 0.2, false);
    expect(decision.kind === 'steer' && decision.rate > 1 && decision.rate <= 1.05).toBe(true);
  });

  it('does not hurry into an empty buffer', () => {
    expect(steer(200, 0, false)).toMatchObject({ rate: 1 });
  });

  it('waits when ahead', () => {
    const decision = steer(-200, 0, false);
    expect(decision.kind === 'steer' && decision.rate < 1 && decision.rate >= 0.95).toBe(true);
  });

  it('asks the picture to wait only in step, and never for more than 0.4 s', () => {
    expect(steer(300, 0, false, 50)).toMatchObject({ pictureExtraS: 0 });
    const decision = steer(300, 0, true, 500);
    expect(decision).toMatchObject({ pictureExtraS: 0.4 });
  });

  it('seeks only above a second', () => {
    expect(steer(950, 0, false).kind).toBe('steer');
    expect(steer(1100, 0, false).kind).toBe('seek');
  });
});
