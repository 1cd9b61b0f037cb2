import { createHmac } from 'node:crypto';
import type { Clock } from '@minhbach/shared/clock';
import { boundedRequest, RequestError } from './bounded-request.ts';
import type { Change } from './standings.ts';

/**
 * `POST`s each change of a standing as JSON to the configured address. `x-minh-bach-signature: t=<UTC ms>,v1=<hex>` is
 * HMAC-SHA256 over `<t>.<body>`, as the monitor's own webhooks have it.
 */
export class NoticeWebhook {
  readonly #options: {
    readonly url: string;
    readonly secret: string;
    readonly ca?: string | undefined;
    readonly timeoutMs: number;
    readonly clock: Clock;
  };

  constructor(options: {
    readonly url: string;
    readonly secret: string;
    readonly ca?: string | undefined;
    readonly timeoutMs: number;
    readonly clock: Clock;
  }) {
    this.#options = options;
  }

  /** Rejects with `RequestError` when the receiver did not take it. */
  async tell(witness: string, { subject, standing, at }: Change, signal: AbortSignal): Promise<void> {
    const { url, secret, ca, timeoutMs, clock } = this.#options;
    const body = JSON.stringify({ witness, subject, at, ...standing });
    const t = clock.wallNow();
    const signature = createHmac('sha256', secret).update(`${t}.${body}`).digest('hex');
    const { status } = await boundedRequest({
      ...{ method: 'POST', url: new URL(url), body, ca, timeoutMs, maxBytes: 65_536, signal },
      headers: { 'content-type': 'application/json', 'x-minh-bach-signature': `t=${t},v1=${signature}` },
    });
    if (status < 200 || status > 299) throw new RequestError(`the receiver answered ${status}`);
  }
}
