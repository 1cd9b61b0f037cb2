import type { Logger } from 'pino';
import type { Clock } from '@minhbach/shared/clock';
import { BackOff } from './back-off.ts';
import { ControlSession } from './control-session.ts';
import { dial } from './dial.ts';
import type { HandshakeParts } from './handshake.ts';
import { UplinkError } from './uplink-error.ts';
import type { ProvingMonitor, UplinkPorts } from './uplink-ports.ts';

export interface UplinkParts extends HandshakeParts {
  readonly ports: UplinkPorts;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly backOff?: { readonly firstMs: number; readonly maxMs: number };
}

/** The lasting relation to one monitor: dials, and dials again for ever. Recording never waits for it. */
export class Uplink {
  readonly url: string;
  readonly #parts: UplinkParts;
  readonly #logger: Logger;
  #connected = false;
  #session: ControlSession | undefined;
  #lastFault: string | undefined;

  constructor(parts: UplinkParts) {
    this.#parts = parts;
    this.url = parts.monitor.url;
    this.#logger = parts.logger.child({ monitor: this.url });
  }

  get connected(): boolean {
    return this.#connected;
  }

  /** How objects can be proved by this monitor; `undefined` unless it is the home monitor and connected now. */
  get proving(): ProvingMonitor | undefined {
    const session = this.#session;
    const known = this.#parts.monitors.find(this.url);
    if (session?.configures !== true || known === undefined) return undefined;
    const { monitorId, publicKey } = known;
    return { monitorId, publicKey, ask: async (subject, signal) => session.proofs.ask(subject, signal) };
  }

  /** Resolves when `signal` aborts; never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    await this.#again(signal, async (connected) => this.#control(signal, connected));
  }

  async #control(signal: AbortSignal, connected: () => void): Promise<void> {
    const { socket, welcome, early } = await dial('/uplink', this.#parts, signal);
    connected();
    this.#connected = true;
    this.#lastFault = undefined;
    this.#logger.info({ nextSeq: welcome.nextSeq }, 'connected to the monitor');
    const { ports, clock, monitor } = this.#parts;
    const configures = welcome.home && monitor.home;
    const session = new ControlSession(socket, welcome, {
      ...{ ports, clock, logger: this.#logger, configures },
      monitor: this.url,
    });
    this.#session = session;
    // Channels are numbered per control connection, so media never outlives the one that numbered it.
    const mediaEnds = new AbortController();
    const media = this.#again(AbortSignal.any([signal, mediaEnds.signal]), async (attached) => {
      const { socket: mediaSocket } = await dial('/uplink/media', this.#parts, mediaEnds.signal);
      attached();
      session.media.attach(mediaSocket);
      await new Promise<void>((resolve) => mediaSocket.once('close', () => resolve()));
      throw new UplinkError('lost', 'the media connection was lost');
    });
    try {
      await session.run(early);
    } finally {
      this.#connected = false;
      this.#session = undefined;
      mediaEnds.abort();
      await media;
    }
    throw new UplinkError('lost', 'the connection to the monitor was lost');
  }

  /** Runs `attempt` over and over with growing pauses, which start anew whenever one has `succeeded`. */
  async #again(signal: AbortSignal, attempt: (succeeded: () => void) => Promise<void>): Promise<void> {
    const backOff = new BackOff(this.#parts.backOff ?? { firstMs: 250, maxMs: 10_000 });
    while (!signal.aborted) {
      try {
        await attempt(() => backOff.reset());
      } catch (error) {
        if (signal.aborted) return;
        this.#note(error);
      }
      await this.#parts.clock.sleep(backOff.nextMs(), signal).catch(() => undefined);
    }
  }

  /** Says a fault once, not at every attempt. */
  #note(error: unknown): void {
    const expected = error instanceof UplinkError;
    const sentence = expected ? `${error.code}: ${error.message}` : String(error);
    if (sentence === this.#lastFault) return;
    this.#lastFault = sentence;
    if (expected) this.#logger.warn({ code: error.code }, error.message);
    else this.#logger.error({ err: error }, 'the uplink failed unexpectedly');
  }
}
