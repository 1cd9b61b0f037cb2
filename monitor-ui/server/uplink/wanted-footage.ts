import type { Clock } from '@minhbach/shared/clock';
import type { MonitorMessage } from '@minhbach/shared/protocol';
import type { RecorderId, SourceId, UtcMs } from '@minhbach/shared/units-of-measure';

export interface WantedSpan {
  readonly sourceId: SourceId;
  readonly from: UtcMs;
  readonly to: UtcMs;
}

interface Wanted {
  readonly recorderId: RecorderId;
  readonly span: WantedSpan;
  readonly untilMs: number;
}

const keptMs = 3_600_000;
const mostSpans = 1_000;

/** What recorders were asked to archive first within the last hour: said again to those that come back. */
export class WantedFootage {
  readonly #clock: Clock;
  #wanted: Wanted[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(recorderId: RecorderId, span: WantedSpan): void {
    const untilMs = this.#clock.monotonicNowMs() + keptMs;
    this.#wanted = [...this.#fresh(), { recorderId, span, untilMs }].slice(-mostSpans);
  }

  messagesFor(recorderId: RecorderId): MonitorMessage[] {
    return this.#fresh()
      .filter((wanted) => wanted.recorderId === recorderId)
      .map(({ span }) => ({ type: 'footage-wanted', ...span }));
  }

  #fresh(): Wanted[] {
    const nowMs = this.#clock.monotonicNowMs();
    return this.#wanted.filter(({ untilMs }) => untilMs > nowMs);
  }
}
