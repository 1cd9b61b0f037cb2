import { utcMs, type UtcMs } from '@minhbach/shared/units-of-measure';
import type { FootagePiece } from './footage-piece.ts';
import { isJoint } from './timeline-spans.ts';

export interface CoveredSpan {
  readonly from: UtcMs;
  readonly to: UtcMs;
}

/** Where `pieces` (ordered by start) cover `from..to`: in order, not touching, joints closed. */
export function coverageOf(pieces: readonly FootagePiece[], from: UtcMs, to: UtcMs): CoveredSpan[] {
  const spans: { from: UtcMs; to: UtcMs }[] = [];
  let previous: FootagePiece | undefined;
  for (const piece of pieces) {
    const start = utcMs(Math.max(piece.startUtcMs, from));
    const end = utcMs(Math.min(piece.endUtcMs, to));
    const last = spans.at(-1);
    if (last && previous && (start <= last.to || isJoint(previous, piece)))
      last.to = utcMs(Math.max(last.to, end));
    else if (end > start) spans.push({ from: start, to: end });
    if (previous === undefined || piece.endUtcMs >= previous.endUtcMs) previous = piece;
  }
  return spans;
}
