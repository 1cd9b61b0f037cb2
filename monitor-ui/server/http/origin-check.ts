import type { IncomingMessage } from 'node:http';
import { ProblemError } from '../problem/index.ts';

/** Where pages of this monitor come from. Everything that is not a plain read must come from there. */
export class OriginCheck {
  readonly #publicOrigins: ReadonlySet<string>;
  readonly #scheme: 'http' | 'https';

  /** `publicOrigins`: those a proxy or a name adds to the address that was asked. */
  constructor(options: { readonly secure: boolean; readonly publicOrigins: readonly string[] }) {
    this.#scheme = options.secure ? 'https' : 'http';
    this.#publicOrigins = new Set(options.publicOrigins);
  }

  isOwn(request: IncomingMessage): boolean {
    const { origin, host } = request.headers;
    const site = request.headers['sec-fetch-site'];
    if (site !== undefined && site !== 'same-origin') return false;
    if (origin === undefined) return false;
    return origin === `${this.#scheme}://${host ?? ''}` || this.#publicOrigins.has(origin);
  }

  /** Throws 403 `origin-refused`. */
  requireOwn(request: IncomingMessage): void {
    if (this.isOwn(request)) return;
    throw new ProblemError(
      403,
      'origin-refused',
      'Writes need the Origin header of this monitor; this request came from elsewhere.',
    );
  }
}
