import type { WebSocket } from 'ws';
import type { Clock } from '@minhbach/shared/clock';
import {
  decodeMediaPiece,
  recorderMessageSchema,
  type MonitorMessage,
  type ProofSubject,
  type RecorderMessage,
} from '@minhbach/shared/protocol';
import type { RecorderId } from '@minhbach/shared/units-of-measure';
import { ClockOffset } from './clock-offset.ts';
import { keepAlive } from './heartbeat.ts';
import { JobDesk } from './job-desk.ts';
import { MediaChannels } from './media-channels.ts';
import { UplinkError } from './uplink-error.ts';
import {
  EntryRefusedError,
  type EntryIntake,
  type HeadIntake,
  type ProofSource,
  type UplinkListener,
} from './uplink-ports.ts';

export interface ConnectedRecorderParts {
  readonly clock: Clock;
  readonly intake: EntryIntake;
  readonly listener: UplinkListener;
  /** Without it, recorders are told that this monitor does not read objects back. */
  readonly proofs?: ProofSource | undefined;
  /** Without it, heads of ledgers are passed over. */
  readonly heads?: HeadIntake | undefined;
  readonly heartbeat?: { readonly everyMs: number; readonly deadAfterMs: number } | undefined;
}

/** One recorder as long as its control connection lives, with its media connection when that is there. */
export class ConnectedRecorder {
  readonly recorderId: RecorderId;
  readonly jobs: JobDesk;
  readonly channels = new MediaChannels();
  readonly offset = new ClockOffset();
  readonly #control: WebSocket;
  readonly #parts: ConnectedRecorderParts;
  #media: WebSocket | undefined;
  /** Of the recorder's newest generation, as it last said. */
  #ledger: { readonly generation: number; readonly size: number } | undefined;
  #stored: { readonly generation: number; readonly nextSeq: number };
  #pingId = 0;
  readonly #ended = new AbortController();
  readonly #pingsSent = new Map<number, number>();

