import type Database from 'better-sqlite3';
import { canonicalJson } from '@minhbach/shared/ledger';
import { recorderEntrySchema, type RecorderEntry } from '@minhbach/shared/protocol';
import { cutsText } from '../catalogue/index.ts';
import type { MonitorDisagreement } from './disagreement.ts';

interface EntryRow {
  readonly recorder_id: string;
  readonly generation: number;
  readonly seq: number;
  readonly at: number;
  readonly kind: string;
  readonly body: string;
}

type Say = (found: MonitorDisagreement) => void;

/** Entries without holes and as they were written, and a row of the catalogue for each that asks for one. */
export function checkCatalogue(sqlite: Database.Database, say: Say): { entries: number; segments: number } {
  // Kept by SQLite, which spills to the disk: a monitor knows millions of segments.
  sqlite.exec('CREATE TEMP TABLE told (segment_id TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID');
  const rows = new CatalogueRows(sqlite, say);
  let entries = 0;
  let before: EntryRow | undefined;
  for (const row of allEntries(sqlite)) {
    entries += 1;
    const where = `recorder ${row.recorder_id}, generation ${row.generation}, entry ${row.seq}`;
    const sameLog = before?.recorder_id === row.recorder_id && before.generation === row.generation;
    const wanted = sameLog ? (before?.seq ?? -1) + 1 : 0;
    if (row.seq !== wanted) {
      say({ code: 'entry-missing', where, expected: `entry ${wanted} before it`, found: 'none' });
    }
    before = row;
    const entry = readEntry(row);
    if (entry === undefined) {
      say({
        code: 'entry-altered',
        where,
        expected: 'an entry as its recorder wrote it',
        found: 'another text',
      });
    } else rows.check(row.recorder_id, entry, where);
  }
  rows.checkUntold();
  const segments = sqlite.prepare<[], number>('SELECT count(*) FROM segment').pluck().get() ?? 0;
  return { entries, segments };
}

function* allEntries(sqlite: Database.Database): Generator<EntryRow> {
  const page = sqlite.prepare<[string, number, number], EntryRow>(
    `SELECT recorder_id, generation, seq, at, kind, body FROM recorder_entry
     WHERE (recorder_id, generation, seq) > (?, ?, ?) ORDER BY recorder_id, generation, seq LIMIT 1000`,
  );
  for (let rows = page.all('', -1, -1); rows.length > 0;) {
    yield* rows;
    const last = rows.at(-1);
    rows = last === undefined ? [] : page.all(last.recorder_id, last.generation, last.seq);
  }
}

function readEntry(row: EntryRow): RecorderEntry | undefined {
  try {
    const entry = recorderEntrySchema.parse(JSON.parse(row.body));
    const same = entry.seq === row.seq && entry.at === row.at && entry.kind === row.kind;
    return same && canonicalJson(entry) === row.body ? entry : undefined;
  } catch {
    return undefined;
  }
}

class CatalogueRows {
  readonly #say: Say;
  readonly #tell: Database.Statement<[string]>;
  readonly #segment: Database.Statement<[string], Record<string, unknown>>;
  readonly #gap: Database.Statement<[string], Record<string, unknown>>;
  readonly #expired: Database.Statement<[string, number, number], unknown>;
  readonly #wasTold: Database.Statement<[string], unknown>;
  readonly #untold: Database.Statement<[], { object_key: string }>;

