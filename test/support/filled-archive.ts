import type Database from 'better-sqlite3';
import type { TimelineSpan } from '@minhbach/shared/protocol';
import type { RetentionBench } from './retention-bench.ts';

const hourMs = 3_600_000;

/**
 * Two sources, archived segments with a hole that an entry explains and one that none does, one segment only spooled, of
 * which there is a small picture.
 */
export async function fillArchive(bench: RetentionBench, segments = 300): Promise<void> {
  const start = bench.nowMs - 5 * hourMs;
  bench.state({ kind: 'recorder-started', seq: 0, at: bench.clock.wallNow(), version: 'test', boot: 'b' });
  for (let count = 0; count < segments; count += 1) {
    const source = count % 2 === 0 ? bench.camera : bench.microphone;
    const { endUtcMs } = await bench.film(source, start + Math.floor(count / 2) * 2_000);
    if (count === 0 || count === 3)
      bench.gap(source, endUtcMs, start + Math.floor(count / 2) * 2_000 + 2_000);
  }
  const spooled = await bench.film(bench.camera, start + hourMs * 4, { told: 'sealed' });
  await bench.archive.remove(spooled.key, {
    versionId: spooled.versionId,
    signal: AbortSignal.timeout(10_000),
  });
  // Ahead of the footage, as from a thin line.
  await bench.picture(spooled);
}

/** Every row of the catalogue, to be compared. */
export function catalogueRows(sqlite: Database.Database) {
  const all = (table: string, order: string) =>
    sqlite.prepare<[], unknown>(`SELECT * FROM ${table} ORDER BY ${order}`).all();
  return {
    segments: all('segment', 'source_id, start_ms, segment_id'),
    facts: all('segment_fact', 'segment_id'),
    gaps: all('gap', 'gap_id'),
    owners: all('source_owner', 'source_id'),
    entries: all('recorder_entry', 'recorder_id, generation, seq'),
  };
}

/** The rows, and the timelines of both sources as people see them. */
export function catalogueState(bench: RetentionBench) {
  const span = [bench.nowMs - 6 * hourMs, bench.nowMs] as const;
  const timelines: Record<string, TimelineSpan[]> = {
    camera: bench.timeline(bench.camera, ...span),
    microphone: bench.timeline(bench.microphone, ...span),
  };
  return { ...catalogueRows(bench.database.sqlite), timelines };
}

/** As after the loss of the database: only what is no cache is left. */
export function loseCatalogue(bench: RetentionBench): void {
  for (const table of ['recorder_entry', 'source_owner', 'segment', 'segment_fact', 'gap', 'entry_bundle']) {
    bench.database.sqlite.exec(`DELETE FROM ${table}`);
  }
}
