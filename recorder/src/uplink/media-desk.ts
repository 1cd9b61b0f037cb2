import type { Logger } from 'pino';
import type { WebSocket } from 'ws';
import type { RecorderMessage } from '@minhbach/shared/protocol';
import { RecordingError } from '../capture/index.ts';
import { LiveChannel } from './live-channel.ts';
import { MediaOutlet } from './media-outlet.ts';
import { sendFootage } from './send-footage.ts';
import type { FootageGet, LiveStart, UplinkPorts } from './uplink-ports.ts';

/** What one monitor may have open at once; an honest one stays far below. */
const maxLiveChannels = 256;
const maxFootageChannels = 64;

/** Everything one monitor watches and fetches. Ends with the control connection that asked for it. */
export class MediaDesk {
  readonly #media: UplinkPorts['media'];
  readonly #send: (message: RecorderMessage) => void;
  readonly #logger: Logger;
  readonly #live = new Map<number, () => void>();
  readonly #footage = new Map<number, AbortController>();
  #outlet: MediaOutlet | undefined;

  constructor(of: {
    readonly media: UplinkPorts['media'];
    readonly send: (message: RecorderMessage) => void;
    readonly logger: Logger;
  }) {
    this.#media = of.media;
    this.#send = of.send;
    this.#logger = of.logger;
  }

  /** The media connection is there. When it goes, what it carried ends. */
  attach(socket: WebSocket): void {
    const outlet = new MediaOutlet(socket);
    this.#outlet = outlet;
    socket.once('close', () => {
      if (this.#outlet !== outlet) return;
      this.#outlet = undefined;
      for (const channel of [...this.#live.keys()]) this.#endLive(channel, 'the media connection was lost');
      for (const reading of this.#footage.values()) reading.abort();
    });
  }

  startLive({ channel, sourceId, quality }: LiveStart): void {
    this.stopLive(channel);
    if (this.#outlet === undefined || this.#live.size >= maxLiveChannels) {
      this.#endLive(channel, this.#outlet ? 'too many live streams' : 'no media connection');
      return;
    }
    try {
      // The sink may be called before `subscribe` returns.
      const sink = new LiveChannel(channel, this.#outlet, () =>
        this.#endLive(channel, 'the device is not recorded, or is begun anew'),
      );
      this.#live.set(channel, this.#media.subscribe(sourceId, quality, sink));
    } catch (error) {
      if (!(error instanceof RecordingError)) throw error;
      this.#endLive(channel, error.code);
    }
  }

  stopLive(channel: number): void {
    this.#live.get(channel)?.();
    this.#live.delete(channel);
  }

  async sendFootage({ channel, segmentId, firstByte, lastByte }: FootageGet): Promise<void> {
    this.cancelFootage(channel);
    const outlet = this.#outlet;
    if (outlet === undefined || this.#footage.size >= maxFootageChannels || lastByte < firstByte) {
      this.#send({ type: 'footage-failed', channel, code: lastByte < firstByte ? 'range' : 'io' });
      return;
    }
    const reading = new AbortController();
    this.#footage.set(channel, reading);
    try {
      const footage = await this.#media.readFootage(segmentId, firstByte, lastByte, reading.signal);
      await sendFootage(channel, footage, outlet, reading.signal);
    } catch (error) {
      if (reading.signal.aborted) return;
      const code = error instanceof RecordingError ? error.code : undefined;
      if (code !== 'not-found') this.#logger.warn({ err: error, segmentId }, 'footage could not be read');
      this.#send({
        type: 'footage-failed',
        channel,
        code: code === 'not-found' || code === 'range' ? code : 'io',
      });
    } finally {
      if (this.#footage.get(channel) === reading) this.#footage.delete(channel);
    }
  }

  cancelFootage(channel: number): void {
    this.#footage.get(channel)?.abort();
    this.#footage.delete(channel);
  }

  close(): void {
    for (const stop of this.#live.values()) stop();
    this.#live.clear();
    for (const reading of this.#footage.values()) reading.abort();
    this.#footage.clear();
  }

  #endLive(channel: number, reason: string): void {
    this.stopLive(channel);
    this.#send({ type: 'live-ended', channel, reason });
  }
}
