import { createHmac } from 'node:crypto';
import type { Clock } from '@minhbach/shared/clock';
import { boundedRequest, RequestError } from './bounded-request.ts';
import type { Change } from './standings.ts';

export interface NoticeWebhookOptions {
  /** Of the witness that tells. */
  readonly witness: string;
  readonly url: string;
  readonly secret: string;
  readonly ca?: string | undefined;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/**
 * `POST`s a change of a standing as JSON to the configured address. `x-minh-bach-signature: t=<UTC ms>,v1=<hex>` is
 * HMAC-SHA256 over `<t>.<body>`, as the monitor's own webhooks have it.
 */
export class NoticeWebhook {
  readonly #options: NoticeWebhookOptions;

  constructor(options: NoticeWebhookOptions) {
    this.#options = options;
  }

  /** The same `deliveryId` comes again when nobody knows whether it arrived. Rejects with `RequestError` when it was not taken. */
  async tell(
    { deliveryId, change }: { readonly deliveryId: string; readonly change: Change },
    signal: AbortSignal,
  ): Promise<void> {
    const { witness, url, secret, ca, timeoutMs, clock } = this.#options;
    const { subject, standing, at } = change;
    const body = JSON.stringify({ id: deliveryId, witness, subject, at, ...standing });
    const t = clock.wallNow();
    const signature = createHmac('sha256', secret).update(`${t}.${body}`).digest('hex');
    const { status } = await boundedRequest({
      ...{ method: 'POST', url: new URL(url), body, ca, timeoutMs, maxBytes: 65_536, signal },
      headers: {
        'content-type': 'application/json',
        'x-minh-bach-delivery': deliveryId,
        'x-minh-bach-signature': `t=${t},v1=${signature}`,
      },
    });
    if (status < 200 || status > 299) throw new RequestError(`the receiver answered ${status}`);
  }
}
