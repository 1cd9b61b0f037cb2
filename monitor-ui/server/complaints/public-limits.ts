import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { ProblemCode } from '@minhbach/shared/protocol';
import { ProblemError } from '../problem/index.ts';

/** What one address may do in an hour without signing in. An office shares one address: the limits allow for that. */
export interface PublicLimits {
  readonly complaintsPerHour: number;
  /** Wrong receipt codes. */
  readonly wrongCodesPerHour: number;
}

const hourS = 3_600;

/** Counts in this process's memory, by address; nothing of it is stored. */
export class PublicGate {
  readonly #complaints: RateLimiterMemory;
  readonly #codes: RateLimiterMemory;
  readonly #files: RateLimiterMemory;
  readonly #told: RateLimiterMemory;

  constructor(limits: PublicLimits) {
    this.#complaints = new RateLimiterMemory({ points: limits.complaintsPerHour, duration: hourS });
    this.#codes = new RateLimiterMemory({ points: limits.wrongCodesPerHour, duration: hourS });
    this.#files = new RateLimiterMemory({ points: limits.complaintsPerHour * 5, duration: hourS });
    this.#told = new RateLimiterMemory({ points: 1, duration: hourS });
  }

  /** Rejects with 429 `too-many-complaints`; `limited` is then called at most once an hour for each address. */
  async complaint(address: string, limited: () => void): Promise<void> {
    await this.#count(this.#complaints, address, 'too-many-complaints').catch(async (error: unknown) => {
      if (
        await this.#told.consume(address).then(
          () => true,
          () => false,
        )
      )
        limited();
      throw error;
    });
  }

  file(address: string): Promise<void> {
    return this.#count(this.#files, address, 'too-many-files');
  }

  /** Counted before the code is looked at, and given back when it was right. */
  async code<Found>(address: string, look: () => Found | undefined): Promise<Found | undefined> {
    await this.#count(this.#codes, address, 'too-many-attempts');
    const found = look();
    if (found !== undefined) await this.#codes.reward(address);
    return found;
  }

  async #count(limiter: RateLimiterMemory, address: string, code: ProblemCode): Promise<void> {
    try {
      await limiter.consume(address);
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      const seconds = Math.max(1, Math.ceil(error.msBeforeNext / 1000));
      throw new ProblemError(
        429,
        code,
        `Too much came from this network; try again in ${Math.ceil(seconds / 60)} minutes, or call the hotline.`,
        {
          params: { seconds, minutes: Math.ceil(seconds / 60) },
          headers: { 'Retry-After': String(seconds) },
        },
      );
    }
  }
}
