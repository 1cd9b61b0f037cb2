export type Piece =
  | { readonly kind: 'init'; readonly mime: string; readonly bytes: ArrayBuffer }
  | { readonly kind: 'fragment'; readonly capturedAtMs: number; readonly bytes: ArrayBuffer };

/** Whether decoding can begin with this fragment; the init segment is the one it follows. Throws `MediaError`. */
export type IsEntry = (fragment: ArrayBuffer, init: ArrayBuffer) => boolean;

/** So far behind, the newest picture is worth more than all that lie before it. */
const longestWaitMs = 3000;

/** What arrived and is not in the buffer yet, in order. Does not let a page that cannot keep up fall ever further behind. */
export class FeedQueue {
  readonly #isEntry: IsEntry;
  #waiting: { readonly piece: Piece; readonly arrivedAtMs: number }[] = [];
  #taken: ArrayBuffer | undefined;
  #bytes = 0;

  constructor(isEntry: IsEntry) {
    this.#isEntry = isEntry;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  push(piece: Piece, nowMs: number): void {
    this.#waiting.push({ piece, arrivedAtMs: nowMs });
    this.#bytes += piece.bytes.byteLength;
  }

  /**
   * The next piece. When it has waited for more than three seconds, all before the newest fragment that can be entered
   * is dropped, save the init segment that one needs. Throws `MediaError` for what cannot be read.
   */
  take(nowMs: number): Piece | undefined {
    const [oldest] = this.#waiting;
    if (oldest === undefined) return undefined;
    if (nowMs - oldest.arrivedAtMs > longestWaitMs) this.#skip();
    const piece = this.#waiting.shift()?.piece;
    this.#bytes -= piece?.bytes.byteLength ?? 0;
    if (piece?.kind === 'init') this.#taken = piece.bytes;
    return piece;
  }

  clear(): void {
    this.#waiting = [];
    this.#bytes = 0;
  }

  #skip(): void {
    let initAt: number | undefined;
    let init = this.#taken;
    let entry: { readonly at: number; readonly initAt: number | undefined } | undefined;
    for (const [at, { piece }] of this.#waiting.entries()) {
      if (piece.kind === 'init') {
        initAt = at;
        init = piece.bytes;
      } else if (init !== undefined && this.#isEntry(piece.bytes, init)) entry = { at, initAt };
    }
    if (entry === undefined) return;
    const { at: from, initAt: needed } = entry;
    this.#waiting = this.#waiting.filter((_, at) => at >= from || at === needed);
    this.#bytes = this.#waiting.reduce((bytes, { piece }) => bytes + piece.bytes.byteLength, 0);
  }
}
