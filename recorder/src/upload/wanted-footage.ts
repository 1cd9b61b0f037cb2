import type { Clock } from '@minhbach/shared/clock';
import type { FootageSpan } from '../spool/index.ts';

const keptMs = 6 * 3_600_000;
const mostSpans = 50;

/** The spans monitors want in the archive before the rest. Forgotten after six hours, or when too many are asked for. */
export class WantedFootage {
  readonly #clock: Clock;
  #spans: { readonly span: FootageSpan; readonly untilMs: number }[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(span: FootageSpan): void {
    const same = (other: FootageSpan): boolean =>
      other.sourceId === span.sourceId &&
      other.fromUtcMs === span.fromUtcMs &&
      other.toUtcMs === span.toUtcMs;
    const others = this.#spans.filter((kept) => !same(kept.span));
    this.#spans = [...others, { span, untilMs: this.#clock.monotonicNowMs() + keptMs }].slice(-mostSpans);
  }

  list(): readonly FootageSpan[] {
    const nowMs = this.#clock.monotonicNowMs();
    this.#spans = this.#spans.filter(({ untilMs }) => untilMs > nowMs);
    return this.#spans.map(({ span }) => span);
  }
}
