import type { WebSocket } from 'ws';
import type { Clock } from '@minhbach/shared/clock';
import type { CounterDays, Quality, RecorderJob, RecorderJobResult } from '@minhbach/shared/protocol';
import type { RecorderId, SiteId, SourceId } from '@minhbach/shared/units-of-measure';
import { ConnectedRecorder } from './connected-recorder.ts';
import { FootageStream, type FootageRequest } from './footage-stream.ts';
import { goodbye } from './goodbye.ts';
import { handshake, HandshakeRefused, type UplinkPath } from './handshake.ts';
import { keepAlive } from './heartbeat.ts';
import type { JobOptions } from './job-desk.ts';
import { LiveChannelSink, type LiveListener } from './live-channel.ts';
import { UplinkError } from './uplink-error.ts';
import type {
  EnrolmentBook,
  EntryIntake,
  HeadIntake,
  MonitorIdentity,
  ProofSource,
  UplinkListener,
} from './uplink-ports.ts';
import { WantedFootage, type WantedSpan } from './wanted-footage.ts';

export interface RecorderLinksParts {
  readonly identity: MonitorIdentity;
  readonly book: EnrolmentBook;
  readonly intake: EntryIntake;
  readonly listener: UplinkListener;
  readonly clock: Clock;
  /** Reads objects back for recorders that ask for it. */
  readonly proofs?: ProofSource;
  /** Counter-signs heads of ledgers. */
  readonly heads?: HeadIntake;
  /** For how long footage of a site's counters is kept. Without it, recorders are not told. */
  readonly counterDays?: (siteId: SiteId) => readonly CounterDays[];
  readonly heartbeat?: { readonly everyMs: number; readonly deadAfterMs: number };
}

export interface LiveChannel {
  close(): void;
}

/** All recorders connected now. Each has its own state; nothing one of them does reaches another. */
export class RecorderLinks {
  readonly #parts: RecorderLinksParts;
  readonly #recorders = new Map<RecorderId, ConnectedRecorder>();
  /** Media connections by recorder, also of recorders whose control connection is not there at the moment. */
  readonly #media = new Map<RecorderId, WebSocket>();
  readonly #sockets = new Set<WebSocket>();
  readonly #wanted: WantedFootage;
  #closing = false;

  constructor(parts: RecorderLinksParts) {
    this.#parts = parts;
    this.#wanted = new WantedFootage(parts.clock);
  }

