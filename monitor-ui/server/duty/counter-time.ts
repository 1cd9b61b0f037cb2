import type { CompletenessDay, DutyHole, TimelineSpan } from '@minhbach/shared/protocol';
import { utcMs, type CounterId, type SourceId, type UtcMs } from '@minhbach/shared/units-of-measure';
import {
  completenessOf,
  holesOf,
  unequippedSpans,
  type Completeness,
  type DutyRecord,
  type SourceTimeline,
} from './completeness.ts';
import type { DutyCalendars } from './duty-calendars.ts';
import { dayOf, dutySpans, nextDate } from './duty-spans.ts';
import type { ExplainedTime } from './explained-time.ts';
import { within, type Span } from './spans.ts';

/** A hole as it was when somebody looked; without `sourceId`, the counter had no camera, or no microphone. */
export interface UnexplainedSpan extends Span {
  readonly sourceId?: SourceId | undefined;
}

export interface CounterTimeParts {
  readonly calendars: DutyCalendars;
  readonly explained: ExplainedTime;
  /** What became of each source of the counter, retired ones too. */
  readonly timelines: (counterId: CounterId, from: UtcMs, to: UtcMs, now: UtcMs) => readonly SourceTimeline[];
}

/** What became of a counter's time, from its calendar, its timelines and what is explained. */
export class CounterTime {
  readonly #parts: CounterTimeParts;

  constructor(parts: CounterTimeParts) {
    this.#parts = parts;
  }

  completeness(counterId: CounterId, span: Span, now: UtcMs): Completeness {
    return completenessOf(this.#record(counterId, span, now));
  }

  holes(counterId: CounterId, span: Span, now: UtcMs): DutyHole[] {
    return holesOf(this.#record(counterId, span, now));
  }

  /** One row for each local day from `from` to `to`, both included. */
  days(counterId: CounterId, from: string, to: string, now: UtcMs): CompletenessDay[] {
    const whole = this.#record(counterId, { from: dayOf(from).from, to: dayOf(to).to }, now);
    const days: CompletenessDay[] = [];
    for (let date = from; date <= to; date = nextDate(date)) {
      const { dutyMs, recordedMs, explainedMs, unexplainedMs, pendingMs } = completenessOf({
        ...whole,
        duty: within(whole.duty, dayOf(date)),
      });
      days.push({ date, dutyMs, recordedMs, explainedMs, unexplainedMs, pendingMs });
    }
    return days;
  }

  /** Every hole within the span that nothing explains yet, on duty or not: of one source, or of all. */
  unexplained(
    counterId: CounterId,
    sourceId: SourceId | undefined,
    span: Span,
    now: UtcMs,
  ): UnexplainedSpan[] {
    const { timelines, explained } = this.#parts;
    const until = utcMs(Math.min(span.to, now));
    if (until <= span.from) return [];
    const sources = timelines(counterId, span.from, until, now);
    const gaps = sources
      .filter(({ id }) => sourceId === undefined || id === sourceId)
      .flatMap(({ id, spans }) =>
        spans.filter(isUnexplainedGap).map(({ from, to }) => ({ sourceId: id, from, to })),
      );
    if (sourceId !== undefined) return gaps;
    const record = {
      duty: [{ from: span.from, to: until }],
      timelines: sources,
      explained: explained.ofCounter(counterId, span.from, until),
      now,
    };
    return [...gaps, ...unequippedSpans(record)];
  }

  #record(counterId: CounterId, span: Span, now: UtcMs): DutyRecord {
    const { calendars, timelines, explained } = this.#parts;
    const from = utcMs(Math.max(span.from, Math.min(calendars.createdAt(counterId), span.to)));
    const duty = dutySpans(calendars.history(counterId), from, span.to);
    if (duty.length === 0) return { duty, timelines: [], explained: [], now };
    return {
      duty,
      timelines: timelines(counterId, from, span.to, now),
      explained: explained.ofCounter(counterId, from, span.to),
      now,
    };
  }
}

function isUnexplainedGap({ kind, explained }: TimelineSpan): boolean {
  return kind === 'gap' && explained !== true;
}
