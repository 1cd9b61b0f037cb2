import { utcMs, type AlarmId, type CounterId, type UtcMs } from '@minhbach/shared/units-of-measure';
import type { AlarmFact } from './alarm-fact.ts';

const beforeMs = 60_000;
/** Of a condition that lasts, its begin and its end are what somebody has to look at. */
const afterBeginMs = 10 * 60_000;
const afterEndMs = 60_000;
const mostKnown = 1_000;

export interface AlarmedSpan {
  readonly counterId: CounterId;
  readonly from: UtcMs;
  readonly to: UtcMs;
}

/**
 * Which footage an alarm makes worth a look: of its counter, around the time its condition began and ended. Answers each
 * span once, however often the alarm changes. An alarm that is about no counter names no footage.
 */
export class AlarmFootage {
  readonly #known = new Map<AlarmId, string>();

  spanOf(alarm: AlarmFact): AlarmedSpan | undefined {
    const { id, place, lastSeen, to } = alarm;
    if (!('counterId' in place) || place.counterId === undefined) return undefined;
    const seen = `${lastSeen} ${to ?? ''}`;
    if (this.#known.get(id) === seen) return undefined;
    this.#known.delete(id);
    this.#known.set(id, seen);
    const [oldest] = this.#known.keys();
    if (this.#known.size > mostKnown && oldest !== undefined) this.#known.delete(oldest);
    const { counterId } = place;
    return to === undefined || to < lastSeen
      ? { counterId, from: utcMs(lastSeen - beforeMs), to: utcMs(lastSeen + afterBeginMs) }
      : { counterId, from: utcMs(to - beforeMs), to: utcMs(to + afterEndMs) };
  }
}
