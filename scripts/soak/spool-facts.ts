import Database from 'better-sqlite3';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { wholePieces } from '@minhbach/shared/media';
import { recorderEntrySchema, type RecorderEntry } from '@minhbach/shared/protocol';
import { sourceIdSchema, type SourceId } from '@minhbach/shared/units-of-measure';
import { z } from 'zod';
import { checkSpool } from '@minhbach/recorder/fsck';

/** One line for each thing that fsck finds wrong in a spool. */
export async function disagreementsOf(directory: string): Promise<string[]> {
  const found: string[] = [];
  const { signal } = new AbortController();
  await checkSpool({
    ...{ directory, quick: false, signal },
    onDisagreement: ({ code, where, expected, found: is }) =>
      void found.push(`${code} ${where}: expected ${expected}; found ${is}`),
  });
  return found;
}

export function entriesOf(directory: string): RecorderEntry[] {
  const database = new Database(join(directory, 'spool.db'), { readonly: true });
  try {
    return database
      .prepare<[], string>('SELECT json FROM entry ORDER BY ordinal')
      .pluck()
      .all()
      .map((json) => recorderEntrySchema.parse(JSON.parse(json)));
  } finally {
    database.close();
  }
}

/**
 * Milliseconds of a source's footage missing before `at`: from the end of what is there, or from when the source began
 * to record where nothing of that run is.
 */
export function lostBefore(
  entries: readonly RecorderEntry[],
  sourceId: SourceId,
  at: number,
  recordingSince = at,
): number {
  const ends = entries.flatMap((entry) =>
    entry.kind === 'segment-sealed' && entry.sourceId === sourceId && entry.startUtcMs < at
      ? [entry.endUtcMs]
      : [],
  );
  return at - Math.max(recordingSince, ...ends);
}

const openRowSchema = z.strictObject({
  source_id: sourceIdSchema,
  file_name: z.string(),
  start_utc_ms: z.int(),
  first_tfdt: z.int(),
});

/** Where the footage ends that each source is writing now, up to its last whole fragment: what `kill -9` would leave. */
export function openEndsOf(directory: string): ReadonlyMap<SourceId, number> {
  const database = new Database(join(directory, 'spool.db'), { readonly: true });
  try {
    const rows = database
      .prepare(
        'SELECT source_id, file_name, start_utc_ms, first_tfdt FROM open_segment ORDER BY start_utc_ms',
      )
      .all();
    const ends = new Map<SourceId, number>();
    for (const row of rows.map((one) => openRowSchema.parse(one))) {
      // Between its move and its row, a segment that is being sealed lies with the sealed ones.
      const path = ['open', 'sealed']
        .map((folder) => join(directory, folder, row.file_name))
        .find(existsSync);
      const pieces = path === undefined ? undefined : wholePieces(readFileSync(path));
      const last = pieces?.fragments.at(-1)?.fragment;
      if (pieces === undefined || last === undefined) continue;
      const ticks = last.tfdt + last.durationTicks - row.first_tfdt;
      ends.set(row.source_id, row.start_utc_ms + Math.round((ticks / pieces.init.timescale) * 1_000));
    }
    return ends;
  } finally {
    database.close();
  }
}

/** How many different segments entries call sealed, or proven. */
export function segmentsIn(
  entries: readonly RecorderEntry[],
  kind: 'segment-sealed' | 'segment-proven',
): number {
  return new Set(entries.flatMap((entry) => (entry.kind === kind ? [entry.segmentId] : []))).size;
}

/** Gaps of all sources by what they were laid to: how many, and how long together, in seconds. */
export function gapsByCause(
  entries: readonly RecorderEntry[],
): Readonly<Record<string, { readonly count: number; readonly seconds: number }>> {
  const found: Record<string, { count: number; seconds: number }> = {};
  for (const entry of entries) {
    if (entry.kind !== 'gap') continue;
    const known = (found[entry.cause] ??= { count: 0, seconds: 0 });
    known.count += 1;
    known.seconds += (entry.toUtcMs - entry.fromUtcMs) / 1_000;
  }
  return found;
}
