import type { LiveMessage } from '@minhbach/shared/protocol';
import { liveAddress, type Quality } from './live-address.ts';
import { parseLiveMessage } from './live-message.ts';

type Init = Extract<LiveMessage, { type: 'init' }>;
type Mark = Extract<LiveMessage, { type: 'mark' }>;
type State = Extract<LiveMessage, { type: 'state' }>;
export type Refusal = 'no-session' | 'forbidden' | 'no-source';

export interface LiveListener {
  init(message: Init, bytes: ArrayBuffer): void;
  fragment(message: Mark, bytes: ArrayBuffer): void;
  state(message: State): void;
  /** The link went down; it is being opened again. */
  down(): void;
  /** The server will not show this; nothing is tried again. */
  refused(refusal: Refusal): void;
}

const refusals: Readonly<Record<number, Refusal>> = {
  4401: 'no-session',
  4403: 'forbidden',
  4404: 'no-source',
};
const firstDelayMs = 250;
const longestDelayMs = 8000;
/** A link that held this long was a good one: the next failure starts again at the shortest wait. */
const steadyAfterMs = 5000;

/** One WebSocket on `/live`, opened again for ever with jittered back-off until `close()`. */
export class LiveConnection {
  readonly #url: string;
  readonly #listener: LiveListener;
  #socket: WebSocket | undefined;
  #expecting: Init | Mark | undefined;
  #delayMs = firstDelayMs;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(sourceId: string, quality: Quality, listener: LiveListener) {
    this.#url = liveAddress(sourceId, quality);
    this.#listener = listener;
    this.#open();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#socket?.close(1000);
  }

  /** Drops the link and opens it anew, which starts again at a keyframe. */
  reopen(): void {
    this.#socket?.close(1000);
  }

  #open(): void {
    const socket = new WebSocket(this.#url);
    const openedAtMs = performance.now();
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    this.#expecting = undefined;
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => this.#take(data);
    socket.onclose = ({ code }) => {
      if (this.#closed) return;
      const refusal = refusals[code];
      if (refusal !== undefined) {
        this.#closed = true;
        this.#listener.refused(refusal);
        return;
      }
      if (performance.now() - openedAtMs > steadyAfterMs) this.#delayMs = firstDelayMs;
      this.#listener.down();
      this.#timer = setTimeout(() => this.#open(), this.#delayMs * (0.5 + Math.random()));
      this.#delayMs = Math.min(longestDelayMs, this.#delayMs * 2);
    };
  }

  #take(data: string | ArrayBuffer): void {
    if (this.#closed) return;
    if (typeof data === 'string') this.#text(data);
    else this.#binary(data);
  }

  #text(data: string): void {
    const message = parseLiveMessage(data);
    if (message === undefined) return;
    if (message.type === 'init' || message.type === 'mark') this.#expecting = message;
    else if (message.type === 'state') this.#listener.state(message);
  }

  #binary(bytes: ArrayBuffer): void {
    const expected = this.#expecting;
    this.#expecting = undefined;
    if (expected?.type === 'init') this.#listener.init(expected, bytes);
    else if (expected?.type === 'mark') this.#listener.fragment(expected, bytes);
  }
}
