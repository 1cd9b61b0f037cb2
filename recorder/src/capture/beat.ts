/**
 * One timer for everything that is looked after several times a second, however many devices there are. Waking up is
 * what costs: a hundred timers of their own would wake the process as often, and write to the disk one at a time.
 */
export class Beat {
  readonly #everyMs: number;
  readonly #listeners = new Set<() => void>();
  #timer: NodeJS.Timeout | undefined;

  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  /** Calls `listener` at every beat until the returned function is called. Nothing runs while nobody listens. */
  each(listener: () => void): () => void {
    this.#listeners.add(listener);
    this.#timer ??= setInterval(() => {
      for (const each of this.#listeners) each();
    }, this.#everyMs);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    };
  }
}
