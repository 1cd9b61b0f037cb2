import type { Logger } from 'pino';
import type { LookReason } from './look-times.ts';
import type { LumaGrid } from './picture-facts.ts';

/** Decodes footage: an init segment and whole fragments, all of one track. Rejects when it cannot. */
export interface FootageDecoder {
  /** The keyframes, oldest first. */
  pictures(footage: readonly Uint8Array[], signal: AbortSignal): Promise<readonly LumaGrid[]>;
  /** The samples of the first channel, at the sound's own rate. */
  sound(footage: readonly Uint8Array[], signal: AbortSignal): Promise<Int16Array>;
}

const timeoutMs = 10_000;

/** One look after the other, however many are asked for: those that a sign led to first. */
export class LookDesk {
  readonly #decoder: FootageDecoder;
  readonly #logger: Logger;
  readonly #waiting: Record<LookReason, (() => Promise<void>)[]> = { sign: [], turn: [] };
  readonly #closing = new AbortController();
  #running: Promise<void> | undefined;

  constructor(of: { readonly decoder: FootageDecoder; readonly logger: Logger }) {
    this.#decoder = of.decoder;
    this.#logger = of.logger;
  }

  /** `done` is given what was decoded, or `undefined` when that was not possible. It must not throw. */
  look<Decoded>(
    reason: LookReason,
    decode: (decoder: FootageDecoder, signal: AbortSignal) => Promise<Decoded>,
    done: (decoded: Decoded | undefined) => void,
  ): void {
    if (this.#closing.signal.aborted) return;
    this.#waiting[reason].push(async () => {
      const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(timeoutMs)]);
      let decoded: Decoded | undefined;
      try {
        decoded = await decode(this.#decoder, signal);
      } catch (error) {
        // What was to be looked at is recorded all the same; a stream that nobody can decode is no fault of its content.
        if (!this.#closing.signal.aborted) this.#logger.debug({ err: error }, 'footage could not be decoded');
      }
      if (!this.#closing.signal.aborted) done(decoded);
    });
    this.#running ??= this.#run();
  }

  /** Ends the look under way and forgets those that wait. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#waiting.sign = [];
    this.#waiting.turn = [];
    await this.#running;
  }

  async #run(): Promise<void> {
    for (;;) {
      const look = this.#waiting.sign.shift() ?? this.#waiting.turn.shift();
      if (look === undefined) break;
      await look();
    }
    this.#running = undefined;
  }
}
