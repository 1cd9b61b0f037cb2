import type Database from 'better-sqlite3';
import { z } from 'zod';
import { TiledTree } from '@minhbach/shared/ledger';
import { sha256HexSchema, utcMsSchema } from '@minhbach/shared/units-of-measure';

const headSchema = z.strictObject({
  generation: z.int(),
  /** Entries under it. */
  size: z.int(),
  root: sha256HexSchema,
  /** The head as a note signed by this recorder (C2SP tlog-checkpoint). */
  note: z.string(),
  signedAt: utcMsSchema,
});
export type LedgerHead = z.infer<typeof headSchema>;

/** Rows of the tables in `head-migrations.ts`; transactions are the caller's. */
export class HeadTables {
  #tile: Database.Statement<[number, number, number], Buffer>;
  #writeTile: Database.Statement<[number, number, number, Uint8Array]>;
  #heads: Database.Statement<[]>;
  #write: Database.Statement<[number, number, string, string, number]>;
  #writeWitnessed: Database.Statement<[number, string, number, string]>;
  #witnessed: Database.Statement<[number, string], number>;

  constructor(database: Database.Database) {
    this.#tile = database
      .prepare<[number, number, number], Buffer>(
        'SELECT hashes FROM ledger_tile WHERE generation = ? AND level = ? AND tile = ?',
      )
      .pluck();
    this.#writeTile = database.prepare(
      'INSERT OR REPLACE INTO ledger_tile (generation, level, tile, hashes) VALUES (?, ?, ?, ?)',
    );
    this.#heads = database.prepare(
      'SELECT generation, size, root, note, signed_at AS signedAt FROM ledger_head ORDER BY generation',
    );
    this.#write = database.prepare(
      'INSERT OR REPLACE INTO ledger_head (generation, size, root, note, signed_at) VALUES (?, ?, ?, ?, ?)',
    );
    this.#writeWitnessed = database.prepare(
      'INSERT OR REPLACE INTO witnessed_head (generation, witness, size, note) VALUES (?, ?, ?, ?)',
    );
    this.#witnessed = database
      .prepare<[number, string], number>(
        'SELECT size FROM witnessed_head WHERE generation = ? AND witness = ?',
      )
      .pluck();
  }

  /** Oldest generation first. */
  heads(): LedgerHead[] {
    return this.#heads.all().map((row) => headSchema.parse(row));
  }

  write({ generation, size, root, note, signedAt }: LedgerHead): void {
    this.#write.run(generation, size, root, note, signedAt);
  }

  tree(generation: number, size: number): TiledTree {
    return new TiledTree(
      {
        read: (level, tile) => this.#tile.get(generation, level, tile),
        write: (level, tile, hashes) => this.#writeTile.run(generation, level, tile, hashes),
      },
      size,
    );
  }

  /** How many entries of a generation this witness has signed for; 0 for none. */
  witnessedSize(generation: number, witness: string): number {
    return this.#witnessed.get(generation, witness) ?? 0;
  }

  writeWitnessed(generation: number, witness: string, size: number, note: string): void {
    this.#writeWitnessed.run(generation, witness, size, note);
  }
}
