interface Span {
  readonly startFrame: number;
  readonly frames: number;
  readonly capturedAtMs: number;
  readonly durationMs: number;
}

export type Placement =
  /** Too old to be played, or played already. */
  | { readonly kind: 'drop' }
  | { readonly kind: 'play'; readonly startFrame: number; readonly rate: number; readonly seam: Seam };

export type Seam =
  | 'none'
  /** Sound ran dry before this piece came. */
  | 'dry'
  /** Set to another place: at the start, at a hole in the footage, or when too far away to be steered. */
  | 'set';

/** Farther than this from where it should be, sound is set there: its rate alone would take a quarter of a minute. */
const setAboveMs = 400;
const holeMs = 60;
/** Pieces are whole: one of 64 ms can be set half of that early or late. */
const halfPieceMs = 32;
const repeatedMs = 3000;
const deadBandMs = 10;
/** Shorter than this nobody hears a hole. */
const audibleHoleMs = 5;
const keptSpans = 200;

/** Which captured sound is heard at which frame of the output. Pure arithmetic: the output's clock is handed in. */
export class SoundSchedule {
  readonly #framesPerMs: number;
  #spans: Span[] = [];
  #nextFrame: number | undefined;
  #capturedUntilMs = 0;

  constructor(sampleRateHz: number) {
    this.#framesPerMs = sampleRateHz / 1000;
  }

  /**
   * Where the next piece goes. `earliestFrame`: the first the output can still take. `heardAtMs` says when a frame is
   * heard. It should be `safeMs` after its capture, or with the picture where that is `pictureMs` later; undefined while
   * no picture moves. Both are differences of two clocks and may be of any size and sign.
   */
  place(piece: {
    readonly capturedAtMs: number;
    readonly earliestFrame: number;
    readonly safeMs: number;
    readonly pictureMs: number | undefined;
    readonly heardAtMs: (frame: number) => number;
  }): Placement {
    const { capturedAtMs, earliestFrame, heardAtMs, safeMs, pictureMs = safeMs } = piece;
    const ownFrame = this.#nextFrame;
    const startFrame = Math.max(ownFrame ?? 0, earliestFrame);
    const lateMs = heardAtMs(startFrame) - capturedAtMs - Math.max(safeMs, pictureMs);
    const afterMs = capturedAtMs - this.#capturedUntilMs;
    // A link that was opened anew begins with what came last.
    if (ownFrame !== undefined && afterMs < -holeMs && afterMs > -repeatedMs) return { kind: 'drop' };
    const isFree = ownFrame === undefined || Math.abs(afterMs) > holeMs || Math.abs(lateMs) > setAboveMs;
    if (isFree) {
      if (lateMs > halfPieceMs) return { kind: 'drop' };
      const later = Math.max(0, Math.round(-lateMs * this.#framesPerMs));
      return { kind: 'play', startFrame: startFrame + later, rate: 1, seam: 'set' };
    }
    const isDry = startFrame - ownFrame > audibleHoleMs * this.#framesPerMs;
    return { kind: 'play', startFrame, rate: rateFor(lateMs), seam: isDry ? 'dry' : 'none' };
  }

  /** What was placed has become so many frames of the output. */
  played(startFrame: number, frames: number, capturedAtMs: number, durationMs: number): void {
    this.#nextFrame = startFrame + frames;
    this.#capturedUntilMs = capturedAtMs + durationMs;
    this.#spans.push({ startFrame, frames, capturedAtMs, durationMs });
    if (this.#spans.length > keptSpans) this.#spans.splice(0, keptSpans / 4);
  }

  /** When what is heard at this frame was captured; in a hole the end of what was heard last. Undefined before the first. */
  capturedAt(frame: number): number | undefined {
    const span = this.#spans.findLast(({ startFrame }) => startFrame <= frame);
    if (span === undefined) return undefined;
    const share = Math.min(1, (frame - span.startFrame) / span.frames);
    return span.capturedAtMs + share * span.durationMs;
  }
}

/** Gentle enough not to be heard as a change of pitch. */
function rateFor(lateMs: number): number {
  if (Math.abs(lateMs) <= deadBandMs) return 1;
  return 1 + Math.max(-0.03, Math.min(0.03, lateMs * 0.0003));
}
