import type { Logger } from 'pino';
import type { WebSocket } from 'ws';
import type { Clock } from '@minhbach/shared/clock';
import { LedgerError } from '@minhbach/shared/ledger';
import { monitorMessageSchema, type MonitorMessage, type RecorderMessage } from '@minhbach/shared/protocol';
import { isDiskFault } from '../spool/index.ts';
import { EntryFeed } from './entry-feed.ts';
import type { Welcome } from './handshake.ts';
import { HeadFeed } from './head-feed.ts';
import { MediaDesk } from './media-desk.ts';
import { ProofDesk } from './proof-desk.ts';
import type { UplinkPorts } from './uplink-ports.ts';

const openSegmentsEveryMs = 1_000;
const statusEveryMs = 10_000;
/** What can be said again later is left out while more than this waits to be sent. */
const crowdedBytes = 1024 * 1024;
const maxJobs = 16;

export interface ControlSessionParts {
  readonly ports: UplinkPorts;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Its address, under which what it has stored is remembered. */
  readonly monitor: string;
  /** Only the home monitor changes which devices are recorded. */
  readonly configures: boolean;
}

/** One welcomed control connection: tells the monitor what happens here and does what it asks, until it closes. */
export class ControlSession {
  readonly media: MediaDesk;
  readonly proofs: ProofDesk;
  readonly #socket: WebSocket;
  readonly #parts: ControlSessionParts;
  readonly #feed: EntryFeed;
  readonly #heads: HeadFeed;
  readonly #ended = new AbortController();
  readonly #cleanUps: (() => void)[] = [];
  #jobsRunning = 0;

  constructor(socket: WebSocket, welcome: Welcome, parts: ControlSessionParts) {
    this.#socket = socket;
    this.#parts = parts;
    const { ports, logger } = parts;
    const send = (message: RecorderMessage): void => this.#send(message);
    this.proofs = new ProofDesk(send);
    this.media = new MediaDesk({ media: ports.media, send, logger });
    this.#heads = new HeadFeed(() => ports.heads.list(), send);
    this.#feed = new EntryFeed({ source: ports.ledger, monitor: parts.monitor, position: welcome, send });
  }

  get configures(): boolean {
    return this.#parts.configures;
  }

  /** Resolves when the connection has closed and everything that hung on it has ended. */
  async run(early: readonly string[]): Promise<void> {
    const { ports, logger } = this.#parts;
    const closed = new Promise<void>((resolve) => this.#socket.once('close', () => resolve()));
    this.#socket.on('message', (data: Buffer, isBinary) => {
      if (!isBinary) this.#takeWhatTheDiskTakes(data.toString());
    });
    const departure = this.#feed.departure();
    if (departure !== undefined) {
      ports.ledger.beginGeneration(departure);
      logger.error(
        departure,
        'the monitor has stored what this recorder never stated: was an old disk restored? A new generation begins',
      );
    }
    // Facts first: the pump is asked again only once the change that woke it is complete.
    this.#cleanUps.push(ports.ledger.onAppended(() => setImmediate(() => this.#pump())));
    this.#cleanUps.push(ports.heads.onSigned(() => setImmediate(() => this.#pump())));
    this.#cleanUps.push(ports.sources.onChanged((source) => this.#tellSource(source)));
    this.#cleanUps.push(ports.faults.onChanged(() => this.#tellFaults()));
    this.#heads.promise(this.#feed.position);
    this.#pump();
    this.#tellSource(undefined);
    this.#tellFaults();
    for (const text of early) this.#take(text);
    this.#every(openSegmentsEveryMs, async () => this.#tellOpenSegments());
    this.#every(statusEveryMs, async () => this.#tellStatus());
    await closed;
    this.#ended.abort(new Error('the connection to the monitor ended'));
    for (const cleanUp of this.#cleanUps) cleanUp();
    this.media.close();
    this.proofs.close();
  }

  #pump(): void {
    if (this.#ended.signal.aborted) return;
    this.#feed.pump();
    this.#heads.pump(this.#feed.position);
  }

