import type { Logger } from 'pino';
import type { Clock } from '@minhbach/shared/clock';
import type { UtcMs } from '@minhbach/shared/units-of-measure';

/** Something wrong with this recorder that lasts; `message` is one sentence. */
export interface StandingFault {
  readonly code: string;
  readonly message: string;
  readonly since: UtcMs;
}

/** The faults that stand now. Each is logged once when it begins and when it ends. */
export class RecorderFaults {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #standing = new Map<string, StandingFault>();

  constructor(of: { readonly clock: Clock; readonly logger: Logger }) {
    this.#clock = of.clock;
    this.#logger = of.logger;
  }

  list(): readonly StandingFault[] {
    return [...this.#standing.values()];
  }

  /** `undefined`: over. */
  set(code: string, message: string | undefined): void {
    const before = this.#standing.get(code);
    if (message === undefined) {
      if (!this.#standing.delete(code)) return;
      this.#logger.info({ code }, 'this fault is over');
      return;
    }
    if (before === undefined) this.#logger.error({ code }, message);
    this.#standing.set(code, { code, message, since: before?.since ?? this.#clock.wallNow() });
  }
}
