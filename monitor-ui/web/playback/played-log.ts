export interface PlayedSpan {
  readonly sourceId: string;
  readonly from: number;
  readonly to: number;
  readonly rate: number;
}

/** Two observations further apart than this, in footage time per unit of rate, are not one span: somebody jumped. */
const joinWithinMs = 1500;

/** Collects what was really shown, source by source, into spans to report. */
export class PlayedLog {
  readonly #open = new Map<string, { from: number; to: number; last: number; rate: number }>();
  #closed: PlayedSpan[] = [];

  /** The source showed this moment just now, at this rate. Called often. */
  observe(sourceId: string, atMs: number, rate: number): void {
    const open = this.#open.get(sourceId);
    const reachMs = joinWithinMs * Math.max(1, Math.abs(rate));
    if (open !== undefined && open.rate === rate && Math.abs(atMs - open.last) <= reachMs) {
      open.from = Math.min(open.from, atMs);
      open.to = Math.max(open.to, atMs);
      open.last = atMs;
      return;
    }
    this.#close(sourceId);
    this.#open.set(sourceId, { from: atMs, to: atMs, last: atMs, rate });
  }

  /** All spans so far, and starts afresh. At most `most`; the rest comes with the next call. */
  take(most = 200): PlayedSpan[] {
    for (const sourceId of [...this.#open.keys()]) this.#close(sourceId);
    return this.#closed.splice(0, most);
  }

  /** A report that did not get through goes to the front of the next. */
  putBack(spans: readonly PlayedSpan[]): void {
    this.#closed = [...spans, ...this.#closed];
  }

  #close(sourceId: string): void {
    const open = this.#open.get(sourceId);
    this.#open.delete(sourceId);
    if (open === undefined || open.to <= open.from) return;
    this.#closed.push({ sourceId, from: Math.round(open.from), to: Math.round(open.to), rate: open.rate });
  }
}
