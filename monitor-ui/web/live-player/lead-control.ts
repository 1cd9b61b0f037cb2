export type LeadDecision = { readonly kind: 'jump' } | { readonly kind: 'rate'; readonly rate: number };

/**
 * How far the end of the buffer is ahead of what is shown, looked at just before each append, when it is smallest, and
 * steered by the smallest of a short window: that is what decides between playing on and a stall. One piece that came
 * late in a window is left to whoever bridges it; two are the line as it is.
 */
export interface LeadSettings {
  /** Lead wanted just before an append, in seconds. */
  readonly aimS: number;
  readonly windowSamples: number;
  readonly jumpAboveS: number;
  /** Stalls before so many samples come of starting up and say nothing about the line. */
  readonly startingSamples: number;
  /** So much more than wanted is left alone; 0.03 unless given. */
  readonly slackS?: number;
}

const aimStepS = 0.02;
const largestAimS = 0.4;
/** Every so many samples the aim comes down again a little: about three quarters of a step a minute, so that stalls come no oftener. */
const calmSamples = 50;
const calmStepS = 0.001;

/**
 * Lax on purpose: a tight control re-seeks and stalls. It speeds up gently while there is more in the buffer than
 * needed, slows down only when the buffer is about to run dry, and jumps only when far behind. Every stall widens the
 * aim, calm narrows it again.
 */
export class LeadControl {
  readonly #settings: LeadSettings;
  #samplesS: number[] = [];
  #aimS: number;
  #fragmentS = 0;
  #calm = 0;
  #samplesSinceStart = 0;
  #isHurrying = false;
  /** Wished on top of the aim, to wait for slower sound. */
  extraS = 0;

  constructor(settings: LeadSettings) {
    this.#settings = settings;
    this.#aimS = settings.aimS;
  }

  /** Lead wanted without anything on top. */
  get aimS(): number {
    return this.#aimS;
  }

  /** Lead now wanted just before an append. */
  get targetS(): number {
    return this.#aimS + this.extraS;
  }

  /** Lead to start or to land with, right after an append: the next one is a fragment away. */
  get landingS(): number {
    return this.targetS + this.#fragmentS;
  }

  /** Smallest lead of the window; undefined without samples. */
  get smallestS(): number | undefined {
    return this.#samplesS.length === 0 ? undefined : Math.min(...this.#samplesS);
  }

  /** The longest fragment of late. */
  fragments(longestS: number): void {
    this.#fragmentS = longestS;
  }

  /**
   * To be called with the lead there was just before each append, and how much less was played since the last call than
   * time went by: what was seen earlier would be seen with so much more lead now.
   */
  sample(leadS: number, laggedS = 0): LeadDecision {
    const { windowSamples, jumpAboveS, aimS, slackS = 0.03 } = this.#settings;
    if (laggedS !== 0) this.#samplesS = this.#samplesS.map((sampleS) => sampleS + laggedS);
    this.#samplesS.push(leadS);
    if (this.#samplesS.length > windowSamples) this.#samplesS.shift();
    this.#calm += 1;
    this.#samplesSinceStart += 1;
    if (this.#calm % calmSamples === 0) this.#aimS = Math.max(aimS, this.#aimS - calmStepS);
    const smallestS = secondSmallest(this.#samplesS);
    if (this.#samplesS.length >= Math.min(5, windowSamples) && smallestS > jumpAboveS + this.extraS) {
      return { kind: 'jump' };
    }
    const lowS = this.targetS - (this.extraS > 0 ? 0.05 : this.#aimS * 0.6);
    // Once hurrying it goes all the way: else it would rest at the far edge of what is tolerated. Far behind it may be
    // seen to hurry, for a second or two: what is now on the wall matters more than how fast it moves.
    this.#isHurrying = smallestS > this.targetS + (this.#isHurrying ? 0.005 : slackS);
    if (this.#isHurrying) {
      return { kind: 'rate', rate: 1 + Math.min(0.2, 0.03 + (smallestS - this.targetS) * 0.6) };
    }
    if (smallestS < lowS) return { kind: 'rate', rate: 1 - Math.min(0.1, 0.03 + (lowS - smallestS) * 0.2) };
    return { kind: 'rate', rate: 1 };
  }

  /** After a jump or a seek the past says nothing. */
  forget(): void {
    this.#samplesS = [];
  }

  started(): void {
    this.#samplesSinceStart = 0;
    this.forget();
  }

  stalled(): void {
    if (this.#samplesSinceStart < this.#settings.startingSamples) return;
    this.#calm = 0;
    this.#aimS = Math.min(largestAimS, this.#aimS + aimStepS);
  }
}

/** The smallest of few, the second smallest of more. */
function secondSmallest(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[values.length < 10 ? 0 : 1] ?? Number.POSITIVE_INFINITY;
}
