import type { FootagePiece } from '../catalogue/index.ts';
import { utcMs, type UtcMs } from '@minhbach/shared/units-of-measure';

/** One line of a rendition: footage, or time in which only the others have any. */
export type PresentationItem =
  | {
      readonly kind: 'footage';
      readonly piece: FootagePiece;
      readonly durationMs: number;
      /** What to add to every decode time of this segment, in its timescale. */
      readonly shiftTicks: number;
      readonly discontinuity: boolean;
    }
  | {
      readonly kind: 'gap';
      readonly at: UtcMs;
      readonly durationMs: number;
      readonly discontinuity: boolean;
    };

/** Holes shorter than this are left to the player: their time is given to the segment before. */
const holeMs = 500;
/** Corrections smaller than this would only tear a seam into a capture's own timeline. */
const seamMs = 20;
const gapItemMs = 10_000;

/**
 * Puts renditions that were captured apart (a camera, microphones of their own) on one media timeline, so that a player
 * that knows nothing of them keeps them in step: media time is wall-clock time, without the time in which none of them
 * has footage. Each rendition is shifted by segment; where only some have footage, the others say so (`EXT-X-GAP`).
 * Players match renditions by counting discontinuities, so there is one only where all have one at the same moment:
 * after time in which none had footage, and where all began a new capture together. A capture that begins in one
 * rendition alone brings its own init segment and continues the timeline.
 */
export function presentation(renditions: readonly (readonly FootagePiece[])[]): PresentationItem[][] {
  const shared = covered(renditions.flat());
  const begins = renditions.map((pieces) =>
    pieces
      .filter((piece, index) => index > 0 && piece.captureId !== pieces[index - 1]?.captureId)
      .map(startOf),
  );
  const beganTogether = (at: UtcMs): boolean =>
    begins.every((starts) => starts.some((start) => Math.abs(start - at) < holeMs));
  return renditions.map((pieces) => lay(pieces, shared, beganTogether));
}

function lay(
  pieces: readonly FootagePiece[],
  shared: readonly Covered[],
  beganTogether: (at: UtcMs) => boolean,
): PresentationItem[] {
  const items: PresentationItem[] = [];
  let last: { piece: FootagePiece; shiftTicks: number } | undefined;
  for (const [spanIndex, span] of shared.entries()) {
    let at: number = span.from;
    let first = spanIndex > 0;
    const inSpan = pieces.filter((piece) => piece.startUtcMs >= span.from && piece.startUtcMs < span.to);
    for (const [index, piece] of inSpan.entries()) {
      if (piece.startUtcMs - at >= holeMs) first = pushGaps(items, at, piece.startUtcMs, first);
      const next = inSpan[index + 1];
      const holeAfter = (next?.startUtcMs ?? span.to) - piece.endUtcMs;
      const until = holeAfter < holeMs ? (next?.startUtcMs ?? span.to) : piece.endUtcMs;
      const wantedMs = span.mediaStartMs + (piece.startUtcMs - span.from);
      const wanted = Math.round((wantedMs * piece.timescale) / 1000) - piece.firstTfdt;
      const sameCapture = last?.piece.captureId === piece.captureId;
      const drift = last && sameCapture ? Math.abs(last.shiftTicks - wanted) : Number.POSITIVE_INFINITY;
      const shiftTicks = last && drift < (seamMs * piece.timescale) / 1000 ? last.shiftTicks : wanted;
      const newCapture = index > 0 && !sameCapture && beganTogether(piece.startUtcMs);
      const durationMs = Math.max(1, until - Math.max(at, piece.startUtcMs));
      items.push({ kind: 'footage', piece, durationMs, shiftTicks, discontinuity: first || newCapture });
      first = false;
      last = { piece, shiftTicks };
      at = until;
    }
    if (span.to - at >= holeMs) pushGaps(items, at, span.to, first);
  }
  return items;
}

/** Answers false: whatever was first in its stretch has been pushed. */
function pushGaps(items: PresentationItem[], from: number, to: number, first: boolean): false {
  for (let at = from; at < to; at += gapItemMs) {
    const durationMs = Math.min(gapItemMs, to - at);
    items.push({ kind: 'gap', at: utcMs(at), durationMs, discontinuity: first && at === from });
  }
  return false;
}

interface Covered {
  readonly from: UtcMs;
  to: UtcMs;
  readonly mediaStartMs: number;
}

/** Where any rendition has footage, and the media time at which each such stretch begins. */
function covered(pieces: readonly FootagePiece[]): Covered[] {
  const spans: Covered[] = [];
  for (const piece of [...pieces].sort((a, b) => a.startUtcMs - b.startUtcMs)) {
    const last = spans.at(-1);
    if (last && piece.startUtcMs - last.to < holeMs) last.to = utcMs(Math.max(last.to, piece.endUtcMs));
    else {
      const mediaStartMs = last ? last.mediaStartMs + (last.to - last.from) : 0;
      spans.push({ from: piece.startUtcMs, to: piece.endUtcMs, mediaStartMs });
    }
  }
  return spans;
}

function startOf(piece: FootagePiece): UtcMs {
  return piece.startUtcMs;
}