  /** How far the monitor is can be noted later; that the disk is gone must be said over this very connection. */
  #takeWhatTheDiskTakes(text: string): void {
    try {
      this.#take(text);
    } catch (error) {
      if (!isDiskFault(error)) throw error;
      this.#parts.logger.error({ err: error }, 'the disk does not take what the monitor said');
    }
  }

  #take(text: string): void {
    const message = parsed(text);
    if (message === undefined) {
      // A newer monitor may say more than we know; that must not cost the connection.
      this.#parts.logger.warn(
        { bytes: text.length },
        'the monitor said something this version does not know',
      );
      return;
    }
    switch (message.type) {
      case 'entries-stored':
        this.#feed.stored(message.generation, message.nextSeq);
        return this.#heads.pump(this.#feed.position);
      case 'job':
        return void this.#runJob(message);
      case 'live-start':
        return this.media.startLive(message);
      case 'live-stop':
        return this.media.stopLive(message.channel);
      case 'footage-get':
        return void this.media.sendFootage(message);
      case 'footage-cancel':
        return this.media.cancelFootage(message.channel);
      case 'proof-receipt':
        return this.proofs.answered(message.id, message.result);
      case 'head-witnessed':
        return this.#witnessed(message.generation, message.note);
      case 'head-refused':
        return this.#parts.logger.error(
          { monitor: this.#parts.monitor, generation: message.generation, why: message.why },
          `the monitor does not witness the ledger's head: ${message.message}`,
        );
      case 'footage-wanted': {
        const { sourceId, from: fromUtcMs, to: toUtcMs } = message;
        return this.#parts.ports.footageWanted({ sourceId, fromUtcMs, toUtcMs });
      }
      case 'counter-days':
        // How long footage is kept is for the monitor to say that configures this recorder.
        if (this.#parts.configures) this.#parts.ports.counterDaysTold(message.counters);
        return;
      case 'ping':
        return this.#send({ type: 'pong', id: message.id, recorderNow: this.#parts.clock.wallNow() });
    }
  }

  /** A monitor that sends back what nobody signed is not worth a recorder's life. */
  #witnessed(generation: number, note: string): void {
    try {
      this.#parts.ports.heads.noteWitnessed(generation, note);
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      this.#parts.logger.error({ monitor: this.#parts.monitor }, `no counter-signature: ${error.message}`);
    }
  }

  async #runJob({ jobId, job }: Extract<MonitorMessage, { type: 'job' }>): Promise<void> {
    const refuse = (message: string): void =>
      this.#send({ type: 'job-failed', jobId, problem: { code: 'internal', message } });
    if (!this.#parts.configures && job.kind !== 'snapshot') {
      return refuse('this monitor is not the one that configures this recorder');
    }
    if (this.#jobsRunning >= maxJobs)
      return refuse('this recorder is busy with too many jobs; try again shortly');
    this.#jobsRunning += 1;
    const outcome = await this.#parts.ports.jobs.run(job, this.#ended.signal, (progress) =>
      this.#send({ type: 'job-progress', jobId, progress }),
    );
    this.#jobsRunning -= 1;
    if (outcome.ok) this.#send({ type: 'job-done', jobId, result: outcome.result });
    else this.#send({ type: 'job-failed', jobId, problem: outcome.problem });
  }

  #tellSource(changed: Parameters<Parameters<UplinkPorts['sources']['onChanged']>[0]>[0]): void {
    if (changed !== undefined) this.#send({ type: 'source-state', source: changed });
    else this.#send({ type: 'sources', sources: this.#parts.ports.sources.list() });
  }

  #tellFaults(): void {
    this.#send({ type: 'faults', faults: [...this.#parts.ports.faults.list()].slice(0, 1_000) });
  }

  #tellOpenSegments(): void {
    const segments = [...this.#parts.ports.media.openSegments()].slice(0, 2_000);
    this.#send({ type: 'open-segments', segments });
  }

  async #tellStatus(): Promise<void> {
    const report = await this.#parts.ports.status();
    this.#send({ type: 'status', at: this.#parts.clock.wallNow(), ...report });
  }

  #every(periodMs: number, tell: () => Promise<void>): void {
    const once = (): void => {
      if (this.#socket.bufferedAmount > crowdedBytes) return;
      tell().catch((error: unknown) =>
        this.#parts.logger.error({ err: error }, 'a report could not be made'),
      );
    };
    once();
    const timer = setInterval(once, periodMs);
    this.#cleanUps.push(() => clearInterval(timer));
  }

  #send(message: RecorderMessage): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(JSON.stringify(message));
  }
}

function parsed(text: string): MonitorMessage | undefined {
  try {
    return monitorMessageSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
