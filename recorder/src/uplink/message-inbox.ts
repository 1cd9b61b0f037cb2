import type { WebSocket } from 'ws';
import { UplinkError } from './uplink-error.ts';

/** The text messages of a socket, one by one, for the handshake. */
export class MessageInbox {
  readonly #socket: WebSocket;
  readonly #waiting: string[] = [];
  #taker: { resolve(text: string): void; reject(error: Error): void } | undefined;
  #ended: UplinkError | undefined;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', this.#onMessage);
    socket.on('close', this.#onClose);
    socket.on('error', this.#onError);
  }

  async next(deadlineMs: number): Promise<string> {
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) return waiting;
    if (this.#ended) throw this.#ended;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => this.#end(new UplinkError('lost', 'the monitor did not answer in time')),
        deadlineMs,
      );
      this.#taker = {
        resolve: (text) => {
          clearTimeout(timer);
          resolve(text);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      };
    });
  }

  /** Leaves the socket to its next user, with what came already. */
  release(): readonly string[] {
    this.#socket.off('message', this.#onMessage);
    this.#socket.off('close', this.#onClose);
    this.#socket.off('error', this.#onError);
    return this.#waiting.splice(0);
  }

  readonly #onMessage = (data: Buffer, isBinary: boolean): void => {
    if (isBinary) {
      this.#end(new UplinkError('protocol', 'the monitor sent bytes where the handshake has text'));
      return;
    }
    const text = data.toString();
    const taker = this.#taker;
    this.#taker = undefined;
    if (taker) taker.resolve(text);
    else this.#waiting.push(text);
  };

  readonly #onClose = (code: number): void => {
    this.#end(new UplinkError('lost', `the monitor closed the connection (${code})`));
  };

  readonly #onError = (error: Error): void => {
    this.#end(new UplinkError('lost', `the connection failed: ${error.message}`, { cause: error }));
  };

  #end(error: UplinkError): void {
    this.#ended ??= error;
    const taker = this.#taker;
    this.#taker = undefined;
    taker?.reject(error);
  }
}
