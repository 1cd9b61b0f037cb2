import Database from 'better-sqlite3';
import { join } from 'node:path';
import { recorderEntrySchema, type RecorderEntry } from '@minhbach/shared/protocol';
import type { SourceId } from '@minhbach/shared/units-of-measure';
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
