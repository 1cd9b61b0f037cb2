import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { ProblemError } from '../problem/index.ts';

/** Links that open nothing, from one address within a quarter of an hour, before it is told to wait. */
const wrongPerAddress = 30;
const windowSeconds = 900;

/** Counts in this process's memory, by address; nothing of it is stored. */
export class LinkGuesses {
  readonly #wrong = new RateLimiterMemory({ points: wrongPerAddress, duration: windowSeconds });

  /** Rejects with 429 after too many. */
  async count(address: string): Promise<void> {
    try {
      await this.#wrong.consume(address);
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      const seconds = Math.max(1, Math.ceil(error.msBeforeNext / 1000));
      throw new ProblemError(429, 'too-many-attempts', `Too many wrong links; try again in ${seconds} s.`, {
        params: { seconds },
        headers: { 'Retry-After': String(seconds) },
      });
    }
  }
}
