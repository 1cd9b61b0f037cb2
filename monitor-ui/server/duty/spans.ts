import { utcMs, type UtcMs } from '@minhbach/shared/units-of-measure';

export interface Span {
  readonly from: UtcMs;
  readonly to: UtcMs;
}

/** In order, not touching, covering the same time. Empty spans vanish. */
export function joined(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    if (span.to <= span.from) continue;
    const last = result.at(-1);
    if (last === undefined || span.from > last.to) result.push(span);
    else result[result.length - 1] = { from: last.from, to: utcMs(Math.max(last.to, span.to)) };
  }
  return result;
}

export function totalMs(spans: readonly Span[]): number {
  return spans.reduce((sum, span) => sum + (span.to - span.from), 0);
}

/** The parts of `spans` within `from..to`. */
export function within<Of extends Span>(spans: readonly Of[], { from, to }: Span): Of[] {
  return spans
    .filter((span) => span.from < to && span.to > from)
    .map((span) => ({ ...span, from: utcMs(Math.max(span.from, from)), to: utcMs(Math.min(span.to, to)) }));
}
