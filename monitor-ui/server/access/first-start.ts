import { randomInt, timingSafeEqual } from 'node:crypto';
import type { People } from './people.ts';

const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** The one-time code by which the first administrator makes himself known: whoever can read the console. */
export class FirstStart {
  /** Twenty letters, 100 bits. Undefined when somebody is known already. */
  readonly code: string | undefined;
  readonly #people: People;

  constructor(people: People) {
    this.#people = people;
    this.code = people.none()
      ? Array.from({ length: 4 }, () =>
          Array.from({ length: 5 }, () => letters[randomInt(letters.length)]).join(''),
        ).join('-')
      : undefined;
  }

  get needed(): boolean {
    return this.#people.none();
  }

  isCode(guess: string): boolean {
    if (this.code === undefined || !this.needed) return false;
    const bare = (text: string) => Buffer.from(text.toUpperCase().replaceAll(/[^A-Z0-9]/g, ''));
    const [wanted, given] = [bare(this.code), bare(guess)];
    return wanted.length === given.length && timingSafeEqual(wanted, given);
  }
}
