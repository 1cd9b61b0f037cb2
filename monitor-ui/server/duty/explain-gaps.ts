import type { TimelineSpan } from '@minhbach/shared/protocol';
import { utcMs } from '@minhbach/shared/units-of-measure';
import { within, type Span } from './spans.ts';

/**
 * The same timeline with those parts of its gaps called explained that lie within `explained` (in order, not touching).
 * Nothing but gaps is touched: explaining never turns time into footage.
 */
export function explainGaps(spans: readonly TimelineSpan[], explained: readonly Span[]): TimelineSpan[] {
  if (explained.length === 0) return [...spans];
  return spans.flatMap((span) => {
    if (span.kind !== 'gap' || span.explained === true) return [span];
    const parts: TimelineSpan[] = [];
    let at = span.from;
    for (const { from, to } of within(explained, span)) {
      if (from > at) parts.push({ ...span, from: at, to: from });
      parts.push({ ...span, from, to, explained: true });
      at = to;
    }
    if (at < span.to) parts.push({ ...span, from: utcMs(at), to: span.to });
    return parts;
  });
}
