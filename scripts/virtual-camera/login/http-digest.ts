import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

export type Credentials = { readonly username: string; readonly password: string };
export type LoginResult = 'granted' | 'refused' | 'stale';

const LARGEST_NONCE_COUNT_KEPT = 1000;

/**
 * The server's side of Digest access (RFC 2617, MD5), for HTTP and RTSP alike. Only nonces given out by this
 * object are accepted. With `qop` each nonce count must be higher than the last, so nothing can be sent twice.
 */
export class DigestLogin {
  readonly #realm: string;
  readonly #qop: boolean;
  readonly #nonceLifetimeMs: number;
  readonly #credentials: () => Credentials;
  readonly #nonces = new Map<string, { readonly issuedAtMs: number; lastCount: number }>();

  constructor(options: {
    readonly realm: string;
    readonly qop: boolean;
    readonly nonceLifetimeMs: number;
    readonly credentials: () => Credentials;
  }) {
    this.#realm = options.realm;
    this.#qop = options.qop;
    this.#nonceLifetimeMs = options.nonceLifetimeMs;
    this.#credentials = options.credentials;
  }

  /** A value for `WWW-Authenticate`, with a fresh nonce. */
  challenge(isStale = false): string {
    const nonce = randomBytes(16).toString('hex');
    this.#nonces.set(nonce, { issuedAtMs: performance.now(), lastCount: 0 });
    const [oldest] = this.#nonces.keys();
    if (this.#nonces.size > LARGEST_NONCE_COUNT_KEPT && oldest !== undefined) this.#nonces.delete(oldest);
    const qop = this.#qop ? ', qop="auth"' : '';
    return `Digest realm="${this.#realm}", nonce="${nonce}", algorithm=MD5${qop}${isStale ? ', stale=true' : ''}`;
  }

  /** Judges an `Authorization` header for this request. */
  check(authorization: string | undefined, method: string, requestUri: string): LoginResult {
    if (authorization === undefined || !/^Digest\s/i.test(authorization)) return 'refused';
    const fields = digestFields(authorization);
    const { username, realm, nonce, uri, response } = fields;
    if (nonce === undefined || uri === undefined || response === undefined) return 'refused';
    const { username: expectedUsername, password } = this.#credentials();
    if (username !== expectedUsername || realm !== this.#realm || uri !== requestUri) return 'refused';
    const secret = md5(`${expectedUsername}:${this.#realm}:${password}`);
    const request = md5(`${method}:${uri}`);
    const middle = this.#qop ? `${nonce}:${fields.nc ?? ''}:${fields.cnonce ?? ''}:auth` : nonce;
    if (this.#qop && fields.qop !== 'auth') return 'refused';
    if (!sameText(response.toLowerCase(), md5(`${secret}:${middle}:${request}`))) return 'refused';
    return this.#useNonce(nonce, Number.parseInt(fields.nc ?? '0', 16));
  }

  #useNonce(nonce: string, count: number): LoginResult {
    const known = this.#nonces.get(nonce);
    if (known === undefined || performance.now() - known.issuedAtMs > this.#nonceLifetimeMs) {
      this.#nonces.delete(nonce);
      return 'stale';
    }
    if (this.#qop) {
      if (!(count > known.lastCount)) return 'refused';
      known.lastCount = count;
    }
    return 'granted';
  }
}

type DigestFields = Readonly<
  Partial<Record<'username' | 'realm' | 'nonce' | 'uri' | 'response' | 'nc' | 'cnonce' | 'qop', string>>
>;

function digestFields(authorization: string): DigestFields {
  const fields: Record<string, string> = {};
  for (const match of authorization.matchAll(/(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g)) {
    const [, name = '', quoted, bare] = match;
    fields[name.toLowerCase()] ??= quoted?.replaceAll(/\\(.)/g, '$1') ?? bare ?? '';
  }
  return fields;
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

function sameText(one: string, other: string): boolean {
  const left = Buffer.from(one);
  const right = Buffer.from(other);
  return left.length === right.length && timingSafeEqual(left, right);
}
