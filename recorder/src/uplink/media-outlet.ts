import type { WebSocket } from 'ws';
import { encodeMediaPiece, mediaPiecePayloadBytes, type MediaFrameKind } from '@minhbach/shared/protocol';

export interface MediaThing {
  readonly kind: MediaFrameKind;
  readonly channel: number;
  readonly meta: string;
  readonly payload: Uint8Array;
}

/** Footage waits while more than this is under way, so that a live fragment never stands behind much of it. */
const footageWindowBytes = 256 * 1024;

/** The media connection as its channels see it: live goes out at once, footage when there is room. */
export class MediaOutlet {
  readonly #socket: WebSocket;
  #waiting: (() => void)[] = [];

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.once('close', () => this.#wake());
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  /** Sends a whole thing, in pieces of at most 16 KB. */
  sendWhole({ kind, channel, meta, payload }: MediaThing): void {
    let at = 0;
    do {
      const end = Math.min(at + mediaPiecePayloadBytes, payload.length);
      const last = end === payload.length;
      const piece = { kind, channel, first: at === 0, last, meta: at === 0 ? meta : '' };
      this.#send(encodeMediaPiece({ ...piece, payload: payload.subarray(at, end) }));
      at = end;
    } while (at < payload.length);
  }

  sendPiece(thing: MediaThing, place: { readonly first: boolean; readonly last: boolean }): void {
    this.#send(encodeMediaPiece({ ...thing, ...place }));
  }

  /** Resolves when a piece of footage may be sent; at once when the connection is gone. */
  async roomForFootage(): Promise<void> {
    while (this.isOpen && this.bufferedBytes >= footageWindowBytes) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #send(bytes: Uint8Array): void {
    if (!this.isOpen) return;
    this.#socket.send(bytes, { binary: true }, () => this.#wake());
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const go of waiting) go();
  }
}
