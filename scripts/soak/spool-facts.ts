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
