export interface SuspicionRules {
  /** What is bad for this long is believed. */
  readonly graceMs: number;
  /** What turned bad this often within `flapWindowMs` is believed at once: it comes and goes. */
  readonly flaps: number;
  readonly flapWindowMs: number;
}

interface Suspicion {
  badSinceMs: number | undefined;
  onsetsMs: number[];
  believed: boolean;
}

/** Tells an outage from a hiccup, by monotonic time: a fault is believed when it lasts, or when it keeps coming back. */
export class Suspicions<Key> {
  readonly #rules: SuspicionRules;
  readonly #of = new Map<Key, Suspicion>();

  constructor(rules: SuspicionRules) {
    this.#rules = rules;
  }

  /** Takes how things stand with `key`. True when they are bad and that is believed by now. */
  note(key: Key, bad: boolean, nowMs: number): boolean {
    const known = this.#of.get(key);
    if (!bad) {
      if (known !== undefined) this.#recovered(key, known, nowMs);
      return false;
    }
    const suspicion = known ?? { badSinceMs: undefined, onsetsMs: [], believed: false };
    this.#of.set(key, suspicion);
    if (suspicion.badSinceMs === undefined) {
      suspicion.badSinceMs = nowMs;
      suspicion.onsetsMs = [...this.#recent(suspicion, nowMs), nowMs];
    }
    suspicion.believed ||= this.#isSure(suspicion, nowMs);
    return suspicion.believed;
  }

  /** Those that have become believed since they were last noted. Each is answered once. */
  ripe(nowMs: number): Key[] {
    const ripe: Key[] = [];
    for (const [key, suspicion] of this.#of) {
      if (suspicion.badSinceMs === undefined) {
        if (this.#recent(suspicion, nowMs).length === 0) this.#of.delete(key);
      } else if (!suspicion.believed && this.#isSure(suspicion, nowMs)) {
        suspicion.believed = true;
        ripe.push(key);
      }
    }
    return ripe;
  }

  /** Nothing is known of it any more. */
  forget(key: Key): void {
    this.#of.delete(key);
  }

  #recovered(key: Key, suspicion: Suspicion, nowMs: number): void {
    suspicion.badSinceMs = undefined;
    suspicion.believed = false;
    suspicion.onsetsMs = this.#recent(suspicion, nowMs);
    if (suspicion.onsetsMs.length === 0) this.#of.delete(key);
  }

  #recent({ onsetsMs }: Suspicion, nowMs: number): number[] {
    return onsetsMs.filter((onsetMs) => nowMs - onsetMs < this.#rules.flapWindowMs);
  }

  #isSure({ badSinceMs, onsetsMs }: Suspicion, nowMs: number): boolean {
    if (badSinceMs === undefined) return false;
    return nowMs - badSinceMs >= this.#rules.graceMs || onsetsMs.length >= this.#rules.flaps;
  }
}
