const windowMs = 60_000;

/**
 * The server's clock as seen from this page. Messages arrive late by an unknown and varying delay, so the least
 * delayed of the last minute is the best reading; this machine's wall clock is never asked.
 */
export class ServerClock {
  #readings: { readonly atMs: number; readonly offsetMs: number }[] = [];

  /** Takes a time the server just said. Cheap enough for every fragment. */
  observe(serverNowMs: number, atMs = performance.now()): void {
    const offsetMs = serverNowMs - atMs;
    const oldest = atMs - windowMs;
    // Kept falling from front to back: the front is always the largest offset, that is the least delay.
    this.#readings = this.#readings.filter(
      (reading) => reading.atMs >= oldest && reading.offsetMs > offsetMs,
    );
    this.#readings.push({ atMs, offsetMs });
  }

  get known(): boolean {
    return this.#readings.length > 0;
  }

  /** Server time in UTC milliseconds at a moment of `performance.now()`; undefined before the first reading. */
  at(performanceMs: number): number | undefined {
    const best = this.#readings[0];
    return best === undefined ? undefined : best.offsetMs + performanceMs;
  }

  now(): number | undefined {
    return this.at(performance.now());
  }
}

export const serverClock = new ServerClock();
