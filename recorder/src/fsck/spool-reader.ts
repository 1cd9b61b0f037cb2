import Database from 'better-sqlite3';
import { join } from 'node:path';
import { z } from 'zod';
import type { RecorderId } from '@minhbach/shared/units-of-measure';
import {
  recorderIdSchema,
  segmentIdSchema,
  sourceIdSchema,
  utcMsSchema,
} from '@minhbach/shared/units-of-measure';

const pageRows = 500;

const wholeNumbersSchema = z.string().transform((text, context) => {
  const parsed = z.array(z.int()).safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  context.addIssue({ code: 'custom', message: 'is no list of whole numbers' });
  return z.NEVER;
});

/** The `segment` row in the words of its `segment-sealed` entry, and what came after. */
const segmentRowSchema = z.object({
  segmentId: segmentIdSchema,
  sourceId: sourceIdSchema,
  captureId: z.string(),
  startUtcMs: utcMsSchema,
  endUtcMs: utcMsSchema,
  firstTfdt: z.int(),
  timescale: z.int(),
  bytes: z.int(),
  initBytes: z.int(),
  fragments: z.int(),
  sha256: z.string(),
  fragmentsRoot: z.string(),
  codec: z.string(),
  mime: z.string(),
  keyframes: wholeNumbersSchema,
  keyframeOffsets: wholeNumbersSchema.nullable(),
  clockErrorMs: z.int(),
  recovered: z.int().transform((value) => value === 1),
  key: z.string(),
  fileName: z.string(),
  uploadState: z.string(),
  versionId: z.string().nullable(),
  garbage: z.int(),
});
export type SegmentRow = z.infer<typeof segmentRowSchema>;

/** What can still be said of a row that makes no sense. */
export interface UnreadableRow {
  readonly segmentId: string;
  readonly fault: string;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readSegmentRow(row: unknown): SegmentRow | UnreadableRow {
  const parsed = segmentRowSchema.safeParse(row);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const { segmentId } = z.object({ segmentId: z.string() }).parse(row);
  return { segmentId, fault: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}` };
}

const segmentColumns = `id segmentId, source_id sourceId, capture_id captureId, start_utc_ms startUtcMs,
  end_utc_ms endUtcMs, first_tfdt firstTfdt, timescale, bytes, init_bytes initBytes, fragments, sha256,
  fragments_root fragmentsRoot, codec, mime, keyframes, keyframe_offsets keyframeOffsets,
  clock_error_ms clockErrorMs, recovered, key, file_name fileName, upload_state uploadState, version_id versionId, garbage`;

const entryRowSchema = z.object({ ordinal: z.int(), at: z.int(), kind: z.string(), json: z.string() });
export type EntryRow = z.infer<typeof entryRowSchema>;

/**
 * Reads `spool.db` with statements of its own: nothing of the writer's code is trusted, nothing is changed. Works beside
 * a running recorder; reads in pages, so that the writer is never kept waiting.
 */
export class SpoolReader implements Disposable {
  readonly folders: { readonly open: string; readonly sealed: string; readonly quarantine: string };
  #database: Database.Database;

  /** Throws SQLite's error when there is no database, or what is there is none. */
  constructor(directory: string) {
    this.folders = {
      open: join(directory, 'open'),
      sealed: join(directory, 'sealed'),
      quarantine: join(directory, 'quarantine'),
    };
    this.#database = new Database(join(directory, 'spool.db'), { readonly: true, fileMustExist: true });
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }

  /** What SQLite itself finds wrong with the file; empty when nothing is. */
  damage(): string[] {
    const found = z
      .array(z.object({ integrity_check: z.string() }))
      .parse(this.#database.pragma('integrity_check(20)'));
    return found.map(({ integrity_check: text }) => text).filter((text) => text !== 'ok');
  }

  recorderId(): RecorderId {
    return recorderIdSchema.parse(this.#database.prepare('SELECT recorder_id FROM spool').pluck().get());
  }

  *entries(): Generator<EntryRow> {
    const read = this.#database.prepare(
      'SELECT ordinal, at, kind, json FROM entry WHERE ordinal >= ? ORDER BY ordinal LIMIT ?',
    );
    for (let from = 0; ;) {
      const page = z.array(entryRowSchema).parse(read.all(from, pageRows));
      yield* page;
      const last = page.at(-1);
      if (last === undefined || page.length < pageRows) return;
      from = last.ordinal + 1;
    }
  }

  entry(ordinal: number): EntryRow | undefined {
    return entryRowSchema
      .optional()
      .parse(
        this.#database.prepare('SELECT ordinal, at, kind, json FROM entry WHERE ordinal = ?').get(ordinal),
      );
  }

  /** Oldest first: where each generation begins among the entries. */
  generations(): { generation: number; first: number }[] {
    return z
      .array(z.object({ generation: z.int(), first: z.int() }))
      .parse(
        this.#database
          .prepare('SELECT generation, first_ordinal first FROM generation ORDER BY generation')
          .all(),
      );
  }

  /** Signed heads, by generation; none in a spool that never had any. */
  heads(): { generation: number; size: number; root: string }[] {
    const has = this.#database
      .prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'ledger_head'")
      .get();
    if (has === undefined) return [];
    return z
      .array(z.object({ generation: z.int(), size: z.int(), root: z.string() }))
      .parse(this.#database.prepare('SELECT generation, size, root FROM ledger_head').all());
  }

  *segments(): Generator<SegmentRow | UnreadableRow> {
    const read = this.#database.prepare(
      `SELECT ${segmentColumns} FROM segment WHERE id > ? ORDER BY id LIMIT ?`,
    );
    for (let after = ''; ;) {
      const page = read.all(after, pageRows).map(readSegmentRow);
      yield* page;
      const last = page.at(-1);
      if (last === undefined || page.length < pageRows) return;
      after = last.segmentId;
    }
  }

  segment(segmentId: string): SegmentRow | UnreadableRow | undefined {
    const row = this.#database.prepare(`SELECT ${segmentColumns} FROM segment WHERE id = ?`).get(segmentId);
    return row === undefined ? undefined : readSegmentRow(row);
  }

  segmentCount(): number {
    return z.int().parse(this.#database.prepare('SELECT count(*) FROM segment').pluck().get());
  }

  /** Names of files that a row speaks of: sealed ones, those being dropped, those being written. */
  knowsFile(fileName: string): boolean {
    const read = this.#database.prepare(
      'SELECT 1 FROM segment WHERE file_name = @fileName UNION ALL SELECT 1 FROM open_segment WHERE file_name = @fileName',
    );
    return read.get({ fileName }) !== undefined;
  }

  openSegments(): number {
    return z.int().parse(this.#database.prepare('SELECT count(*) FROM open_segment').pluck().get());
  }

  watermarks(): { sourceId: string; endUtcMs: number }[] {
    return z
      .array(z.object({ sourceId: z.string(), endUtcMs: z.int() }))
      .parse(
        this.#database.prepare('SELECT source_id sourceId, end_utc_ms endUtcMs FROM source_watermark').all(),
      );
  }
}
