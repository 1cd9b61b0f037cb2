interface Encoded {
  readonly timestampUs: number;
  readonly capturedAtMs: number;
  readonly isTelling: boolean;
}

/**
 * Which encoded frame of sound a decoded one was. A decoder may count its output by samples from the first timestamp on
 * (Chromium does), so that its timestamps leave those that went in by rounding, by a clock that was bent, and at holes. What
 * comes out has the order of what went in; some may give nothing.
 */
export class PieceTimes {
  #inDecoder: Encoded[] = [];
  /** Output timestamp minus that of the frame it was, as last seen. */
  #aheadUs = 0;

  asked(encoded: Encoded): void {
    this.#inDecoder.push(encoded);
  }

  /** Undefined when nothing is in the decoder. */
  given(timestampUs: number, durationUs: number): Encoded | undefined {
    const earliestUs = timestampUs - this.#aheadUs - durationUs / 2;
    let from = 0;
    while (from < this.#inDecoder.length - 1 && (this.#inDecoder[from]?.timestampUs ?? 0) < earliestUs)
      from += 1;
    const [encoded] = this.#inDecoder.splice(0, from + 1).slice(-1);
    if (encoded !== undefined) this.#aheadUs = timestampUs - encoded.timestampUs;
    return encoded;
  }
}
