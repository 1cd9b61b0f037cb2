import type { DutyHole, SourceKind, TimelineCause, TimelineSpan } from '@minhbach/shared/protocol';
import { utcMs, type SourceId, type UtcMs } from '@minhbach/shared/units-of-measure';
import type { DutySpan } from './duty-spans.ts';
import { joined, type Span } from './spans.ts';

export interface SourceTimeline {
  readonly id: SourceId;
  readonly kind: SourceKind;
  /** In order, touching, over the whole span asked for. */
  readonly spans: readonly TimelineSpan[];
}

/** What is needed to judge duty time. */
export interface DutyRecord {
  /** In order. */
  readonly duty: readonly DutySpan[];
  readonly timelines: readonly SourceTimeline[];
  /** When it is explained that the counter as a whole was not recorded; in order, not touching. */
  readonly explained: readonly Span[];
  readonly now: UtcMs;
}

export interface Completeness {
  readonly dutyMs: number;
  readonly recordedMs: number;
  readonly explainedMs: number;
  readonly unexplainedMs: number;
  readonly pendingMs: number;
  readonly sources: { readonly id: SourceId; readonly recordedMs: number }[];
}

type Verdict = 'recorded' | 'explained' | 'unexplained' | 'pending';

/**
 * Duty time by what became of it. A moment is recorded only when every source required then has sealed footage, and at
 * least one camera and one microphone are required; it is pending while what lacks may still come. The four sum to duty.
 * Footage that was sealed and that retention removed when its days were over stays recorded: the figures of a day do not
 * change when its footage goes, nor do they tell which of it is held.
 */
export function completenessOf(record: DutyRecord): Completeness {
  const sums: Record<Verdict, number> = { recorded: 0, explained: 0, unexplained: 0, pending: 0 };
  const recordedBySource = new Map<SourceId, number>(record.timelines.map(({ id }) => [id, 0]));
  for (const { from, to, verdict, states } of momentsOf(record)) {
    sums[verdict] += to - from;
    for (const { id, span } of states) {
      if (isSealed(span)) recordedBySource.set(id, (recordedBySource.get(id) ?? 0) + to - from);
    }
  }
  return {
    dutyMs: sums.recorded + sums.explained + sums.unexplained + sums.pending,
    recordedMs: sums.recorded,
    explainedMs: sums.explained,
    unexplainedMs: sums.unexplained,
    pendingMs: sums.pending,
    sources: [...recordedBySource].map(([id, recordedMs]) => ({ id, recordedMs })),
  };
}

/** Duty time that is not recorded, in order; neighbours differ in what is lacking, or in what became of it. */
export function holesOf(record: DutyRecord): DutyHole[] {
  const holes: DutyHole[] = [];
  for (const { from, to, verdict, states } of momentsOf(record)) {
    if (verdict === 'recorded') continue;
    const lacking = requiredOf(states)
      .filter(({ span }) => !isSealed(span))
      .map(({ id, span }) => ({
        sourceId: id,
        ...(span?.cause === undefined ? {} : { cause: span.cause }),
      }));
    const last = holes.at(-1);
    if (last?.to === from && last.state === verdict && isSame(last.lacking, lacking)) last.to = to;
    else holes.push({ from, to, state: verdict, lacking });
  }
  return holes;
}

/** When the counter had no camera, or no microphone, at all, and nothing explains it; in order, not touching. */
export function unequippedSpans(record: DutyRecord): Span[] {
  const spans: Span[] = [];
  for (const { from, to, verdict, states } of momentsOf(record)) {
    if (verdict === 'unexplained' && !isEquipped(requiredOf(states))) spans.push({ from, to });
  }
  return joined(spans);
}

interface SourceMoment {
  readonly id: SourceId;
  readonly kind: SourceKind;
  readonly span: TimelineSpan | undefined;
  readonly until: number;
  readonly required: boolean;
}

interface Moment extends Span {
  readonly verdict: Verdict;
  readonly states: readonly SourceMoment[];
}

function* momentsOf({ duty, timelines, explained, now }: DutyRecord): Generator<Moment> {
  const cursors = timelines.map((timeline) => new SpanCursor(timeline.spans));
  const covering = new SpanCursor(explained);
  for (const { from, to, required } of duty) {
    for (let at: number = from; at < to;) {
      const states = timelines.map(({ id, kind }, index): SourceMoment => {
        const { span, until = Infinity } = cursors[index]?.at(at) ?? {};
        return { id, kind, span, until, required: required?.includes(id) ?? true };
      });
      const cover = covering.at(at);
      const end = Math.min(to, at < now ? now : to, cover.until, ...states.map(({ until }) => until));
      const verdict = at >= now ? 'pending' : verdictOf(states, cover.span !== undefined);
      yield { from: utcMs(at), to: utcMs(end), verdict, states };
      at = end;
    }
  }
}

function verdictOf(states: readonly SourceMoment[], counterExplained: boolean): Verdict {
  const required = requiredOf(states);
  if (!isEquipped(required)) return counterExplained ? 'explained' : 'unexplained';
  const lacking = required.filter(({ span }) => !isSealed(span));
  if (lacking.length === 0) return 'recorded';
  const gaps = lacking.filter(({ span }) => span?.kind === 'gap');
  if (gaps.some(({ span }) => span?.explained !== true)) return 'unexplained';
  return gaps.length < lacking.length ? 'pending' : 'explained';
}

function requiredOf(states: readonly SourceMoment[]): readonly SourceMoment[] {
  return states.filter(
    ({ span, required }) => required && span !== undefined && span.kind !== 'unregistered',
  );
}

function isEquipped(required: readonly SourceMoment[]): boolean {
  return new Set(required.map(({ kind }) => kind)).size === 2;
}

function isSealed(span: TimelineSpan | undefined): boolean {
  return (span?.kind === 'footage' && span.sealed === true) || span?.cause === 'expired';
}

type Lacking = readonly { readonly sourceId: SourceId; readonly cause?: TimelineCause | undefined }[];

function isSame(some: Lacking, others: Lacking): boolean {
  return (
    some.length === others.length &&
    some.every(
      ({ sourceId, cause }, index) => others[index]?.sourceId === sourceId && others[index].cause === cause,
    )
  );
}

/** Finds the span at a time that only moves forward. */
class SpanCursor<Of extends Span> {
  readonly #spans: readonly Of[];
  #next = 0;

  constructor(spans: readonly Of[]) {
    this.#spans = spans;
  }

  at(time: number): { readonly span: Of | undefined; readonly until: number } {
    const spans = this.#spans;
    while ((spans[this.#next]?.to ?? Infinity) <= time) this.#next += 1;
    const next = spans[this.#next];
    const span = next !== undefined && next.from <= time ? next : undefined;
    return { span, until: span?.to ?? next?.from ?? Infinity };
  }
}
