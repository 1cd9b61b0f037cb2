/** `sign`: something is odd, or a fault stands. `turn`: it is this source's turn. */
export type LookReason = 'sign' | 'turn';

/** After a look found a fault, and after each further one twice as long: when it is looked whether it is over. */
const againMs = { first: 4_000, longest: 30_000 };
/** After a sign meant nothing, and each further time twice as long: until that sign leads to a look again. */
const restMs = { first: 10_000, longest: 300_000 };
/** A change of signs while a fault stands is looked into at once, but not more often. */
const leastBetweenMs = 1_500;

/**
 * When one source is decoded: soon when there is a sign of a fault, often while one stands, and in turn. A sign that turns
 * out to mean nothing, as in a room where nothing moves, leads to ever fewer looks; other signs are not affected.
 */
export class LookTimes<Sign extends string> {
  readonly #everyMs: number;
  #turnMs: number;
  #lastMs = -Infinity;
  #lastSigns = '';
  #againMs: number | undefined;
  readonly #rests = new Map<Sign, { readonly untilMs: number; readonly lengthMs: number }>();

  /** The first turn is at `firstMs`, the next `everyMs` after each look. */
  constructor(of: { readonly everyMs: number; readonly firstMs: number }) {
    this.#everyMs = of.everyMs;
    this.#turnMs = of.firstMs;
  }

  due(signs: ReadonlySet<Sign>, nowMs: number): LookReason | undefined {
    if (this.#againMs !== undefined) {
      const sinceMs = nowMs - this.#lastMs;
      const isOther = namesOf(signs) !== this.#lastSigns;
      return sinceMs >= this.#againMs || (isOther && sinceMs >= leastBetweenMs) ? 'sign' : undefined;
    }
    for (const sign of signs) {
      const rest = this.#rests.get(sign);
      if (rest === undefined || nowMs >= rest.untilMs) return 'sign';
    }
    return nowMs >= this.#turnMs ? 'turn' : undefined;
  }

  /** A look that `signs` led to is done. One that could not be carried out counts as having found nothing. */
  looked(found: boolean, signs: ReadonlySet<Sign>, nowMs: number): void {
    this.#lastMs = nowMs;
    this.#lastSigns = namesOf(signs);
    this.#turnMs = nowMs + this.#everyMs;
    if (found) {
      this.#againMs =
        this.#againMs === undefined ? againMs.first : Math.min(2 * this.#againMs, againMs.longest);
      this.#rests.clear();
      return;
    }
    this.#againMs = undefined;
    for (const sign of signs) this.#rest(sign, nowMs);
  }

  /** The next time this sign is seen it counts as new. */
  forget(sign: Sign): void {
    this.#rests.delete(sign);
  }

  #rest(sign: Sign, nowMs: number): void {
    const before = this.#rests.get(sign);
    const isOld = before === undefined || nowMs - before.untilMs > restMs.longest;
    const lengthMs = isOld ? restMs.first : Math.min(2 * before.lengthMs, restMs.longest);
    this.#rests.set(sign, { untilMs: nowMs + lengthMs, lengthMs });
  }
}

function namesOf(signs: ReadonlySet<string>): string {
  return [...signs].sort().join(' ');
}
