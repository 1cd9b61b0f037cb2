/** A stretch of a media playlist: `start` and `duration` in seconds of the element, `programDateTime` its start in UTC ms. */
export interface MediaPiece {
  readonly start: number;
  readonly duration: number;
  readonly programDateTime: number | null;
}

/** Where a moment lies in a source: at a media time, or in a hole with what comes before and after it. */
export type Placement =
  | { readonly kind: 'at'; readonly mediaS: number }
  | { readonly kind: 'gap'; readonly previousEndMs?: number; readonly nextStartMs?: number };

/** Holes up to this long are rounding and clock correction between segments, not missing footage. */
const seamMs = 250;

const startMsOf = (piece: MediaPiece): number => piece.programDateTime ?? Number.NaN;
const endMsOf = (piece: MediaPiece): number => startMsOf(piece) + piece.duration * 1000;

/** Index of the last piece whose key is at most `value`; -1 when there is none. Pieces are in order. */
function lastAtMost(
  pieces: readonly MediaPiece[],
  value: number,
  key: (piece: MediaPiece) => number,
): number {
  let low = 0;
  let high = pieces.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const piece = pieces[middle];
    if (piece !== undefined && key(piece) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The wall clock of a media time; undefined outside the playlist. */
export function utcOfMedia(pieces: readonly MediaPiece[], mediaS: number): number | undefined {
  const piece =
    pieces[
      Math.max(
        0,
        lastAtMost(pieces, mediaS, ({ start }) => start),
      )
    ];
  if (piece?.programDateTime == null) return undefined;
  const intoS = mediaS - piece.start;
  if (intoS < -0.5 || intoS > piece.duration + 1) return undefined;
  return piece.programDateTime + intoS * 1000;
}

/** Media time stays continuous over a hole, the wall clock does not: this is where the two are told apart. */
export function placeUtc(pieces: readonly MediaPiece[], utcMs: number): Placement {
  const index = lastAtMost(pieces, utcMs, startMsOf);
  const piece = pieces[index];
  const next = pieces[index + 1];
  if (piece !== undefined) {
    const overMs = utcMs - endMsOf(piece);
    const seam = next !== undefined && startMsOf(next) - endMsOf(piece) <= seamMs;
    if (overMs < 0 || (seam && overMs <= seamMs)) {
      const intoS = Math.min((utcMs - startMsOf(piece)) / 1000, Math.max(0, piece.duration - 0.001));
      return { kind: 'at', mediaS: piece.start + intoS };
    }
  } else if (next !== undefined && startMsOf(next) - utcMs <= seamMs) {
    return { kind: 'at', mediaS: next.start };
  }
  return {
    kind: 'gap',
    ...(piece === undefined ? {} : { previousEndMs: endMsOf(piece) }),
    ...(next === undefined ? {} : { nextStartMs: startMsOf(next) }),
  };
}

/** End of the unbroken footage that holds `utcMs`; undefined when it lies in a hole. */
export function unbrokenEnd(pieces: readonly MediaPiece[], utcMs: number): number | undefined {
  let index = lastAtMost(pieces, utcMs + seamMs, startMsOf);
  let piece = pieces[index];
  if (piece === undefined || endMsOf(piece) + seamMs < utcMs) return undefined;
  for (;;) {
    const next = pieces[index + 1];
    if (next === undefined || startMsOf(next) - endMsOf(piece) > seamMs) return endMsOf(piece);
    piece = next;
    index += 1;
  }
}
