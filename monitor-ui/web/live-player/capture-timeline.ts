interface Entry {
  readonly startS: number;
  readonly capturedAtMs: number;
}
/** Long enough for going back ten seconds and staying frozen for two minutes at ten fragments a second. */
const keptEntries = 1600;

/** Where the media time of an element stands on the wall clock of capture, learnt from the marks. */
export class CaptureTimeline {
  #entries: Entry[] = [];

  /** Media from `startS` on was captured at `capturedAtMs`; replaces what was known from there on. */
  add(startS: number, capturedAtMs: number): void {
    let count = this.#entries.length;
    while (count > 0 && (this.#entries[count - 1]?.startS ?? 0) >= startS - 0.0005) count--;
    if (count < this.#entries.length) this.#entries.length = count;
    this.#entries.push({ startS, capturedAtMs });
    if (this.#entries.length > keptEntries) this.#entries.splice(0, keptEntries / 4);
  }

  /** When the picture or sound at this media time was captured, in UTC milliseconds of the server's clock. */
  capturedAt(mediaTimeS: number): number | undefined {
    const entry = this.#lastBefore((candidate) => candidate.startS <= mediaTimeS + 0.0005);
    return entry === undefined ? undefined : entry.capturedAtMs + (mediaTimeS - entry.startS) * 1000;
  }

  /** The media time at which what was captured then is found; undefined before the first entry. */
  mediaTimeAt(capturedAtMs: number): number | undefined {
    const entry = this.#lastBefore((candidate) => candidate.capturedAtMs <= capturedAtMs);
    return entry === undefined ? undefined : entry.startS + (capturedAtMs - entry.capturedAtMs) / 1000;
  }

  clear(): void {
    this.#entries = [];
  }

  /** Entries rise in both columns, so the last that fits is found by halving. */
  #lastBefore(fits: (entry: Entry) => boolean): Entry | undefined {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const entry = this.#entries[middle];
      if (entry !== undefined && fits(entry)) low = middle + 1;
      else high = middle;
    }
    return this.#entries[low - 1];
  }
}
