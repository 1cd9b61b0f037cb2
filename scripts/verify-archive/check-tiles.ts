import { subtreeHash, tileWidth } from '@minhbach/shared/ledger';

/**
 * Grows a tree leaf by leaf and hands out each of its tiles as it becomes full, and what is left at the end: holds one
 * tile of each level.
 */
export class GrowingTiles {
  readonly #levels: Uint8Array[][] = [];
  readonly #indices: number[] = [];
  readonly #onTile: (level: number, index: number, hashes: readonly Uint8Array[]) => Promise<void>;

  constructor(onTile: (level: number, index: number, hashes: readonly Uint8Array[]) => Promise<void>) {
    this.#onTile = onTile;
  }

  async append(hash: Uint8Array, level = 0): Promise<void> {
    const hashes = (this.#levels[level] ??= []);
    hashes.push(hash);
    if (hashes.length < tileWidth) return;
    const index = this.#indices[level] ?? 0;
    await this.#onTile(level, index, hashes);
    this.#levels[level] = [];
    this.#indices[level] = index + 1;
    await this.append(subtreeHash(hashes), level + 1);
  }

  async end(): Promise<void> {
    for (const [level, hashes] of this.#levels.entries())
      if (hashes.length > 0) await this.#onTile(level, this.#indices[level] ?? 0, hashes);
  }
}
