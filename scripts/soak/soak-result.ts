import type { Machine } from '../bench/bench-result.ts';

/** What every soak prints, one JSON object on stdout. Exit code 1 when `faults` is not empty. */
export interface SoakResult {
  readonly name: string;
  readonly figures: Readonly<Record<string, unknown>>;
  /** Each promise that was not kept, in one sentence. */
  readonly faults: readonly string[];
  readonly machine: Machine;
}
