import type Database from 'better-sqlite3';
import { z } from 'zod';
import type { RecorderEntry } from '@minhbach/shared/protocol';
import type { EntryDraft, EntryLog } from '../ledger/index.ts';

const pageEntries = 500;

/**
 * The facts of the newest generation that not every monitor is known to have stored, as drafts for the next one. What a
 * run says of itself stays where it was said.
 */
export function* restatedFacts(database: Database.Database, entries: EntryLog): Generator<EntryDraft> {
  const { generation, size } = entries.current();
  const positions = z
    .array(z.strictObject({ generation: z.int(), nextSeq: z.int() }))
    .parse(database.prepare('SELECT generation, next_seq AS nextSeq FROM monitor_position').all());
  const known = positions.map((at) =>
    at.generation === generation ? at.nextSeq : at.generation > generation ? size : 0,
  );
  for (let seq = known.length === 0 ? 0 : Math.min(...known); seq < size; seq += pageEntries) {
    for (const entry of entries.read(seq, pageEntries, generation)) {
      const draft = restated(entry);
      if (draft !== undefined) yield draft;
    }
  }
}

/** The fact without its place, or `undefined` for what is true of its own run only. */
export function restated(entry: RecorderEntry): EntryDraft | undefined {
  switch (entry.kind) {
    case 'recorder-started':
    case 'recorder-stopped':
    case 'clock':
    case 'archive-probed':
    case 'head-witnessed':
      return undefined;
    case 'segment-sealed':
    case 'gap':
    case 'source-registered':
    case 'source-retired':
    case 'device-identity':
    case 'segment-proven':
    case 'segment-dropped': {
      const { seq, at, ...draft } = entry;
      void [seq, at];
      return draft;
    }
  }
}
