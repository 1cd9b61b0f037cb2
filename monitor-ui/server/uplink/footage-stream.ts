import { Readable } from 'node:stream';
import { mediaFrameKinds, type MediaPiece, type MonitorMessage } from '@minhbach/shared/protocol';
import type { SegmentId } from '@minhbach/shared/units-of-measure';
import type { ChannelSink, MediaChannels } from './media-channels.ts';
import { UplinkError } from './uplink-error.ts';

export interface FootageRequest {
  readonly segmentId: SegmentId;
  /** Inclusive. */
  readonly firstByte: number;
  readonly lastByte: number;
}

/** What is asked of the recorder at once, so that a slow reader here costs at most this much memory. */
const windowBytes = 512 * 1024;

/**
 * Bytes of a segment out of a recorder's spool. Asks for the next window only when the reader has taken the last one:
 * the connection is shared with live pictures and cannot be paused for one reader. Destroying it cancels at the recorder.
 */
export class FootageStream extends Readable {
  readonly #request: FootageRequest;
  readonly #channels: MediaChannels;
  readonly #send: (message: MonitorMessage) => void;
  readonly #idleLimitMs: number;
  #nextByte: number;
  #window: { channel: number; left: number } | undefined;
  #idleTimer: NodeJS.Timeout | undefined;

  constructor(
    request: FootageRequest,
    channels: MediaChannels,
    send: (message: MonitorMessage) => void,
    idleLimitMs = 10_000,
  ) {
    super({ highWaterMark: windowBytes });
    this.#request = request;
    this.#channels = channels;
    this.#send = send;
    this.#idleLimitMs = idleLimitMs;
    this.#nextByte = request.firstByte;
  }

  override _read(): void {
    if (this.#window !== undefined || this.destroyed) return;
    if (this.#nextByte > this.#request.lastByte) {
      this.push(null);
      return;
    }
    const lastByte = Math.min(this.#request.lastByte, this.#nextByte + windowBytes - 1);
    const sink: ChannelSink = {
      piece: (piece) => this.#take(piece),
      ended: (reason) => {
        this.#window = undefined;
        this.destroy(footageEndError(reason));
      },
    };
    const channel = this.#channels.open(sink);
    this.#window = { channel, left: lastByte - this.#nextByte + 1 };
    this.#watch();
    this.#send({
      type: 'footage-get',
      channel,
      segmentId: this.#request.segmentId,
      firstByte: this.#nextByte,
      lastByte,
    });
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.#idleTimer);
    if (this.#window !== undefined) {
      this.#channels.release(this.#window.channel);
      this.#send({ type: 'footage-cancel', channel: this.#window.channel });
      this.#window = undefined;
    }
    done(error);
  }

  #take(piece: MediaPiece): void {
    const window = this.#window;
    if (window === undefined) return;
    if (piece.kind !== mediaFrameKinds.footage || piece.payload.length > window.left) {
      throw new UplinkError('protocol', 'more footage than was asked for');
    }
    window.left -= piece.payload.length;
    this.#nextByte += piece.payload.length;
    this.#watch();
    if (piece.last) {
      clearTimeout(this.#idleTimer);
      this.#channels.release(window.channel);
      this.#window = undefined;
      if (window.left > 0) {
        this.destroy(
          new UplinkError('footage-missing', 'the recorder has fewer bytes of that segment than it said'),
        );
        return;
      }
    }
    if (piece.payload.length > 0) this.push(piece.payload);
    else if (piece.last) this._read();
  }

  #watch(): void {
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(
      () =>
        this.destroy(new UplinkError('timeout', `no footage from the recorder for ${this.#idleLimitMs} ms`)),
      this.#idleLimitMs,
    );
  }
}

function footageEndError(reason: string): UplinkError {
  if (reason === 'not-found' || reason === 'range') {
    return new UplinkError('footage-missing', `the recorder does not have that footage: ${reason}`);
  }
  return new UplinkError(
    'lost',
    reason === 'io' ? 'the recorder cannot read that footage now' : 'the connection ended',
  );
}
