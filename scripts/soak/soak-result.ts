import type { Machine } from '../bench/bench-result.ts';

/** What a soak saw, and what it makes of it. */
export interface SoakOutcome {
  readonly figures: Readonly<Record<string, unknown>>;
  /** Each promise that was not kept, in one sentence. */
  readonly faults: readonly string[];
}

/** What every soak prints, one JSON object on stdout. Exit code 1 when `faults` is not empty. */
export interface SoakResult extends SoakOutcome {
  readonly name: string;
  readonly machine: Machine;
}
