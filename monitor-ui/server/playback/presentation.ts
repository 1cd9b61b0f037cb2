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
      readonly discontinuities: number;
    }
  | {
      readonly kind: 'gap';
      readonly at: UtcMs;
      readonly durationMs: number;
      readonly discontinuities: number;
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
 * Discontinuities are counted at the same wall-clock times in all, because players match renditions by that count.
 */
export function presentation(renditions: readonly (readonly FootagePiece[])[]): PresentationItem[][] {
  const shared = covered(renditions.flat());
  const boundaries = [
    ...shared.slice(1).map((span) => span.from),
    ...renditions.flatMap((pieces) =>
      pieces
        .filter((piece, index) => index > 0 && piece.captureId !== pieces[index - 1]?.captureId)
        .map(startOf),
    ),
  ].sort((a, b) => a - b);
  return renditions.map((pieces) => lay(pieces, shared, new BoundaryCount(boundaries)));
}

function lay(
  pieces: readonly FootagePiece[],
  shared: readonly Covered[],
  boundaries: BoundaryCount,
): PresentationItem[] {
  const items: PresentationItem[] = [];
  let last: { piece: FootagePiece; shiftTicks: number } | undefined;
  for (const span of shared) {
    let at: number = span.from;
    const inSpan = pieces.filter((piece) => piece.startUtcMs >= span.from && piece.startUtcMs < span.to);
    for (const [index, piece] of inSpan.entries()) {
      if (piece.startUtcMs - at >= holeMs) pushGaps(items, at, piece.startUtcMs, boundaries);
      const next = inSpan[index + 1];
      const holeAfter = (next?.startUtcMs ?? span.to) - piece.endUtcMs;
      const until = holeAfter < holeMs ? (next?.startUtcMs ?? span.to) : piece.endUtcMs;
      const wantedMs = span.mediaStartMs + (piece.startUtcMs - span.from);
      const wanted = Math.round((wantedMs * piece.timescale) / 1000) - piece.firstTfdt;
      const keep =
        last?.piece.captureId === piece.captureId &&
        Math.abs(last.shiftTicks - wanted) < (seamMs * piece.timescale) / 1000;
      const shiftTicks = keep && last ? last.shiftTicks : wanted;
      items.push({
        kind: 'footage',
        piece,
        durationMs: Math.max(1, until - Math.max(at, piece.startUtcMs)),
        shiftTicks,
        discontinuities: boundaries.passedBy(piece.startUtcMs),
      });
      last = { piece, shiftTicks };
      at = until;
    }
    if (span.to - at >= holeMs) pushGaps(items, at, span.to, boundaries);
  }
  return items;
}

function pushGaps(items: PresentationItem[], from: number, to: number, boundaries: BoundaryCount): void {
  for (let at = from; at < to; at += gapItemMs) {
    const durationMs = Math.min(gapItemMs, to - at);
    items.push({ kind: 'gap', at: utcMs(at), durationMs, discontinuities: boundaries.passedBy(at) });
  }
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

/** Answers how many boundaries were passed since it was last asked; the first question counts from none. */
class BoundaryCount {
  readonly #boundaries: readonly number[];
  #passed = 0;

  constructor(boundaries: readonly number[]) {
    this.#boundaries = boundaries;
  }

  /** Renditions of one device start a few tens of milliseconds apart; they pass a boundary together. */
  passedBy(at: number): number {
    const before = this.#passed;
    while ((this.#boundaries[this.#passed] ?? Number.POSITIVE_INFINITY) <= at + holeMs) this.#passed += 1;
    return this.#passed - before;
  }
}

function startOf(piece: FootagePiece): UtcMs {
  return piece.startUtcMs;
}
