import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';

export interface StatedSegment {
  readonly key: string;
  readonly recorderId: string;
  readonly segmentId: string;
  readonly sourceId: string;
  readonly startUtcMs: number;
  readonly endUtcMs: number;
  readonly bytes: number;
  readonly sha256: string;
}

export interface StatedRow extends StatedSegment {
  /** Whether it was stated to be proven, so that it must be there. */
  readonly proven: number;
  /** Of the very object that was proven. */
  readonly versionId: string | null;
  /** Whether retention stated that it removed footage of this time. */
  readonly expired: number;
}

/** What the ledgers state of footage and of heads, in a file that is removed again: memory stays small however much there is. */
export class StatedFootage {
  readonly #directory = mkdtempSync(join(tmpdir(), 'minh-bach-verify-'));
  readonly #sqlite = new Database(join(this.#directory, 'stated.db'));
  readonly #add: Database.Statement;
  readonly #prove: Database.Statement;
  readonly #expire: Database.Statement;
  readonly #head: Database.Statement;
  readonly #headSeen: Database.Statement;

  constructor() {
    this.#sqlite.pragma('journal_mode = OFF');
    this.#sqlite.pragma('synchronous = OFF');
    this.#sqlite.exec(`
      CREATE TABLE segment (
        key TEXT PRIMARY KEY, recorderId TEXT, segmentId TEXT, sourceId TEXT, startUtcMs INTEGER, endUtcMs INTEGER,
        bytes INTEGER, sha256 TEXT
      ) WITHOUT ROWID;
      CREATE TABLE proven (segmentId TEXT PRIMARY KEY, versionId TEXT) WITHOUT ROWID;
      CREATE TABLE expired (sourceId TEXT, fromUtcMs INTEGER, toUtcMs INTEGER);
      CREATE TABLE head (key TEXT PRIMARY KEY) WITHOUT ROWID;
      CREATE TABLE headSeen (key TEXT PRIMARY KEY) WITHOUT ROWID;`);
    this.#add = this.#sqlite.prepare(
      `INSERT OR REPLACE INTO segment VALUES
       (@key, @recorderId, @segmentId, @sourceId, @startUtcMs, @endUtcMs, @bytes, @sha256)`,
    );
    this.#prove = this.#sqlite.prepare('INSERT OR REPLACE INTO proven VALUES (?, ?)');
    this.#expire = this.#sqlite.prepare('INSERT INTO expired VALUES (?, ?, ?)');
    this.#head = this.#sqlite.prepare('INSERT OR IGNORE INTO head VALUES (?)');
    this.#headSeen = this.#sqlite.prepare('INSERT OR IGNORE INTO headSeen VALUES (?)');
  }

  add(segment: StatedSegment): void {
    this.#add.run(segment);
  }

  prove(segmentId: string, versionId: string | undefined): void {
    this.#prove.run(segmentId, versionId ?? null);
  }

  expire(sourceId: string, fromUtcMs: number, toUtcMs: number): void {
    this.#expire.run(sourceId, fromUtcMs, toUtcMs);
  }

  /** A head was put there, under this key. */
  addHead(key: string): void {
    this.#head.run(key);
  }

  seeHead(key: string): void {
    this.#headSeen.run(key);
  }

  /** Keys of heads that were stated and not seen. */
  headsUnseen(): string[] {
    return this.#sqlite
      .prepare<[], string>('SELECT key FROM head WHERE key NOT IN (SELECT key FROM headSeen) ORDER BY key')
      .pluck()
      .all();
  }

  /** In the byte order of their keys, those of one recorder. */
  segments(recorderId: string): IterableIterator<StatedRow> {
    return this.#sqlite
      .prepare<[string, string], StatedRow>(
        `SELECT s.*, p.segmentId IS NOT NULL AS proven, p.versionId,
           EXISTS (SELECT 1 FROM expired e WHERE e.sourceId = s.sourceId AND e.fromUtcMs <= s.startUtcMs
                   AND e.toUtcMs >= s.endUtcMs) AS expired
         FROM segment s LEFT JOIN proven p USING (segmentId) WHERE key >= ? AND key < ? ORDER BY key`,
      )
      .iterate(`r/${recorderId}/s/`, `r/${recorderId}/s0`);
  }

  close(): void {
    this.#sqlite.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
