import type { GapCause, GapEntry } from '@minhbach/shared/protocol';
import { gapIdSchema, newId, utcMs, type SourceId, type UtcMs } from '@minhbach/shared/units-of-measure';
import type { Spool } from '../spool/index.ts';

/**
 * Footage may turn out to begin up to 10 s before its capture connected (cameras send what they hold since their
 * keyframe), and that is known for sure 5 s after its first fragment: what is younger than both is not told of yet.
 */
const marginMs = 20_000;
/** An outage is told of at least this often, so that a long one shows before it ends. */
const pieceMs = 60_000;

interface Piece {
  readonly from: UtcMs;
  readonly to: UtcMs;
  readonly cause: GapCause;
  readonly evidence: string;
}

/** Sees to it that every moment of one source, from its first on, is told of as footage or as a gap, and never twice. */
export class SourceAccount {
  #spool: Spool;
  #sourceId: SourceId;
  #onGap: (gap: GapEntry) => void;
  #outage: { from: UtcMs; cause: GapCause; evidence: string } | undefined;
  /** Parts of the outage whose cause is known to be over, but which may still be too young to be stated. */
  #pieces: Piece[] = [];
  /** Spans of which it is not yet known how much is footage. */
  #doubts: { readonly from: UtcMs; readonly to: UtcMs }[] = [];

  /** An account opens with an outage, from where the spool's account ends. */
  constructor(of: {
    readonly spool: Spool;
    readonly sourceId: SourceId;
    readonly now: UtcMs;
    readonly cause: (from: UtcMs | undefined) => { readonly cause: GapCause; readonly evidence: string };
    readonly onGap: (gap: GapEntry) => void;
  }) {
    this.#spool = of.spool;
    this.#sourceId = of.sourceId;
    this.#onGap = of.onGap;
    const from = of.spool.watermark(of.sourceId);
    if (from === undefined) of.spool.setWatermark(of.sourceId, of.now);
    this.#outage = { from: from ?? of.now, ...of.cause(from) };
    this.#noteOutage();
  }

  /** No footage of this source may begin before. */
  get until(): UtcMs {
    const told = this.#spool.watermark(this.#sourceId) ?? 0;
    return utcMs(Math.max(told, ...this.#doubts.map(({ to }) => to)));
  }

  footageStarted(start: UtcMs): void {
    const outage = this.#outage;
    if (outage === undefined) return;
    this.#outage = undefined;
    this.#pieces.push({ ...outage, to: start });
    this.#pieces = this.#pieces
      .map((piece) => ({ ...piece, to: utcMs(Math.min(piece.to, start)) }))
      .filter(({ from, to }) => to > from);
    this.#state(start);
  }

  footageEnded(end: UtcMs, cause: GapCause, evidence: string): void {
    if (this.#outage !== undefined) return;
    this.#outage = { from: end, cause, evidence };
    this.#noteOutage();
  }

  /**
   * Footage written from `from` to `to` failed, and nothing is kept after it until the next `footageStarted`. How much
   * of it is kept shows later, even after that; until the answer is called with where that ends, nothing is stated: a
   * gap told of too early could not be taken back.
   */
  footageInDoubt(from: UtcMs, to: UtcMs, cause: GapCause, evidence: string): (keptUntil: UtcMs) => void {
    this.#state(from);
    const doubt = { from, to };
    this.#doubts.push(doubt);
    this.footageEnded(from, cause, evidence);
    return (keptUntil) => {
      this.#doubts = this.#doubts.filter((other) => other !== doubt);
      const behindKept = <Begun extends { readonly from: UtcMs }>(of: Begun): Begun =>
        of.from < from ? of : { ...of, from: utcMs(Math.max(of.from, keptUntil)) };
      if (this.#outage !== undefined) this.#outage = behindKept(this.#outage);
      this.#pieces = this.#pieces.map(behindKept).filter((piece) => piece.to > piece.from);
    };
  }

  /** What is observed from `since` on, during an outage; another cause than before begins another gap. */
  observed(cause: GapCause, evidence: string, since: UtcMs): void {
    const outage = this.#outage;
    if (outage === undefined || outage.cause === cause) return;
    if (since > outage.from) this.#pieces.push({ ...outage, to: since });
    this.#outage = { from: utcMs(Math.max(since, outage.from)), cause, evidence };
    this.#noteOutage();
  }

  /** A span that was written and is lost, with footage after it. */
  lost(from: UtcMs, to: UtcMs, cause: GapCause, evidence: string): void {
    if (to > from) this.#pieces.push({ from, to, cause, evidence });
    this.#state(to);
  }

  /** To be called every second or so: states what has become old enough. Repeats what the index refused before. */
  tick(now: UtcMs): void {
    const sure = utcMs(Math.max(0, now - marginMs));
    const outage = this.#outage;
    if (outage !== undefined && sure - outage.from >= pieceMs) {
      this.#pieces.push({ ...outage, to: sure });
      outage.from = sure;
    }
    this.#state(sure);
  }

  /** The recorder stops: an outage that was there before is stated up to now. The stop itself is the next run's to state. */
  close(now: UtcMs): void {
    const outage = this.#outage;
    if (outage !== undefined && outage.cause !== 'recorder-stopped' && now > outage.from)
      this.#pieces.push({ ...outage, to: now });
    this.#outage = undefined;
    this.#state(now);
  }

  /** A run that dies before it has stated this gap leaves its cause to the next one. */
  #noteOutage(): void {
    const outage = this.#outage;
    if (outage === undefined) return;
    try {
      this.#spool.noteOutage(this.#sourceId, { ...outage, evidence: outage.evidence.slice(0, 500) });
    } catch {
      // The index cannot be written: the gap itself is still stated by this run, or named as of unknown cause.
    }
  }

  #state(upTo: UtcMs): void {
    if (this.#doubts.length > 0) return;
    const kept: Piece[] = [];
    for (const piece of this.#pieces) {
      if (kept.length > 0 || piece.to > upTo) {
        kept.push(piece);
        continue;
      }
      try {
        this.#onGap(
          this.#spool.recordGap({
            gapId: newId(gapIdSchema),
            sourceId: this.#sourceId,
            fromUtcMs: piece.from,
            toUtcMs: piece.to,
            cause: piece.cause,
            evidence: piece.evidence.slice(0, 500),
          }),
        );
      } catch {
        // The index cannot be written (its own alarm is raised where segments are sealed): stated at a later tick.
        kept.push(piece);
      }
    }
    this.#pieces = kept;
  }
}
