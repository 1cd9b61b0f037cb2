import { createHmac } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Clock } from '@minhbach/shared/clock';
import { OutwardError, type Delivery, type OutwardChannel } from './outward-channel.ts';

export interface WebhookOptions {
  readonly name: string;
  readonly url: string;
  readonly secret: string;
  /** PEM of the authority that signed the receiver's certificate, where it is not a public one. */
  readonly ca?: string | undefined;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/**
 * `POST`s each message as JSON to one configured address. `x-minh-bach-signature: t=<UTC ms>,v1=<hex>` is HMAC-SHA256
 * over `<t>.<body>`, so that a receiver can tell that it is ours and recent. A redirect is a refusal: where messages go
 * is decided by the configuration.
 */
export class WebhookChannel implements OutwardChannel {
  readonly name: string;
  readonly #options: WebhookOptions;

  constructor(options: WebhookOptions) {
    this.name = options.name;
    this.#options = options;
  }

  async deliver({ deliveryId, message }: Delivery, signal: AbortSignal): Promise<void> {
    const body = JSON.stringify({ id: deliveryId, ...message });
    const at = this.#options.clock.wallNow();
    const status = await this.#post(body, deliveryId, signatureOf(this.#options.secret, at, body), signal);
    if (status < 200 || status > 299) throw new OutwardError(`the receiver answered ${status}`);
  }

  close(): void {
    // Every request has a connection of its own.
  }

  async #post(body: string, deliveryId: string, signature: string, signal: AbortSignal): Promise<number> {
    const { url, ca, timeoutMs } = this.#options;
    const within = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    const send = url.startsWith('https:') ? httpsRequest : httpRequest;
    return new Promise<number>((resolve, reject) => {
      const request = send(url, {
        method: 'POST',
        agent: false,
        signal: within,
        ...(ca === undefined ? {} : { ca }),
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'user-agent': 'minh-bach-monitor',
          'x-minh-bach-delivery': deliveryId,
          'x-minh-bach-signature': signature,
        },
      });
      request.once('response', (response) => {
        // What it says beside its status is nobody's business here.
        response.destroy();
        resolve(response.statusCode ?? 0);
      });
      request.once('error', (cause) => reject(new OutwardError(reasonOf(cause), { cause })));
      request.end(body);
    });
  }
}

export function signatureOf(secret: string, atMs: number, body: string): string {
  return `t=${atMs},v1=${createHmac('sha256', secret).update(`${atMs}.${body}`).digest('hex')}`;
}

function reasonOf(error: Error): string {
  if (error.name === 'AbortError' || error.name === 'TimeoutError')
    return 'the receiver did not answer in time';
  const code = 'code' in error ? String(error.code) : error.name;
  return `the receiver cannot be reached (${code})`;
}
