import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Person } from '@minhbach/shared/protocol';
import { ProblemError } from '../problem/index.ts';
import { isPassword } from './password-hash.ts';
import type { People } from './people.ts';

export interface SignInLimits {
  /** Wrong passwords for one account, and from one address, within the window. */
  readonly perAccount: number;
  readonly perAddress: number;
  readonly windowMs: number;
}

/** Names and passwords to people. Failures are counted, successes are not. */
export class SignIn {
  readonly #people: People;
  readonly #accounts: RateLimiterMemory;
  readonly #addresses: RateLimiterMemory;

  constructor(people: People, limits: SignInLimits) {
    this.#people = people;
    const durationSeconds = Math.ceil(limits.windowMs / 1000);
    this.#accounts = new RateLimiterMemory({ points: limits.perAccount, duration: durationSeconds });
    this.#addresses = new RateLimiterMemory({ points: limits.perAddress, duration: durationSeconds });
  }

  /** Throws 401 `credentials-wrong` or 429 `too-many-attempts`; says the same for unknown, inactive and wrong. */
  async check(username: string, password: string, address: string): Promise<Person> {
    const account = username.trim().toLowerCase();
    // Counted before the hash is computed, so that a hundred guesses at once are a hundred guesses.
    await this.#count(account, address);
    const known = this.#people.findForSignIn(account);
    const right = await isPassword(password, known?.passwordHash);
    if (!right || !known?.person.active) {
      throw new ProblemError(401, 'credentials-wrong', 'The user name or the password is wrong.');
    }
    await Promise.all([this.#accounts.reward(account), this.#addresses.reward(address)]);
    return known.person;
  }

  /** For the one-time code of the first start, which is guessed at the same way. */
  async countGuess(address: string): Promise<void> {
    await this.#count('first-start', address);
  }

  async #count(account: string, address: string): Promise<void> {
    try {
      await this.#addresses.consume(address);
      await this.#accounts.consume(account);
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      const waitSeconds = Math.max(1, Math.ceil(error.msBeforeNext / 1000));
      throw new ProblemError(429, 'too-many-attempts', `Too many attempts; try again in ${waitSeconds} s.`, {
        params: { seconds: waitSeconds },
        headers: { 'Retry-After': String(waitSeconds) },
      });
    }
  }
}
