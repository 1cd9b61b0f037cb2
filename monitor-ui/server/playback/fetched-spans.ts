import { segmentCuts, type FootagePiece } from '../catalogue/index.ts';

/** UTC ms. A still is a span without length. */
export interface FetchedSpan {
  readonly from: number;
  readonly to: number;
}

/** Spans that nearly touch are one. */
const touchMs = 1_000;
/** One minute's entries for one source: more spans than this are told as fewer, wider ones. */
const mostSpans = 20;

/** `spans` and one more, in order and merged where they touch; the nearest ones too where there are too many. */
export function withSpan(spans: readonly FetchedSpan[], span: FetchedSpan): FetchedSpan[] {
  const merged: FetchedSpan[] = [];
  for (const next of [...spans, span].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last && next.from - last.to <= touchMs) merged.splice(-1, 1, joined(last, next));
    else merged.push(next);
  }
  while (merged.length > mostSpans) {
    const gaps = merged.slice(1).map((next, index) => next.from - (merged[index]?.to ?? 0));
    const nearest = gaps.indexOf(Math.min(...gaps));
    const [a, b] = [merged[nearest], merged[nearest + 1]];
    if (a && b) merged.splice(nearest, 2, joined(a, b));
  }
  return merged;
}

function joined(a: FetchedSpan, b: FetchedSpan): FetchedSpan {
  return { from: Math.min(a.from, b.from), to: Math.max(a.to, b.to) };
}

/**
 * When the bytes of a segment happened, rounded outward to places where a player can begin; `undefined` when they are all
 * of the init segment, which shows nothing. Also what lies beyond the grant's ends: it is given out with the rest.
 */
export function spanOfBytes(
  piece: FootagePiece,
  firstByte: number,
  lastByte: number,
): FetchedSpan | undefined {
  if (lastByte < piece.initBytes) return undefined;
  const cuts = piece.cuts === undefined ? [] : segmentCuts(piece.cuts);
  const from = cuts.findLast(({ offset }) => offset <= firstByte)?.atMs ?? 0;
  const to = cuts.find(({ offset }) => offset > lastByte)?.atMs;
  return {
    from: piece.startUtcMs + from,
    to: to === undefined ? piece.endUtcMs : piece.startUtcMs + to,
  };
}
