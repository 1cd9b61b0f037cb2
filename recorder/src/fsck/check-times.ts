import type { SourceId } from '@minhbach/shared/units-of-measure';
import type { StatedSpan } from './check-entries.ts';
import type { Disagreement } from './disagreement.ts';

/** Of one source, footage and gaps follow each other to the millisecond (recorder/DESIGN.md, invariant 4). */
export function checkTimes(
  sourceId: SourceId,
  spans: readonly StatedSpan[],
  /** `undefined`: not to be looked at. */
  watermark: number | 'none' | undefined,
): Disagreement[] {
  const found: Disagreement[] = [];
  const ordered = [...spans].sort((a, b) => a.fromUtcMs - b.fromUtcMs || a.toUtcMs - b.toUtcMs);
  let before: StatedSpan | undefined;
  for (const span of ordered) {
    if (before !== undefined && span.fromUtcMs !== before.toUtcMs) {
      const isHole = span.fromUtcMs > before.toUtcMs;
      const [fromUtcMs, toUtcMs] = isHole
        ? [before.toUtcMs, span.fromUtcMs]
        : [span.fromUtcMs, before.toUtcMs];
      found.push({
        code: isHole ? 'time-hole' : 'time-overlap',
        sourceId,
        span: { fromUtcMs, toUtcMs },
        where: span.what,
        expected: `to begin where ${before.what} ends`,
        found: `${Math.abs(span.fromUtcMs - before.toUtcMs)} ms ${isHole ? 'unaccounted for' : 'told of twice'}`,
      });
    }
    if (before === undefined || span.toUtcMs > before.toUtcMs) before = span;
  }
  if (before !== undefined && watermark !== undefined && watermark !== before.toUtcMs) {
    found.push({
      code: 'watermark',
      sourceId,
      where: 'source_watermark',
      expected: `${before.toUtcMs}, the end of ${before.what}`,
      found: String(watermark),
    });
  }
  return found;
}
