import type { UtcMs } from '@minhbach/shared/units-of-measure';
import type { RefusalReason } from './held-ledgers.ts';

/** How it stands with a ledger, or with a monitor as a whole (`subject` is then its name). */
export type Standing =
  | { readonly state: 'witnessed' | 'nothing-yet' }
  | { readonly state: 'refused'; readonly why: RefusalReason; readonly message: string }
  | { readonly state: 'silent' | 'unreachable'; readonly message: string };

export interface Change {
  readonly subject: string;
  readonly standing: Standing;
  readonly at: UtcMs;
}

/** The newest standing of everything watched; told of each change once. */
export class Standings {
  readonly #of = new Map<string, Standing>();
  readonly #onChange: (change: Change) => void;

  constructor(onChange: (change: Change) => void) {
    this.#onChange = onChange;
  }

  set(subject: string, standing: Standing, at: UtcMs): void {
    const before = this.#of.get(subject);
    this.#of.set(subject, standing);
    if (JSON.stringify(before) !== JSON.stringify(standing)) this.#onChange({ subject, standing, at });
  }

  get(subject: string): Standing | undefined {
    return this.#of.get(subject);
  }

  count(state: Standing['state']): number {
    return [...this.#of.values()].filter((standing) => standing.state === state).length;
  }

  /** Nothing refused, silent or out of reach, and something looked at. */
  isWell(): boolean {
    return this.#of.size > 0 && this.count('witnessed') + this.count('nothing-yet') === this.#of.size;
  }
}
