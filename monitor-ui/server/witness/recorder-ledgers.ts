import type Database from 'better-sqlite3';
import type { RecorderId } from '@minhbach/shared/units-of-measure';
import type { MonitorDatabase } from '../database/index.ts';
import type { EntryTexts } from './ledger-trees.ts';

/** The entries of recorders as this monitor stored them, one ledger for each generation. */
export class RecorderLedgers {
  readonly #texts: Database.Statement<[string, number, number, number], string>;
  readonly #size: Database.Statement<[string, number], number | null>;
  readonly #generations: Database.Statement<[string], number>;

  constructor({ sqlite }: MonitorDatabase) {
    this.#texts = sqlite
      .prepare<[string, number, number, number], string>(
        'SELECT body FROM recorder_entry WHERE recorder_id = ? AND generation = ? AND seq >= ? ORDER BY seq LIMIT ?',
      )
      .pluck();
    this.#size = sqlite
      .prepare<[string, number], number | null>(
        'SELECT max(seq) + 1 FROM recorder_entry WHERE recorder_id = ? AND generation = ?',
      )
      .pluck();
    this.#generations = sqlite
      .prepare<[string], number>(
        'SELECT DISTINCT generation FROM recorder_entry WHERE recorder_id = ? ORDER BY generation',
      )
      .pluck();
  }

  /** Number of entries of a generation that are stored here. */
  size(recorderId: RecorderId, generation: number): number {
    return this.#size.get(recorderId, generation) ?? 0;
  }

  /** Oldest first. */
  generations(recorderId: RecorderId): number[] {
    return this.#generations.all(recorderId);
  }

  texts(recorderId: RecorderId, generation: number): EntryTexts {
    return (from, limit) => this.#texts.all(recorderId, generation, from, limit);
  }

  text(recorderId: RecorderId, generation: number, seq: number): string | undefined {
    return this.#texts.all(recorderId, generation, seq, 1)[0];
  }
}
