/** Holds the player that an effect made, for the components drawn from it. */
export class PlayerStore<Player, Snapshot> {
  #player: Player | undefined;
  readonly #listeners = new Set<() => void>();
  readonly #snapshotOf: (player: Player | undefined) => Snapshot;

  constructor(snapshotOf: (player: Player | undefined) => Snapshot) {
    this.#snapshotOf = snapshotOf;
  }

  put(player: Player | undefined): void {
    this.#player = player;
    this.changed();
  }
  readonly changed = (): void => {
    for (const listener of this.#listeners) listener();
  };
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly player = (): Player | undefined => this.#player;
  readonly snapshot = (): Snapshot => this.#snapshotOf(this.#player);
}
