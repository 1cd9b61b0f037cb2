import type Database from 'better-sqlite3';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RecorderEntry } from '@minhbach/shared/protocol';
import type { SourceId, UtcMs } from '@minhbach/shared/units-of-measure';
import { EntryLog, type EntryDraft } from '../ledger/index.ts';
import { restated } from './generations.ts';
import { journalLines } from './journal.ts';
import type { OpenSegmentRow } from './open-segment-row.ts';
import { SegmentTable } from './segment-table.ts';
import type { KeptTable, Spool } from './spool.ts';
import { OpenSegmentTable } from './open-segment-table.ts';

export interface RebuiltIndex {
  /** Entries put back in their place. */
  readonly entries: number;
  /** Lines that are damaged, or numbers that are missing: the ledger ends before the first. */
  readonly isDamaged: boolean;
  /** Highest number of a generation seen, also beyond the damage. */
  readonly newestGeneration: number;
  /** Facts beyond the damage, to be stated again in a new generation. */
  readonly afterDamage: readonly EntryDraft[];
  readonly lastBoot: string | undefined;
  readonly stoppedCleanly: boolean;
  readonly lastAt: UtcMs | undefined;
}

/** Fills an empty, migrated index from the journal, in one transaction. Throws what the disk throws. */
export function rebuildIndex(of: {
  readonly database: Database.Database;
  readonly journalPath: string;
  readonly folders: Spool['folders'];
  readonly kept: Readonly<Record<string, KeptTable>>;
}): RebuiltIndex {
  return of.database.transaction(() => new Replay(of).run()).immediate();
}

class Replay {
  #of: Parameters<typeof rebuildIndex>[0];
  #entries: EntryLog;
  #segments: SegmentTable;
  #watermarks = new Map<SourceId, UtcMs>();
  #open = new Map<string, OpenSegmentRow>();
  #generation: number | undefined;
  #newest = 0;
  #next = 0;
  #count = 0;
  #isDamaged = false;
  #after: EntryDraft[] = [];
  #last: RecorderEntry | undefined;
  #lastBoot: string | undefined;

  constructor(of: Parameters<typeof rebuildIndex>[0]) {
    this.#of = of;
    this.#entries = new EntryLog(of.database);
    this.#segments = new SegmentTable(of.database, of.folders.sealed);
  }

  run(): RebuiltIndex {
    for (const line of journalLines(this.#of.journalPath)) {
      if (line === undefined) this.#isDamaged = true;
      else if ('entry' in line) this.#fact(line.generation, line.entry);
      else if ('previous' in line) this.#begin(line.generation, line.previous);
      else if ('open' in line) this.#open.set(line.open.segmentId, line.open);
      else this.#of.kept[line.kept]?.restore(this.#of.database, line.row);
    }
    this.#finish();
    return {
      entries: this.#count,
      isDamaged: this.#isDamaged,
      newestGeneration: this.#newest,
      afterDamage: this.#after,
      lastBoot: this.#lastBoot,
      stoppedCleanly: this.#last?.kind === 'recorder-stopped',
      lastAt: this.#last?.at,
    };
  }

  #begin(generation: number, previous: Parameters<EntryLog['begin']>[1]): void {
    this.#newest = Math.max(this.#newest, generation);
    if (this.#isDamaged) return;
    this.#entries.begin(generation, previous);
    this.#generation = generation;
    this.#next = 0;
  }

  #fact(generation: number, entry: RecorderEntry): void {
    this.#newest = Math.max(this.#newest, generation);
    if (!this.#isDamaged && (generation !== this.#generation || entry.seq !== this.#next)) {
      this.#isDamaged = true;
    }
    if (this.#isDamaged) {
      const draft = restated(entry);
      if (draft !== undefined) this.#after.push(draft);
    } else {
      this.#entries.restore(entry);
      this.#next += 1;
      this.#count += 1;
    }
    this.#last = entry;
    this.#apply(entry);
  }

  /** What a fact means for the other tables. */
  #apply(entry: RecorderEntry): void {
    switch (entry.kind) {
      case 'segment-sealed': {
        this.#open.delete(entry.segmentId);
        this.#moveWatermark(entry.sourceId, entry.endUtcMs);
        const { seq, at, kind, key, ...facts } = entry;
        void [seq, at, kind];
        if (this.#segments.find(entry.segmentId) !== undefined) return;
        this.#segments.insert({ ...facts, fileName: `${entry.segmentId}.mp4` }, key);
        // Whether the object arrived is not known: the uploader looks before it sends.
        this.#segments.update(entry.segmentId, `upload_state = 'uploading'`);
        return;
      }
      case 'segment-proven':
        this.#segments.update(entry.segmentId, `upload_state = 'proven', version_id = ?`, [
          entry.versionId ?? null,
        ]);
        return;
      case 'segment-dropped':
        this.#segments.update(entry.segmentId, 'garbage = 1');
        return;
      case 'gap':
        return this.#moveWatermark(entry.sourceId, entry.toUtcMs);
      case 'source-registered':
        return this.#moveWatermark(entry.sourceId, entry.at);
      case 'recorder-started':
        this.#lastBoot = entry.boot;
        return;
      case 'recorder-stopped':
      case 'source-retired':
      case 'device-identity':
      case 'clock':
      case 'archive-probed':
      case 'head-witnessed':
        return;
    }
  }

  #moveWatermark(sourceId: SourceId, end: UtcMs): void {
    if (end > (this.#watermarks.get(sourceId) ?? 0)) this.#watermarks.set(sourceId, end);
  }

  #finish(): void {
    const { database, folders } = this.#of;
    const insert = database.prepare('INSERT INTO source_watermark (source_id, end_utc_ms) VALUES (?, ?)');
    for (const [sourceId, end] of this.#watermarks) insert.run(sourceId, end);
    const openSegments = new OpenSegmentTable(database);
    for (const row of this.#open.values()) {
      const isThere = [folders.open, folders.sealed].some((folder) => existsSync(join(folder, row.fileName)));
      if (isThere) openSegments.insert(row);
    }
  }
}
