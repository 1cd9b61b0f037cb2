import { createHash, timingSafeEqual } from 'node:crypto';
import type { UsernameToken } from '../onvif/soap.ts';
import type { Credentials } from './http-digest.ts';

const WINDOW_MS = 5 * 60_000;
const LARGEST_NONCE_COUNT_KEPT = 10_000;

/** WS-Security UsernameToken 1.1 with PasswordDigest: fresh, never seen before, and made with the right password. */
export class UsernameTokenLogin {
  readonly #credentials: () => Credentials;
  /** The device's own idea of the time, which a fault may have put wrong. */
  readonly #deviceNowMs: () => number;
  readonly #seen = new Map<string, number>();

  constructor(credentials: () => Credentials, deviceNowMs: () => number) {
    this.#credentials = credentials;
    this.#deviceNowMs = deviceNowMs;
  }

  /** Undefined when granted, otherwise why not, in words fit for a SOAP fault. */
  refusal(token: UsernameToken | undefined): string | undefined {
    if (token === undefined) return 'a WS-UsernameToken is required';
    if (!token.isDigest) return 'only PasswordDigest is accepted';
    const now = this.#deviceNowMs();
    const createdMs = Date.parse(token.created);
    if (!(Math.abs(createdMs - now) <= WINDOW_MS))
      return 'Created is not within 5 minutes of the device clock';
    const { username, password } = this.#credentials();
    const nonce = Buffer.from(token.nonceBase64, 'base64');
    const expected = createHash('sha1').update(nonce).update(token.created).update(password).digest();
    const given = Buffer.from(token.password, 'base64');
    const isRight = given.length === expected.length && timingSafeEqual(given, expected);
    if (nonce.length === 0 || token.username !== username || !isRight) return 'Sender not Authorized';
    return this.#remember(`${token.nonceBase64} ${token.created}`, now)
      ? undefined
      : 'this nonce was used before';
  }

  #remember(key: string, now: number): boolean {
    for (const [seen, atMs] of this.#seen) {
      if (this.#seen.size < LARGEST_NONCE_COUNT_KEPT && Math.abs(now - atMs) <= 2 * WINDOW_MS) break;
      this.#seen.delete(seen);
    }
    if (this.#seen.has(key)) return false;
    this.#seen.set(key, now);
    return true;
  }
}
