import type { Clock } from '@minhbach/shared/clock';
import type { SourceKind } from '@minhbach/shared/protocol';
import { utcMs, type CounterId, type PersonId, type UtcMs } from '@minhbach/shared/units-of-measure';
import type { CounterTime } from './counter-time.ts';
import { dayOf, localDate } from './duty-spans.ts';
import { totalMs, within } from './spans.ts';

export interface UnexplainedDay {
  readonly counterId: CounterId;
  /** Local, `yyyy-mm-dd`. */
  readonly date: string;
}

/** What is told of a day; the alarms take it from here. */
export interface UnexplainedReports {
  missing(day: UnexplainedDay, from: UtcMs, unexplainedMs: number): void;
  /** Nothing is unexplained (any more). `by`: the person whose acceptance made it so. */
  whole(day: UnexplainedDay, by?: { readonly personId: PersonId; readonly text: string }): void;
  /** Days of which something was missing when they were last looked at. */
  standing(): readonly UnexplainedDay[];
}

export interface UnexplainedWatchParts {
  readonly time: CounterTime;
  readonly clock: Clock;
  readonly reports: UnexplainedReports;
  readonly counters: () => readonly CounterId[];
  readonly sources: (
    counterId: CounterId,
  ) => readonly { readonly kind: SourceKind; readonly registeredAt: UtcMs }[];
  /** Time this new is left alone: what is wrong now has an alarm of its own. */
  readonly afterMs: number;
}

/** Less is what clocks and cuts do. */
const worthTellingMs = 1_000;
const dayMs = 86_400_000;
/** How often each counter is looked at, when `sweep` is called once a second. */
const roundSeconds = 60;

/** Duty time nobody explains must have an owner: looks at each counter's today, yesterday, and days that stand open. */
export class UnexplainedWatch {
  readonly #parts: UnexplainedWatchParts;
  #waiting: UnexplainedDay[] = [];
  #share = 1;

  constructor(parts: UnexplainedWatchParts) {
    this.#parts = parts;
  }

  /** To be called every second: looks at a part of the counters, at all of them once a minute. */
  sweep(): void {
    if (this.#waiting.length === 0) {
      this.#waiting = this.#round();
      this.#share = Math.ceil(this.#waiting.length / roundSeconds);
    }
    for (const day of this.#waiting.splice(0, this.#share)) this.look(day);
  }

  /** After an explanation was accepted: its days are looked at at once. */
  explained(
    of: { readonly counterId: CounterId; readonly from: UtcMs; readonly to: UtcMs },
    by: { readonly personId: PersonId; readonly text: string },
  ): void {
    for (let at: number = of.from; at < of.to + dayMs; at += dayMs) {
      const date = localDate(utcMs(Math.min(at, of.to - 1)));
      this.look({ counterId: of.counterId, date }, by);
    }
  }

  look(day: UnexplainedDay, by?: { readonly personId: PersonId; readonly text: string }): void {
    const { time, clock, afterMs, reports } = this.#parts;
    const now = clock.wallNow();
    const whole = dayOf(day.date);
    const since = this.#inServiceSince(day.counterId);
    if (since === undefined) return;
    const span = {
      from: utcMs(Math.max(whole.from, since)),
      to: utcMs(Math.min(whole.to, Math.max(0, now - afterMs))),
    };
    if (span.to <= span.from) return;
    const missing = within(time.holes(day.counterId, span, now), span).filter(
      ({ state }) => state === 'unexplained',
    );
    const [first] = missing;
    const unexplainedMs = totalMs(missing);
    if (first !== undefined && unexplainedMs >= worthTellingMs)
      reports.missing(day, first.from, unexplainedMs);
    else reports.whole(day, by);
  }

  #round(): UnexplainedDay[] {
    const { clock, counters, reports } = this.#parts;
    const now = clock.wallNow();
    const dates = [localDate(utcMs(now - dayMs)), localDate(now)];
    const days = counters().flatMap((counterId) => dates.map((date) => ({ counterId, date })));
    const older = reports.standing().filter(({ date }) => !dates.includes(date));
    return [...days, ...older];
  }

  /** When the counter first had both a camera and a microphone: what was missing before is no fault of a machine. */
  #inServiceSince(counterId: CounterId): UtcMs | undefined {
    const sources = this.#parts.sources(counterId);
    const firsts = (['camera', 'microphone'] as const).map((kind) =>
      Math.min(...sources.filter((source) => source.kind === kind).map(({ registeredAt }) => registeredAt)),
    );
    const since = Math.max(...firsts);
    return Number.isFinite(since) ? utcMs(since) : undefined;
  }
}
