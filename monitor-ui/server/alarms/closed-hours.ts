import type { AlarmKind } from '@minhbach/shared/protocol';
import type { CounterId, RecorderId } from '@minhbach/shared/units-of-measure';
import type { AlarmSighting } from './alarms.ts';

/** An office that is closed is dark and still, every night at every counter. */
const usualWhenClosed: ReadonlySet<AlarmKind> = new Set(['picture-blank', 'sound-silent']);
/** Calendars are asked this often of what waits: it may be thousands of counters. */
const askEveryMs = 10_000;

/**
 * Keeps back what is usual in a closed office until its counter is on duty: a lens that is covered is an alarm from then
 * on, and nobody has learnt overnight to look past alarms. What was an alarm before the office closed stays one.
 */
export class ClosedHours {
  readonly #isOnDuty: (counterId: CounterId) => boolean;
  readonly #waiting = new Map<RecorderId, readonly AlarmSighting[]>();
  #askedMs = Number.NEGATIVE_INFINITY;

  constructor(isOnDuty: (counterId: CounterId) => boolean) {
    this.#isOnDuty = isOnDuty;
  }

  /** Of all that stands at a recorder now, what is an alarm; the rest waits. */
  toRaise(recorderId: RecorderId, standing: readonly AlarmSighting[]): readonly AlarmSighting[] {
    const waits = new Set(standing.filter((sighting) => this.#isUsual(sighting)));
    if (waits.size === 0) this.#waiting.delete(recorderId);
    else this.#waiting.set(recorderId, [...waits]);
    return standing.filter((sighting) => !waits.has(sighting));
  }

  /** To be asked every second or so: what waited, and whose counter is on duty by now. */
  opened(nowMs: number): AlarmSighting[] {
    if (nowMs - this.#askedMs < askEveryMs) return [];
    this.#askedMs = nowMs;
    return [...this.#waiting].flatMap(([recorderId, waiting]) => this.toRaise(recorderId, waiting));
  }

  /** Nothing is known of this recorder any more. */
  forget(recorderId: RecorderId): void {
    this.#waiting.delete(recorderId);
  }

  #isUsual({ kind, place }: AlarmSighting): boolean {
    if (!usualWhenClosed.has(kind) || !('siteId' in place) || place.counterId === undefined) return false;
    return !this.#isOnDuty(place.counterId);
  }
}
