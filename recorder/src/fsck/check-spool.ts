import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ObjectStore } from '@minhbach/shared/object-store';
import { checkObject } from './check-archive.ts';
import { checkEntries } from './check-entries.ts';
import { checkFile } from './check-file.ts';
import { checkHeads } from './check-heads.ts';
import { checkRow, missingRows } from './check-rows.ts';
import { checkTimes } from './check-times.ts';
import type { Disagreement } from './disagreement.ts';
import { SpoolReader, type SegmentRow } from './spool-reader.ts';

/** After this long a file that a running recorder was moving or dropping has its row, or is gone. */
const settleMs = 2_000;

export interface SpoolCheck {
  readonly directory: string;
  /** Presence and size only: no file is read. */
  readonly quick: boolean;
  /** Where given, the object of each proven segment is fetched and hashed too. */
  readonly store?: ObjectStore | undefined;
  readonly signal: AbortSignal;
  readonly onDisagreement: (found: Disagreement) => void;
  readonly onProgress?: (checked: number, of: number) => void;
}

export interface SpoolSummary {
  readonly recorderId: string;
  readonly entries: number;
  readonly segments: number;
  readonly openSegments: number;
  readonly objects: number;
  readonly quarantined: number;
}

/**
 * Holds everything the spool says against everything else it says (recorder/DESIGN.md, invariants 1 to 4): entries, rows,
 * files, times and, if wanted, objects. Changes nothing; may run beside the recorder. Open segments are the recorder's
 * own to bring in order, and only counted. Rejects when something cannot be looked at.
 */
export async function checkSpool(of: SpoolCheck): Promise<SpoolSummary> {
  using spool = new SpoolReader(of.directory);
  for (const text of spool.damage()) {
    of.onDisagreement({
      code: 'index-damaged',
      where: 'spool.db',
      expected: 'a sound database',
      found: text,
    });
  }
  const recorderId = spool.recorderId();
  const { facts, found } = checkEntries(spool);
  found.forEach(of.onDisagreement);
  checkHeads(spool).forEach(of.onDisagreement);

  const total = spool.segmentCount();
  const seen = new Set<string>();
  let objects = 0;
  for (const row of spool.segments()) {
    of.signal.throwIfAborted();
    seen.add(row.segmentId);
    if ('fault' in row) {
      const where = `segment ${row.segmentId}`;
      of.onDisagreement({ code: 'row-unreadable', where, expected: 'a row as written', found: row.fault });
      continue;
    }
    checkRow({ row, spool, facts, recorderId }).forEach(of.onDisagreement);
    if (row.garbage === 0) (await checkKept(row, spool, of.quick)).forEach(of.onDisagreement);
    if (of.store !== undefined && row.uploadState === 'proven') {
      objects += 1;
      (await checkObject(row, of.store, of.signal)).forEach(of.onDisagreement);
    }
    of.onProgress?.(seen.size, total);
  }
  missingRows(facts, seen, spool).forEach(of.onDisagreement);
  (await strayFiles(spool, of.signal)).forEach(of.onDisagreement);

  const watermarks = new Map(spool.watermarks().map(({ sourceId, endUtcMs }) => [sourceId, endUtcMs]));
  const isStill = spool.entry(facts.size) === undefined;
  for (const [sourceId, spans] of facts.spans) {
    // A running recorder moves its watermarks on while we look.
    const watermark = isStill ? (watermarks.get(sourceId) ?? 'none') : undefined;
    checkTimes(sourceId, spans, watermark).forEach(of.onDisagreement);
  }
  return {
    recorderId,
    entries: facts.size,
    segments: seen.size,
    openSegments: spool.openSegments(),
    objects,
    quarantined: (await readdir(spool.folders.quarantine)).length,
  };
}

async function checkKept(row: SegmentRow, spool: SpoolReader, quick: boolean): Promise<Disagreement[]> {
  const found = await checkFile(row, join(spool.folders.sealed, row.fileName), quick);
  if (found.length === 0) return found;
  // A running recorder may have dropped it since its row was read.
  const now = spool.segment(row.segmentId);
  return now === undefined || ('garbage' in now && now.garbage === 1) ? [] : found;
}

async function strayFiles(spool: SpoolReader, signal: AbortSignal): Promise<Disagreement[]> {
  const suspects = await unknownFiles(spool);
  if (suspects.length === 0) return [];
  await delay(settleMs, undefined, { signal });
  const still = new Set(await unknownFiles(spool));
  return suspects
    .filter((path) => still.has(path))
    .map((where) => ({ code: 'file-without-row', where, expected: 'a row of the index', found: 'none' }));
}

async function unknownFiles(spool: SpoolReader): Promise<string[]> {
  const found: string[] = [];
  for (const folder of [spool.folders.sealed, spool.folders.open]) {
    for (const name of await readdir(folder)) if (!spool.knowsFile(name)) found.push(join(folder, name));
  }
  return found;
}