  constructor(sqlite: Database.Database, say: Say) {
    this.#say = say;
    this.#tell = sqlite.prepare('INSERT OR IGNORE INTO told (segment_id) VALUES (?)');
    this.#segment = sqlite.prepare(
      `SELECT s.source_id, s.start_ms, s.end_ms, s.capture_id, s.first_tfdt, s.timescale, s.bytes, s.init_bytes, s.mime,
         f.recorder_id, f.sha256, f.fragments_root, f.fragments, f.codec, f.clock_error_ms, f.recovered, f.object_key,
         f.keyframes, s.cuts, s.proven, s.dropped
       FROM segment s LEFT JOIN segment_fact f USING (segment_id) WHERE s.segment_id = ?`,
    );
    this.#gap = sqlite.prepare('SELECT source_id, from_ms, to_ms, cause, evidence FROM gap WHERE gap_id = ?');
    this.#expired = sqlite.prepare(
      'SELECT 1 FROM expired_span WHERE source_id = ? AND from_ms <= ? AND to_ms >= ?',
    );
    this.#wasTold = sqlite.prepare('SELECT 1 FROM told WHERE segment_id = ?');
    this.#untold = sqlite.prepare(
      `SELECT coalesce(f.object_key, s.segment_id) AS object_key FROM segment s LEFT JOIN segment_fact f USING (segment_id)
       WHERE s.segment_id NOT IN (SELECT segment_id FROM told) ORDER BY 1`,
    );
  }

  check(recorderId: string, entry: RecorderEntry, where: string): void {
    if (entry.kind === 'segment-sealed') {
      this.#tell.run(entry.segmentId);
      const row = this.#segment.get(entry.segmentId);
      if (row === undefined && this.#expired.get(entry.sourceId, entry.startUtcMs, entry.endUtcMs)) return;
      this.#compare(entry, where, row, {
        source_id: entry.sourceId,
        start_ms: entry.startUtcMs,
        end_ms: entry.endUtcMs,
        capture_id: entry.captureId,
        first_tfdt: entry.firstTfdt,
        timescale: entry.timescale,
        bytes: entry.bytes,
        init_bytes: entry.initBytes,
        mime: entry.mime,
        recorder_id: recorderId,
        sha256: entry.sha256,
        fragments_root: entry.fragmentsRoot,
        fragments: entry.fragments,
        codec: entry.codec,
        clock_error_ms: entry.clockErrorMs,
        recovered: Number(entry.recovered),
        object_key: entry.key,
        keyframes: JSON.stringify(entry.keyframes),
        cuts: cutsText(entry),
      });
    } else if (entry.kind === 'gap') {
      const span = { sourceId: entry.sourceId, startUtcMs: entry.fromUtcMs, endUtcMs: entry.toUtcMs };
      this.#compare(span, where, this.#gap.get(entry.gapId), {
        source_id: entry.sourceId,
        from_ms: entry.fromUtcMs,
        to_ms: entry.toUtcMs,
        cause: entry.cause,
        evidence: entry.evidence,
      });
    } else if (entry.kind === 'segment-proven' || entry.kind === 'segment-dropped') {
      const column = entry.kind === 'segment-proven' ? 'proven' : 'dropped';
      const row = this.#segment.get(entry.segmentId);
      // Of an earlier generation, lost with its disk, or expired.
      if (row === undefined || this.#wasTold.get(entry.segmentId) === undefined || row[column] === 1) return;
      this.#say({
        code: 'row-differs',
        where,
        expected: `${column} 1`,
        found: `${column} ${String(row[column])}`,
      });
    }
  }

  checkUntold(): void {
    for (const { object_key: where } of this.#untold.all()) {
      this.#say({ code: 'row-without-entry', where, expected: 'a segment-sealed entry', found: 'none' });
    }
  }

  #compare(
    of: Pick<Extract<RecorderEntry, { kind: 'segment-sealed' }>, 'sourceId' | 'startUtcMs' | 'endUtcMs'>,
    where: string,
    row: Readonly<Record<string, unknown>> | undefined,
    expected: Readonly<Record<string, unknown>>,
  ): void {
    const about = {
      sourceId: of.sourceId,
      span: { fromUtcMs: of.startUtcMs, toUtcMs: of.endUtcMs },
      where,
    };
    if (row === undefined) {
      this.#say({ ...about, code: 'row-missing', expected: 'a row of the catalogue', found: 'none' });
      return;
    }
    for (const [column, value] of Object.entries(expected)) {
      if (row[column] === value) continue;
      const [said, found] = [`${column} ${String(value)}`, `${column} ${String(row[column])}`];
      this.#say({ ...about, code: 'row-differs', expected: said, found });
    }
  }
}
