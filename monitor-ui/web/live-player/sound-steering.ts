import type { LeadControl } from './lead-control.ts';

export type SoundDecision =
  | { readonly kind: 'seek' }
  | { readonly kind: 'steer'; readonly rate: number; readonly pictureExtraS: number };

/** Beyond this the ear hears a jump less than a long hurry. */
const reseekAboveMs = 1000;
const deadBandMs = 25;
const smoothing = 0.25;
const largestExtraS = 0.4;

/**
 * Makes the sound follow the picture's place on the wall clock by rate alone. `offsetMs` is how far the sound is
 * behind the picture (negative: ahead). With `inStep` the picture is asked to wait for sound that cannot come earlier.
 */
export class SoundSteering {
  #offsetMs: number | undefined;
  #extraS = 0;

  forget(): void {
    this.#offsetMs = undefined;
  }

  /** Smoothed lag of the sound behind the picture. */
  get offsetMs(): number | undefined {
    return this.#offsetMs;
  }

  decide(offsetMs: number, lead: LeadControl, inStep: boolean): SoundDecision {
    const before = this.#offsetMs ?? offsetMs;
    const smoothMs = before + (offsetMs - before) * smoothing;
    this.#offsetMs = smoothMs;
    const leadS = lead.smallestS ?? 0;
    const spareS = leadS - lead.targetS;
    if (Math.abs(smoothMs) > reseekAboveMs) {
      this.forget();
      return { kind: 'seek' };
    }
    return {
      kind: 'steer',
      rate: rateFor(smoothMs, leadS, spareS, lead.targetS),
      pictureExtraS: this.#extra(smoothMs, spareS, inStep),
    };
  }

  /** What is left of the lag after the sound has used up all it may hurry. */
  #extra(offsetMs: number, spareS: number, inStep: boolean): number {
    if (!inStep) this.#extraS = 0;
    else {
      const missingS = offsetMs / 1000 - spareS;
      if (Math.abs(missingS) > 0.03) this.#extraS += Math.max(-0.01, Math.min(0.04, missingS * 0.2));
      this.#extraS = Math.max(0, Math.min(largestExtraS, this.#extraS));
    }
    return this.#extraS;
  }
}

function rateFor(offsetMs: number, leadS: number, spareS: number, targetS: number): number {
  if (leadS < targetS * 0.35) return 0.97;
  if (offsetMs > deadBandMs) {
    if (spareS <= 0.01) return 1;
    return 1 + Math.min(offsetMs > 250 ? 0.08 : 0.05, 0.01 + Math.min(offsetMs / 1000, spareS) * 0.35);
  }
  if (offsetMs < -deadBandMs) return Math.max(0.95, 1 + (offsetMs / 1000) * 0.3);
  return 1;
}
