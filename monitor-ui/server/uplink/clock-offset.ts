interface Sample {
  readonly roundTripMs: number;
  readonly offsetMs: number;
}

/**
 * How far the recorder's wall clock is ahead of ours, from pings. The answer with the shortest round trip among the
 * newest ones is believed (RFC 5905 §10 picks the same way): what delays a packet only ever adds.
 */
export class ClockOffset {
  readonly #keep: number;
  readonly #samples: Sample[] = [];

  constructor(keep = 24) {
    this.#keep = keep;
  }

  /** `sentAtMs` and `receivedAtMs` on our wall clock, `recorderNowMs` on the recorder's. */
  add(sentAtMs: number, recorderNowMs: number, receivedAtMs: number): void {
    const roundTripMs = receivedAtMs - sentAtMs;
    if (roundTripMs < 0) return;
    this.#samples.push({ roundTripMs, offsetMs: recorderNowMs - (sentAtMs + receivedAtMs) / 2 });
    if (this.#samples.length > this.#keep) this.#samples.shift();
  }

  /** Recorder's clock minus ours; 0 until the first answer. */
  get offsetMs(): number {
    return this.#best()?.offsetMs ?? 0;
  }

  /** Half the shortest round trip: the offset is at most this wrong. `undefined` until the first answer. */
  get errorMs(): number | undefined {
    const best = this.#best();
    return best && best.roundTripMs / 2;
  }

  #best(): Sample | undefined {
    return this.#samples.reduce<Sample | undefined>(
      (best, sample) => (best === undefined || sample.roundTripMs <= best.roundTripMs ? sample : best),
      undefined,
    );
  }
}