  /** Takes over a fresh WebSocket. Resolves when the handshake is over, either way; never rejects. */
  async accept(path: UplinkPath, socket: WebSocket, remoteAddress: string): Promise<void> {
    // A socket's errors end in `close`, which is where they are dealt with.
    socket.on('error', () => undefined);
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    try {
      const { recorderId } = await handshake(socket, path, {
        identity: this.#parts.identity,
        book: this.#parts.book,
        clock: this.#parts.clock,
        position: (id) => this.#parts.intake.position(id),
        isConnected: (id) => (path === '/uplink' ? this.#recorders.has(id) : this.#media.has(id)),
      });
      if (this.#closing) await goodbye(socket);
      else if (path === '/uplink') this.#control(recorderId, socket);
      else this.#attachMedia(recorderId, socket);
    } catch (error) {
      if (error instanceof HandshakeRefused && error.code === 'already-connected' && error.recorderId) {
        this.#parts.listener.identityUsedTwice(error.recorderId, remoteAddress, this.#parts.clock.wallNow());
      }
      const known = error instanceof HandshakeRefused || error instanceof UplinkError;
      socket.close(known ? 1008 : 1011, known ? error.code : 'internal error');
    }
  }

  isOnline(recorderId: RecorderId): boolean {
    return this.#recorders.has(recorderId);
  }

  /** True when online and every entry it has told of is stored: what is missing then, is missing. */
  isCaughtUp(recorderId: RecorderId): boolean {
    return this.#recorders.get(recorderId)?.caughtUp ?? false;
  }

  /** The recorder's wall clock minus ours; 0 while unknown. */
  clockOffsetMs(recorderId: RecorderId): number {
    return this.#recorders.get(recorderId)?.offset.offsetMs ?? 0;
  }

  /** This stretch is to be archived before the rest; a recorder that is away is told when it comes back within the hour. */
  wantFootage(recorderId: RecorderId, span: WantedSpan): void {
    this.#wanted.add(recorderId, span);
    this.#recorders.get(recorderId)?.send({ type: 'footage-wanted', ...span });
  }

  /** Every recorder connected is told for how long its counters' footage is kept now. */
  tellCounterDays(): void {
    for (const recorder of this.#recorders.values()) this.#tellCounterDays(recorder);
  }

  /** Rejects with `UplinkError` (`offline` at once when it is not connected) or `JobFailedError`. */
  async runJob(recorderId: RecorderId, job: RecorderJob, options: JobOptions): Promise<RecorderJobResult> {
    return this.#online(recorderId).jobs.run(job, options);
  }

  /** Throws `UplinkError` `offline`. The listener's `ended` comes once, unless the channel is closed first. */
  openLive(
    recorderId: RecorderId,
    stream: { readonly sourceId: SourceId; readonly quality: Quality },
    listener: LiveListener,
  ): LiveChannel {
    const recorder = this.#withMedia(recorderId);
    const channel = recorder.channels.open(new LiveChannelSink(listener));
    recorder.send({ type: 'live-start', channel, ...stream });
    return {
      close: () => {
        recorder.channels.release(channel);
        recorder.send({ type: 'live-stop', channel });
      },
    };
  }

  /** Throws `UplinkError` `offline`; later faults come as the stream's error. */
  fetchFootage(recorderId: RecorderId, request: FootageRequest): FootageStream {
    const recorder = this.#withMedia(recorderId);
    return new FootageStream(request, recorder.channels, (message) => recorder.send(message));
  }

  /** Resolves when every recorder has been said goodbye to and reported offline. */
  async close(): Promise<void> {
    this.#closing = true;
    await Promise.all([...this.#sockets].map((socket) => goodbye(socket)));
  }

  #control(recorderId: RecorderId, socket: WebSocket): void {
    const recorder = new ConnectedRecorder(recorderId, socket, this.#parts);
    this.#recorders.set(recorderId, recorder);
    socket.once('close', () => {
      this.#recorders.delete(recorderId);
      this.#parts.listener.recorderOffline(recorderId, this.#parts.clock.wallNow());
    });
    const media = this.#media.get(recorderId);
    if (media) recorder.attachMedia(media);
    this.#tellCounterDays(recorder);
    for (const message of this.#wanted.messagesFor(recorderId)) recorder.send(message);
    this.#parts.listener.recorderOnline(recorderId, this.#parts.clock.wallNow());
  }

  #tellCounterDays(recorder: ConnectedRecorder): void {
    const { book, counterDays } = this.#parts;
    const siteId = book.find(recorder.recorderId)?.siteId;
    if (counterDays === undefined || siteId === undefined) return;
    recorder.send({ type: 'counter-days', counters: [...counterDays(siteId)] });
  }

  #attachMedia(recorderId: RecorderId, socket: WebSocket): void {
    this.#media.set(recorderId, socket);
    socket.once('close', () => this.#media.delete(recorderId));
    keepAlive(socket, () => undefined, this.#parts.heartbeat);
    this.#recorders.get(recorderId)?.attachMedia(socket);
  }

  #online(recorderId: RecorderId): ConnectedRecorder {
    const recorder = this.#recorders.get(recorderId);
    if (recorder === undefined) throw new UplinkError('offline', 'that recorder is not connected');
    return recorder;
  }

  #withMedia(recorderId: RecorderId): ConnectedRecorder {
    const recorder = this.#online(recorderId);
    if (!recorder.hasMedia) throw new UplinkError('offline', 'that recorder has no media connection now');
    return recorder;
  }
}
