import type { Aim } from '@minhbach/shared/protocol';
import { utcMs, type PersonId, type SourceId, type UtcMs } from '@minhbach/shared/units-of-measure';
import type { Clock } from '@minhbach/shared/clock';

const aimMs = 60_000;

/** Which technician may look through which camera right now. Kept in memory: a restart ends every look. */
export class Aims {
  readonly #clock: Clock;
  readonly #until = new Map<string, UtcMs>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  start(personId: PersonId, sourceId: SourceId): Aim {
    const now = this.#clock.wallNow();
    for (const [key, until] of this.#until) if (until <= now) this.#until.delete(key);
    const expiresAt = utcMs(now + aimMs);
    this.#until.set(`${personId} ${sourceId}`, expiresAt);
    return { sourceId, expiresAt };
  }

  /** Until when this person may look through this camera; `undefined` when not now. */
  activeUntil(personId: PersonId, sourceId: SourceId): UtcMs | undefined {
    const until = this.#until.get(`${personId} ${sourceId}`);
    return until !== undefined && until > this.#clock.wallNow() ? until : undefined;
  }
}
