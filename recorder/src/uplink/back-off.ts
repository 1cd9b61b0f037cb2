/**
 * Waiting times between attempts: each up to twice as long as the one before, half of it by chance, so that a monitor
 * coming back is not met by all its recorders in the same instant.
 */
export class BackOff {
  readonly #firstMs: number;
  readonly #maxMs: number;
  readonly #random: () => number;
  #attempts = 0;

  constructor(of: { readonly firstMs: number; readonly maxMs: number; readonly random?: () => number }) {
    this.#firstMs = of.firstMs;
    this.#maxMs = of.maxMs;
    this.#random = of.random ?? Math.random;
  }

  nextMs(): number {
    const fullMs = Math.min(this.#maxMs, this.#firstMs * 2 ** Math.min(this.#attempts, 30));
    this.#attempts += 1;
    return Math.round(fullMs * (0.5 + this.#random() / 2));
  }

  reset(): void {
    this.#attempts = 0;
  }
}
