import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Clock } from '@minhbach/shared/clock';
import type { NoticeWebhook } from './notice-webhook.ts';
import type { Change } from './standings.ts';

export interface NoticeSenderParts {
  readonly webhook: Pick<NoticeWebhook, 'tell'>;
  readonly clock: Clock;
  readonly logger: Pick<Logger, 'error' | 'info'>;
  readonly signal: AbortSignal;
}

const firstPauseMs = 1_000;
const maxPauseMs = 60_000;
/** Some days of a network that comes and goes. */
const maxWaiting = 1_000;

/**
 * Brings changes out one at a time and in their order, each again and again until it is taken: a receiver that is down for
 * an hour, or kept down, hears afterwards what was refused meanwhile. Nothing waits for it. What waits is in memory only,
 * because a restarted witness tells how it stands with everything once more.
 */
export class NoticeSender {
  readonly #parts: NoticeSenderParts;
  readonly #waiting: { readonly deliveryId: string; readonly change: Change }[] = [];
  #sending: Promise<void> | undefined;
  #onFailed: () => void = () => undefined;

  constructor(parts: NoticeSenderParts) {
    this.#parts = parts;
  }

  tell(change: Change): void {
    this.#waiting.push({ deliveryId: randomUUID(), change });
    // The first one may be on its way.
    if (this.#waiting.length > maxWaiting) {
      const [lost] = this.#waiting.splice(1, 1);
      this.#parts.logger.error({ ...lost?.change }, 'too many notices wait: this one is not told');
    }
    this.#sending ??= this.#send().finally(() => (this.#sending = undefined));
  }

  /** Whether all was taken; answers at the first failure from now on. */
  async settled(): Promise<boolean> {
    if (this.#sending === undefined) return true;
    const failed = new Promise<boolean>((resolve) => (this.#onFailed = () => resolve(false)));
    return Promise.race([this.#sending.then(() => this.#waiting.length === 0), failed]);
  }

  async #send(): Promise<void> {
    const { webhook, clock, logger, signal } = this.#parts;
    let failures = 0;
    for (let next = this.#waiting[0]; next !== undefined && !signal.aborted; next = this.#waiting[0]) {
      try {
        await webhook.tell(next, signal);
        this.#waiting.shift();
        if (failures > 0) logger.info({ waiting: this.#waiting.length }, 'the webhook takes notices again');
        failures = 0;
      } catch (error) {
        if (signal.aborted) return;
        failures += 1;
        const reason = error instanceof Error ? error.message : String(error);
        if (failures === 1) logger.error({ reason }, 'the webhook did not take a notice; it is told again');
        this.#onFailed();
        await clock.sleep(backOffMs(failures), signal).catch(() => undefined);
      }
    }
  }
}

/** Not all at once where many witnesses tell one receiver. */
function backOffMs(failures: number): number {
  const reachMs = Math.min(maxPauseMs, firstPauseMs * 2 ** Math.min(failures - 1, 10));
  return reachMs * (0.5 + Math.random() / 2);
}
