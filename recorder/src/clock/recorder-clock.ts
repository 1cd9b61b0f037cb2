import type { Clock } from '@minhbach/shared/clock';
import { utcMs, type UtcMs } from '@minhbach/shared/units-of-measure';

/** Corrections to a running clock go no faster than this, so that durations stay true to 0.05 %. */
export const maxSlewPpm = 500;
/** The machine's wall clock is followed by slewing up to here; beyond, it has been set, not corrected. */
const stepThresholdMs = 1_000;
/** A step must be seen this often in a row, so that one odd reading moves nothing. */
const stepConfirmations = 3;

export interface ClockStep {
  /** Wall clock minus this clock when the step was noticed. */
  readonly stepMs: number;
  readonly monotonicMs: number;
  /** Forward steps are taken over; backward ones are not, since that time is already told of. */
  readonly adopted: boolean;
}

/**
 * The recorder's time: monotonic time tied to the wall clock. It never runs backwards and is never set back, so that
 * no second is recorded twice; a clock set forward is followed in one jump, which the caller must show as a gap.
 */
export class RecorderClock {
  #clock: Clock;
  #offsetMs: number;
  #checkedAtMs: number;
  #divergenceMs = 0;
  #suspectedMs = 0;
  #suspicions = 0;
  #told: number | undefined;

  /** `notBefore`: up to where time is already accounted for; a wall clock that says less is not believed. */
  constructor(clock: Clock, notBefore: UtcMs = utcMs(0)) {
    this.#clock = clock;
    this.#checkedAtMs = clock.monotonicNowMs();
    this.#offsetMs = Math.max(clock.wallNow(), notBefore) - this.#checkedAtMs;
    this.#divergenceMs = clock.wallNow() - this.nowMs();
  }

  /** UTC milliseconds with their fraction. */
  nowMs(): number {
    return this.#clock.monotonicNowMs() + this.#offsetMs;
  }

  now(): UtcMs {
    return utcMs(this.nowMs());
  }

  /** How far this clock is known to be from the machine's wall clock. */
  get errorMs(): number {
    return Math.ceil(Math.abs(this.#divergenceMs));
  }

  /** To be called about once a second. Answers a step once, when it is sure of it. */
  check(): ClockStep | undefined {
    const monotonicMs = this.#clock.monotonicNowMs();
    const elapsedMs = monotonicMs - this.#checkedAtMs;
    this.#checkedAtMs = monotonicMs;
    this.#divergenceMs = this.#clock.wallNow() - this.nowMs();
    const slewMs = (elapsedMs * maxSlewPpm) / 1e6;
    if (Math.abs(this.#divergenceMs) <= stepThresholdMs) {
      this.#suspicions = 0;
      this.#told = undefined;
      this.#offsetMs += Math.max(-slewMs, Math.min(slewMs, this.#divergenceMs));
      return undefined;
    }
    if (this.#divergenceMs < 0) this.#offsetMs -= slewMs;
    const steady = Math.abs(this.#divergenceMs - this.#suspectedMs) < stepThresholdMs;
    this.#suspicions = steady ? this.#suspicions + 1 : 1;
    this.#suspectedMs = this.#divergenceMs;
    if (this.#suspicions < stepConfirmations) return undefined;
    const adopted = this.#divergenceMs > 0;
    if (
      !adopted &&
      this.#told !== undefined &&
      Math.abs(this.#told - this.#divergenceMs) < stepThresholdMs * 60
    ) {
      return undefined;
    }
    const step = { stepMs: Math.round(this.#divergenceMs), monotonicMs: Math.round(monotonicMs), adopted };
    this.#told = this.#divergenceMs;
    if (adopted) {
      this.#offsetMs += this.#divergenceMs;
      this.#divergenceMs = 0;
      this.#told = undefined;
    }
    this.#suspicions = 0;
    return step;
  }
}
