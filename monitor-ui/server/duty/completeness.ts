import type { SourceKind, TimelineSpan } from '@minhbach/shared/protocol';
import type { SourceId, UtcMs } from '@minhbach/shared/units-of-measure';
import type { Span } from './duty-spans.ts';

export interface SourceTimeline {
  readonly id: SourceId;
  readonly kind: SourceKind;
  /** In order, touching, over the whole span asked for. */
  readonly spans: readonly TimelineSpan[];
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
 */
export function completenessOf(
  duty: readonly Span[],
  timelines: readonly SourceTimeline[],
  now: UtcMs,
): Completeness {
  const sums: Record<Verdict, number> = { recorded: 0, explained: 0, unexplained: 0, pending: 0 };
  const recordedBySource = new Map<SourceId, number>(timelines.map(({ id }) => [id, 0]));
  const cursors = timelines.map((timeline) => new SpanCursor(timeline));
  let dutyMs = 0;
  for (const { from, to } of duty) {
    dutyMs += to - from;
    for (let at: number = from; at < to;) {
      const states = cursors.map((cursor) => cursor.at(at));
      const end = Math.min(to, at < now ? now : to, ...states.map((state) => state.until));
      const durationMs = end - at;
      sums[at >= now ? 'pending' : verdict(states)] += durationMs;
      for (const { id, span } of states) {
        if (isSealed(span)) recordedBySource.set(id, (recordedBySource.get(id) ?? 0) + durationMs);
      }
      at = end;
    }
  }
  return {
    dutyMs,
    recordedMs: sums.recorded,
    explainedMs: sums.explained,
    unexplainedMs: sums.unexplained,
    pendingMs: sums.pending,
    sources: [...recordedBySource].map(([id, recordedMs]) => ({ id, recordedMs })),
  };
}

interface SourceMoment {
  readonly id: SourceId;
  readonly kind: SourceKind;
  readonly span: TimelineSpan | undefined;
  readonly until: number;
}

function verdict(moments: readonly SourceMoment[]): Verdict {
  const required = moments.filter(({ span }) => span !== undefined && span.kind !== 'unregistered');
  const kinds = new Set(required.map(({ kind }) => kind));
  if (kinds.size < 2) return 'unexplained';
  const lacking = required.filter(({ span }) => !isSealed(span));
  if (lacking.length === 0) return 'recorded';
  const gaps = lacking.filter(({ span }) => span?.kind === 'gap');
  if (gaps.some(({ span }) => span?.explained !== true)) return 'unexplained';
  return gaps.length < lacking.length ? 'pending' : 'explained';
}

function isSealed(span: TimelineSpan | undefined): boolean {
  return span?.kind === 'footage' && span.sealed === true;
}

/** Finds the span at a time that only moves forward. */
class SpanCursor {
  readonly #timeline: SourceTimeline;
  #next = 0;

  constructor(timeline: SourceTimeline) {
    this.#timeline = timeline;
  }

  at(time: number): SourceMoment {
    const { id, kind, spans } = this.#timeline;
    while ((spans[this.#next]?.to ?? Infinity) <= time) this.#next += 1;
    const next = spans[this.#next];
    const span = next !== undefined && next.from <= time ? next : undefined;
    return { id, kind, span, until: span?.to ?? next?.from ?? Infinity };
  }
}
