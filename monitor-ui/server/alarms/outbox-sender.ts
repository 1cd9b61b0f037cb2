import type { Logger } from 'pino';
import type { Clock } from '@minhbach/shared/clock';
import type { Outbox } from './outbox.ts';
import type { OutwardChannel } from './outward-channel.ts';

export interface OutboxSenderParts {
  readonly outbox: Outbox;
  readonly channel: OutwardChannel;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly firstPauseMs?: number;
  readonly maxPauseMs?: number;
}

const lookAgainMs = 30_000;

/**
 * Brings one channel's messages out, one at a time, for ever. A message that fails waits, longer each time, and lets the
 * next go first; nothing here ever makes an alarm or another channel wait.
 */
export class OutboxSender {
  readonly #parts: OutboxSenderParts;
  readonly #stopping = new AbortController();
  readonly #done: Promise<void>;
  #failures = 0;
  #wake: () => void = () => undefined;

  constructor(parts: OutboxSenderParts) {
    this.#parts = parts;
    this.#done = this.#run();
  }

  /** Resolves once nothing is under way any more; what was not taken is tried again after the next start. */
  async close(): Promise<void> {
    this.#stopping.abort();
    this.#wake();
    await this.#done;
    this.#parts.channel.close();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    const stopListening = this.#parts.outbox.onPut(() => this.#wake());
    while (!signal.aborted) {
      const pauseMs = await this.#once(signal);
      if (pauseMs > 0 && !signal.aborted) await this.#pause(pauseMs);
    }
    stopListening();
  }

  /** Answers how long to wait before the next. */
  async #once(signal: AbortSignal): Promise<number> {
    const { outbox, channel, logger } = this.#parts;
    const item = outbox.due(channel.name);
    if (item === undefined) return this.#untilDueMs();
    try {
      await channel.deliver(item, signal);
    } catch (error) {
      if (signal.aborted) return 0;
      const fault = error instanceof Error ? error.message : String(error);
      this.#failures += 1;
      const waitMs = this.#backOffMs(item.attempts + 1);
      outbox.failed(item.id, fault, waitMs);
      if (this.#failures === 1)
        logger.warn({ channel: channel.name, fault }, 'an alarm could not be told outside');
      // A channel that is down is not asked for each message in turn.
      return this.#backOffMs(this.#failures);
    }
    if (this.#failures > 0) logger.info({ channel: channel.name }, 'alarms are told outside again');
    this.#failures = 0;
    outbox.delivered(item.id);
    return 0;
  }

  #untilDueMs(): number {
    const { outbox, channel, clock } = this.#parts;
    const nextAt = outbox.nextAttemptAt(channel.name);
    if (nextAt === undefined) return lookAgainMs;
    return Math.max(5, Math.min(lookAgainMs, nextAt - clock.wallNow() + 5));
  }

  #backOffMs(failures: number): number {
    const { firstPauseMs = 1_000, maxPauseMs = 300_000 } = this.#parts;
    const reachMs = Math.min(maxPauseMs, firstPauseMs * 2 ** Math.min(failures - 1, 20));
    return reachMs * (0.5 + Math.random() / 2);
  }

  async #pause(pauseMs: number): Promise<void> {
    const waiting = new AbortController();
    const failing = this.#failures > 0;
    // News does not shorten the pause of a channel that is down; only the end of the program does.
    this.#wake = () => {
      if (!failing || this.#stopping.signal.aborted) waiting.abort();
    };
    if (this.#stopping.signal.aborted) return;
    await this.#parts.clock.sleep(pauseMs, waiting.signal).catch(() => undefined);
    this.#wake = () => undefined;
  }
}
