import type { GapCause, SourceState, TimelineSpan } from '@minhbach/shared/protocol';
import { utcMs, type CaptureId, type UtcMs } from '@minhbach/shared/units-of-measure';
import { jointMs, type KnownGap } from './footage-piece.ts';

/** What is known of a source, besides its footage, when a timeline is drawn. */
export interface SourceFacts {
  readonly registeredAt: UtcMs;
  readonly retiredAt?: UtcMs | undefined;
  readonly state: SourceState;
  readonly cause?: GapCause | undefined;
  /** When the present state began. */
  readonly since: UtcMs;
  readonly recorderOnline: boolean;
  /** Every entry the recorder told of is stored. */
  readonly recorderCaughtUp: boolean;
}

export interface FootageSpan {
  readonly captureId: CaptureId;
  readonly startUtcMs: UtcMs;
  readonly endUtcMs: UtcMs;
  readonly sealed: boolean;
}

export interface TimelineInput {
  readonly from: UtcMs;
  readonly to: UtcMs;
  readonly now: UtcMs;
  readonly source: SourceFacts;
  /** Overlapping `from..to`, ordered by start. */
  readonly footage: readonly FootageSpan[];
  /** Overlapping `from..to`, ordered by start. */
  readonly gaps: readonly KnownGap[];
  /** End of the newest footage known at all, also outside `from..to`. */
  readonly lastFootageEnd?: UtcMs | undefined;
  /** End of the newest sealed footage: recorders tell of a source in order, so what is missing before it is missing. */
  readonly lastSealedEnd?: UtcMs | undefined;
}

/** Footage is known about a second after it happened; a source that records may be this far behind. */
const tooNewMs = 10_000;

/** Spans in order that touch and cover exactly `from..to`; neighbours differ in kind, `sealed` or cause. */
export function timelineSpans(input: TimelineInput): TimelineSpan[] {
  const spans = new SpanList(input.from);
  const gaps = new GapCursor(input.gaps);
  let previous: FootageSpan | undefined;
  for (const piece of input.footage) {
    const start = utcMs(Math.max(piece.startUtcMs, spans.end));
    const end = utcMs(Math.min(piece.endUtcMs, input.to));
    if (end <= start) continue;
    if (start > spans.end && previous && isJoint(previous, piece)) {
      spans.add({ to: start, kind: 'footage', sealed: previous.sealed });
    }
    fillHole(spans, start, gaps, input);
    spans.add({ to: end, kind: 'footage', sealed: piece.sealed });
    previous = piece;
  }
  fillHole(spans, input.to, gaps, input);
  return spans.items;
}

function isJoint(
  before: { readonly captureId: CaptureId; readonly endUtcMs: UtcMs },
  after: { readonly captureId: CaptureId; readonly startUtcMs: UtcMs },
): boolean {
  return before.captureId === after.captureId && after.startUtcMs - before.endUtcMs < jointMs;
}

type OpenSpan = Omit<TimelineSpan, 'from'>;

class SpanList {
  readonly items: TimelineSpan[] = [];
  end: UtcMs;

  constructor(from: UtcMs) {
    this.end = from;
  }

  add(span: OpenSpan): void {
    if (span.to <= this.end) return;
    const last = this.items.at(-1);
    if (last && last.kind === span.kind && last.sealed === span.sealed && last.cause === span.cause)
      last.to = span.to;
    else this.items.push({ from: this.end, ...span });
    this.end = span.to;
  }
}

/** Finds the gap at a time that only moves forward: a flapping camera leaves thousands of gaps a day. */
class GapCursor {
  readonly #gaps: readonly KnownGap[];
  #next = 0;

  constructor(gaps: readonly KnownGap[]) {
    this.#gaps = gaps;
  }

  /** The gap that covers `at`, or else the next one after it. */
  reach(at: UtcMs): KnownGap | undefined {
    let gap = this.#gaps[this.#next];
    while (gap !== undefined && gap.toUtcMs <= at) gap = this.#gaps[(this.#next += 1)];
    return gap;
  }
}

function fillHole(spans: SpanList, to: UtcMs, gaps: GapCursor, input: TimelineInput): void {
  while (spans.end < to) {
    const span = withoutFootage(spans.end, to, gaps.reach(spans.end), input);
    spans.add(span.to > spans.end ? span : { ...span, to });
  }
}

/** What the time from `at` is that no footage covers, and how far that holds (at most `to`). */
function withoutFootage(at: UtcMs, to: UtcMs, gap: KnownGap | undefined, input: TimelineInput): OpenSpan {
  const { source, now } = input;
  const until = (...limits: readonly (number | undefined)[]) =>
    utcMs(Math.min(to, ...limits.filter((limit) => limit !== undefined && limit > at).map(Number)));
  if (at < source.registeredAt) return { to: until(source.registeredAt), kind: 'unregistered' };
  if (source.retiredAt !== undefined && at >= source.retiredAt) return { to, kind: 'unregistered' };
  if (at >= now) return { to: until(source.retiredAt), kind: 'pending' };
  if (gap !== undefined && gap.fromUtcMs <= at) {
    const explained = gap.cause === 'expired';
    return { to: until(gap.toUtcMs, source.retiredAt, now), kind: 'gap', cause: gap.cause, explained };
  }
  return unstated(at, until(gap?.fromUtcMs, source.retiredAt, now), input);
}

/** A hole no entry speaks of: judged by what the recorder and the source are doing now. */
function unstated(at: UtcMs, to: UtcMs, input: TimelineInput): OpenSpan {
  const { source } = input;
  const missing: OpenSpan = { to, kind: 'gap', cause: 'unknown', explained: false };
  const pending: OpenSpan = { to, kind: 'pending' };
  const lastEnd = input.lastFootageEnd ?? source.registeredAt;
  const settled = source.recorderOnline && source.recorderCaughtUp;
  if (at < lastEnd) return settled || to <= (input.lastSealedEnd ?? 0) ? missing : pending;
  if (!source.recorderOnline) return pending;
  if (source.state === 'retrying' || source.state === 'refused' || source.state === 'disabled') {
    const cause = source.cause ?? (source.state === 'disabled' ? 'disabled' : 'unknown');
    return { to, kind: 'gap', cause, explained: false };
  }
  const quietSince = utcMs(Math.max(lastEnd, source.since));
  if (input.now - quietSince >= tooNewMs) return settled ? missing : pending;
  if (at >= quietSince) return pending;
  return { ...(settled ? missing : pending), to: utcMs(Math.min(to, quietSince)) };
}
