import { setImmediate as breathe } from 'node:timers/promises';
import { z } from 'zod';
import { recorderEntrySchema, type RecorderEntry } from '@minhbach/shared/protocol';
import { recorderIdSchema, type RecorderId } from '@minhbach/shared/units-of-measure';
import { EntryRefusedError } from '../../uplink/index.ts';
import type { RebuildWork } from './rebuild-work.ts';

interface EntryRow {
  readonly recorder_id: RecorderId;
  readonly generation: number;
  readonly seq: number;
  readonly body: string;
}

const positionSchema = z.tuple([recorderIdSchema, z.int(), z.int()]);
const entriesAtOnce = 1_000;

/** The rows of segments and gaps that follow from all entries, in their order. `position`: the last entry taken. */
export async function deriveRows(work: RebuildWork, position: string): Promise<void> {
  const next = work.database.sqlite.prepare<[string, number, number], EntryRow>(
    `SELECT recorder_id, generation, seq, body FROM recorder_entry
     WHERE (recorder_id, generation, seq) > (?, ?, ?) ORDER BY recorder_id, generation, seq LIMIT ${entriesAtOnce}`,
  );
  let from: readonly [string, number, number] =
    position === '' ? ['', -1, -1] : positionSchema.parse(JSON.parse(position));
  for (let done = 0; ;) {
    work.signal.throwIfAborted();
    const rows = next.all(...from);
    const last = rows.at(-1);
    if (last === undefined) return;
    work.database.transaction(() => {
      let before = from;
      for (const row of rows) {
        noteHole(work, before, row);
        derive(work, row);
        before = [row.recorder_id, row.generation, row.seq];
      }
      work.progress.reach('rows', JSON.stringify(before));
    });
    from = [last.recorder_id, last.generation, last.seq];
    done += rows.length;
    work.onProgress('rows', done);
    await breathe();
  }
}

function noteHole(work: RebuildWork, before: readonly [string, number, number], row: EntryRow): void {
  const sameLog = before[0] === row.recorder_id && before[1] === row.generation;
  const wanted = sameLog ? before[2] + 1 : 0;
  if (row.seq === wanted) return;
  work.progress.note({
    code: 'bundle-missing',
    place: `recorder ${row.recorder_id}, generation ${row.generation}, entry ${wanted}`,
    expected: `entries ${wanted} to ${row.seq - 1}`,
    found: 'none',
  });
}

function derive(work: RebuildWork, row: EntryRow): void {
  const refuse = (found: string) =>
    work.progress.note({
      code: 'entry-refused',
      place: `recorder ${row.recorder_id}, generation ${row.generation}, entry ${row.seq}`,
      expected: 'an entry that its recorder may state',
      found,
    });
  let entry: RecorderEntry;
  try {
    entry = recorderEntrySchema.parse(JSON.parse(row.body));
  } catch {
    refuse('what cannot be read');
    return;
  }
  // Taken back alone when the entry is refused half-way.
  try {
    work.database.sqlite.transaction(() => work.entries.derive(row.recorder_id, entry))();
  } catch (error) {
    if (!(error instanceof EntryRefusedError) && !isDoubled(error)) throw error;
    refuse(error instanceof Error ? error.message : 'a segment or gap twice');
  }
}

/** Two entries about one segment: only what never came over an uplink can hold that. */
function isDoubled(error: unknown): boolean {
  return String((error as { code?: unknown } | null)?.code).startsWith('SQLITE_CONSTRAINT');
}
