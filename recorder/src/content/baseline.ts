/** How much of what is new goes into what is usual: a scene's own changes are followed within a minute or so. */
const share = 0.1;

/** What is usual for a quantity above 0: its geometric mean, the older the less. */
export class Baseline {
  #log: number | undefined;

  get value(): number | undefined {
    return this.#log === undefined ? undefined : Math.exp(this.#log);
  }

  learn(value: number): void {
    const log = Math.log(Math.max(1, value));
    this.#log = this.#log === undefined ? log : this.#log + share * (log - this.#log);
  }

  /** From now on this is usual. */
  adopt(value: number): void {
    this.#log = Math.log(Math.max(1, value));
  }
}
