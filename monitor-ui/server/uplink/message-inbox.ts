import type { WebSocket } from 'ws';
import { UplinkError } from './uplink-error.ts';

/** Reads a socket's messages one at a time during the handshake, so that none is lost between two steps. */
export class MessageInbox {
  readonly #socket: WebSocket;
  readonly #waiting: string[] = [];
  #wake: (() => void) | undefined;
  #over = false;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', this.#onMessage);
    socket.on('close', this.#onClose);
  }

  async next(deadlineMs: number): Promise<string> {
    if (this.#waiting.length === 0 && !this.#over) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        timer = setTimeout(resolve, deadlineMs);
      });
      clearTimeout(timer);
      this.#wake = undefined;
    }
    const message = this.#waiting.shift();
    if (message !== undefined) return message;
    throw this.#over
      ? new UplinkError('lost', 'the connection ended during the handshake')
      : new UplinkError('timeout', `no handshake message within ${deadlineMs} ms`);
  }

  /** Gives the socket to whoever speaks next. */
  release(): void {
    this.#socket.off('message', this.#onMessage);
    this.#socket.off('close', this.#onClose);
  }

  readonly #onMessage = (data: Buffer, isBinary: boolean) => {
    if (isBinary || this.#waiting.length >= 4) {
      this.#socket.close(1008, 'one handshake message at a time');
      this.#onClose();
      return;
    }
    this.#waiting.push(data.toString('utf8'));
    this.#wake?.();
  };

  readonly #onClose = () => {
    this.#over = true;
    this.#wake?.();
  };
}
