import { randomInt } from 'node:crypto';
import type { MediaPiece } from '@minhbach/shared/protocol';

export interface ChannelSink {
  /** Throws when the piece is not what this channel may carry; that ends the connection. */
  piece(piece: MediaPiece): void;
  /** The channel will carry nothing more. Called at most once. */
  ended(reason: string): void;
}

/** The numbered streams of one recorder's media connection. */
export class MediaChannels {
  readonly #sinks = new Map<number, ChannelSink>();
  /** Begins anywhere: pieces meant for the channels of an earlier connection must not find one here. */
  #next = randomInt(1, 2 ** 31);

  open(sink: ChannelSink): number {
    const channel = this.#next;
    this.#next = this.#next >= 0xffff_ffff ? 1 : this.#next + 1;
    this.#sinks.set(channel, sink);
    return channel;
  }

  /** Pieces still under way for a channel that was released are passed over. */
  release(channel: number): void {
    this.#sinks.delete(channel);
  }

  deliver(piece: MediaPiece): void {
    this.#sinks.get(piece.channel)?.piece(piece);
  }

  end(channel: number, reason: string): void {
    const sink = this.#sinks.get(channel);
    this.#sinks.delete(channel);
    sink?.ended(reason);
  }

  endAll(reason: string): void {
    for (const channel of [...this.#sinks.keys()]) this.end(channel, reason);
  }
}
