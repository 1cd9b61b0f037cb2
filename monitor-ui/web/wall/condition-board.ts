import type { Condition } from './source-condition.ts';

export interface Seen {
  readonly condition: Condition;
  readonly ageMs: number | undefined;
}

/** What the tiles see, for the tree beside them. Read once a second; nothing is drawn when it changes. */
class ConditionBoard {
  readonly #seen = new Map<string, Seen>();

  put(counterId: string, seen: Seen): void {
    this.#seen.set(counterId, seen);
  }
  remove(counterId: string): void {
    this.#seen.delete(counterId);
  }
  get(counterId: string): Seen | undefined {
    return this.#seen.get(counterId);
  }
}

export const conditionBoard = new ConditionBoard();
