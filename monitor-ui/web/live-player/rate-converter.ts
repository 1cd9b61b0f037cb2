/** Plays samples faster or slower by reading between them, without a seam from one piece to the next. */
export class RateConverter {
  #last: readonly number[] = [];
  /** Where the next sample to make lies, counted from the first of the next piece; the one before it is -1. */
  #at = 0;

  /** One piece, a row per channel, at `rate` (1 plays as it is). */
  convert(channels: readonly Float32Array<ArrayBuffer>[], rate: number): Float32Array<ArrayBuffer>[] {
    const length = channels[0]?.length ?? 0;
    if (rate === 1 && this.#at === 0) {
      this.#keepLast(channels);
      return [...channels];
    }
    // What lies after the last sample waits for the next piece.
    const made = Math.max(0, Math.floor((length - 1 - this.#at) / rate) + 1);
    const converted = channels.map((samples, channel) => {
      const before = this.#last[channel] ?? samples[0] ?? 0;
      const out = new Float32Array(made);
      for (let index = 0; index < made; index += 1) {
        const at = this.#at + index * rate;
        const whole = Math.floor(at);
        const left = whole < 0 ? before : (samples[whole] ?? 0);
        out[index] = left + ((samples[whole + 1] ?? left) - left) * (at - whole);
      }
      return out;
    });
    this.#at += made * rate - length;
    this.#keepLast(channels);
    return converted;
  }

  forget(): void {
    this.#last = [];
    this.#at = 0;
  }

  #keepLast(channels: readonly Float32Array[]): void {
    this.#last = channels.map((samples) => samples.at(-1) ?? 0);
  }
}