  constructor(recorderId: RecorderId, control: WebSocket, parts: ConnectedRecorderParts) {
    this.recorderId = recorderId;
    this.#control = control;
    this.#parts = parts;
    this.#stored = parts.intake.position(recorderId);
    this.jobs = new JobDesk((message) => this.send(message));
    control.on('message', (data: Buffer, isBinary: boolean) =>
      this.#guard(control, () => this.#hear(data, isBinary)),
    );
    control.once('close', () => {
      this.#ended.abort(new UplinkError('lost', 'the recorder is gone'));
      this.jobs.close();
      this.channels.endAll('lost');
    });
    keepAlive(control, () => this.#ping(), parts.heartbeat);
    // A few soon: the shortest round trip among them is near the truth by the first live picture.
    const soon = [0, 200, 500, 1_000].map((afterMs) => setTimeout(() => this.#ping(), afterMs));
    control.once('close', () => soon.forEach(clearTimeout));
  }

  /** Media may come before or after control, and again after a loss; the channels of a lost one have ended. */
  attachMedia(media: WebSocket): void {
    this.#media = media;
    const hear = (data: Buffer, isBinary: boolean) =>
      this.#guard(media, () => {
        const piece = isBinary ? decodeMediaPiece(data) : undefined;
        if (piece === undefined) throw new UplinkError('protocol', 'that is no media piece');
        this.channels.deliver(piece);
      });
    media.on('message', hear);
    this.#control.once('close', () => media.off('message', hear));
    media.once('close', () => {
      if (this.#media === media) this.#media = undefined;
      this.channels.endAll('lost');
    });
  }

  get hasMedia(): boolean {
    return this.#media !== undefined && this.#media.readyState === this.#media.OPEN;
  }

  /** True once every entry the recorder last said it has is stored here. */
  get caughtUp(): boolean {
    const { generation, nextSeq } = this.#stored;
    return this.#ledger?.generation === generation && nextSeq >= this.#ledger.size;
  }

  send(message: MonitorMessage): void {
    if (this.#control.readyState === this.#control.OPEN) this.#control.send(JSON.stringify(message));
  }

  #ping(): void {
    const id = (this.#pingId += 1);
    const sentAt = this.#parts.clock.wallNow();
    this.#pingsSent.set(id, sentAt);
    this.#pingsSent.delete(id - 16);
    this.send({ type: 'ping', id, serverNow: sentAt });
  }

  #hear(data: Buffer, isBinary: boolean): void {
    if (isBinary) throw new UplinkError('protocol', 'bytes on the control connection');
    const said = parseJson(data);
    // A newer recorder may say more than we know; that must not cost the connection.
    if (!isOfKnownType(said)) return;
    const parsed = recorderMessageSchema.safeParse(said);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw new UplinkError(
        'protocol',
        `at ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'unreadable'}`,
      );
    }
    this.#act(parsed.data);
  }

  #act(message: RecorderMessage): void {
    const { listener, intake, clock } = this.#parts;
    switch (message.type) {
      case 'entries': {
        // Of a new generation all is new.
        const before = this.#stored.generation === message.generation ? this.#stored.nextSeq : 0;
        const nextSeq = intake.store(this.recorderId, message.generation, message.entries);
        this.#stored = { generation: message.generation, nextSeq };
        this.send({ type: 'entries-stored', generation: message.generation, nextSeq });
        const fresh = message.entries.filter(({ seq }) => seq >= before && seq < nextSeq);
        return listener.entriesStored(this.recorderId, fresh);
      }
      case 'sources':
        return listener.sourcesKnown(this.recorderId, message.sources);
      case 'source-state':
        return listener.sourceChanged(this.recorderId, message.source);
      case 'open-segments':
        return listener.openSegmentsKnown(this.recorderId, message.segments, clock.wallNow());
      case 'status':
        this.#ledger = { generation: message.generation, size: message.ledgerSize };
        return listener.statusReported(this.recorderId, message);
      case 'faults':
        return listener.faultsKnown(this.recorderId, message.faults, clock.wallNow());
      case 'job-progress':
        return this.jobs.progress(message.jobId, message.progress);
      case 'job-done':
        return this.jobs.done(message.jobId, message.result);
      case 'job-failed':
        return this.jobs.failed(message.jobId, message.problem);
      case 'live-ended':
        return this.channels.end(message.channel, message.reason);
      case 'footage-failed':
        return this.channels.end(message.channel, message.code);
      case 'prove-ask':
        return void this.#prove(message.id, message.subject);
      case 'head':
        return this.#witness(message.generation, message.note);
      case 'pong': {
        const sentAt = this.#pingsSent.get(message.id);
        this.#pingsSent.delete(message.id);
        if (sentAt !== undefined) this.offset.add(sentAt, message.recorderNow, clock.wallNow());
        return;
      }
    }
  }

  #witness(generation: number, note: string): void {
    const answer = this.#parts.heads?.witness(this.recorderId, generation, note);
    if (answer === undefined || answer.outcome === 'promised') return;
    if (answer.outcome === 'witnessed')
      return this.send({ type: 'head-witnessed', generation, note: answer.note });
    this.send({ type: 'head-refused', generation, why: answer.why, message: answer.message });
  }

  async #prove(id: number, subject: ProofSubject): Promise<void> {
    const result = (await this.#parts.proofs?.prove(this.recorderId, subject, this.#ended.signal)) ?? {
      outcome: 'refused',
      message: 'this monitor does not read objects back',
    };
    this.send({ type: 'proof-receipt', id, result });
  }

  /** What one recorder says wrong ends its own connection and nothing else. */
  #guard(socket: WebSocket, act: () => void): void {
    try {
      act();
    } catch (error) {
      const sentence = error instanceof Error ? error.message : String(error);
      const itsFault = error instanceof UplinkError || error instanceof EntryRefusedError;
      socket.close(itsFault ? 1008 : 1011, itsFault ? sentence.slice(0, 120) : 'internal error');
      this.#parts.listener.recorderMisbehaved(this.recorderId, sentence, this.#parts.clock.wallNow());
    }
  }
}

const knownTypes = new Set<unknown>(recorderMessageSchema.options.map((option) => option.shape.type.value));

/** What has no type at all is for the schema to refuse. */
function isOfKnownType(said: unknown): boolean {
  if (typeof said !== 'object' || said === null || !('type' in said)) return true;
  return typeof said.type !== 'string' || knownTypes.has(said.type);
}

function parseJson(data: Buffer): unknown {
  try {
    return JSON.parse(data.toString('utf8'));
  } catch (error) {
    throw new UplinkError('protocol', 'that is not JSON', { cause: error });
  }
}
