import type { OutwardMessage } from './outward-message.ts';

/** One message on its way. The same `deliveryId` comes again when nobody knows whether it arrived. */
export interface Delivery {
  readonly deliveryId: string;
  readonly message: OutwardMessage;
}

/** A way out of the building. Its addresses come from the configuration file and from nowhere else. */
export interface OutwardChannel {
  /** Names the channel in the outbox; stays the same from start to start. */
  readonly name: string;
  /** Resolves once the other side has taken it; rejects with `OutwardError`. */
  deliver(delivery: Delivery, signal: AbortSignal): Promise<void>;
  close(): void;
}

/** Not delivered; the message carries neither address nor secret. */
export class OutwardError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'OutwardError';
  }
}
