import { opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { errnoOf, moveDurably } from '@minhbach/shared/file-operations';
import type { SegmentId } from '@minhbach/shared/units-of-measure';
import type { Spool } from '../spool/index.ts';
import { takeOutIfDamaged } from './take-out.ts';

const sliceSegments = 200;
/** A file that was being sealed when it was first seen has its row after this long. */
const settleMs = 10_000;

export interface PresenceReport {
  /** Names of files nobody can place; moved to `quarantine/`. */
  readonly filesWithoutRow: readonly string[];
  /** Segments whose file is gone: stated as dropped (`lost`). */
  readonly rowsWithoutFile: readonly SegmentId[];
}

/**
 * Holds the index against the folder of sealed files, both ways, in slices that leave the process to others. May run
 * beside recording (`isAlone` false): what was being sealed or dropped at the moment is looked at again. Stops early, with
 * what it found, when `signal` aborts.
 */
export async function checkPresence(of: {
  readonly spool: Spool;
  readonly isAlone: boolean;
  readonly signal: AbortSignal;
}): Promise<PresenceReport> {
  const { spool, isAlone, signal } = of;
  const rowsWithoutFile: SegmentId[] = [];
  let after = '';
  while (!signal.aborted) {
    const beganMs = performance.now();
    const slice = spool.filesAfter(after, sliceSegments);
    const last = slice.at(-1);
    if (last === undefined) break;
    after = last.segmentId;
    const there = await Promise.all(slice.map(async ({ path }) => isThere(path)));
    for (const [index, { segmentId }] of slice.entries()) {
      if (there[index] === true) continue;
      if ((await takeOutIfDamaged(spool, segmentId)) !== undefined) rowsWithoutFile.push(segmentId);
    }
    await leaveRoom(beganMs, isAlone, signal);
  }
  return { filesWithoutRow: await moveStrangers(spool, isAlone, signal), rowsWithoutFile };
}

async function moveStrangers(spool: Spool, isAlone: boolean, signal: AbortSignal): Promise<string[]> {
  const strangers: string[] = [];
  let seen = 0;
  let beganMs = performance.now();
  for await (const { name } of await opendir(spool.folders.sealed, { bufferSize: 1_024 })) {
    if (signal.aborted) return [];
    if (!spool.knowsFile(name)) strangers.push(name);
    if ((seen += 1) % sliceSegments !== 0) continue;
    await leaveRoom(beganMs, isAlone, signal);
    beganMs = performance.now();
  }
  if (strangers.length > 0 && !isAlone) await delay(settleMs, undefined, { signal }).catch(() => undefined);
  if (signal.aborted) return [];
  const moved: string[] = [];
  const open = new Set(spool.openSegmentRows().map(({ fileName }) => fileName));
  for (const name of strangers) {
    const path = join(spool.folders.sealed, name);
    if (spool.knowsFile(name) || open.has(name) || !(await isThere(path))) continue;
    await moveDurably(path, join(spool.folders.quarantine, name));
    moved.push(name);
  }
  return moved;
}

/** Beside recording it takes a quarter of one core at most: it is in no hurry, and live pictures are. */
async function leaveRoom(beganMs: number, isAlone: boolean, signal: AbortSignal): Promise<void> {
  if (isAlone) return nextTurn();
  await delay(3 * (performance.now() - beganMs), undefined, { signal }).catch(() => undefined);
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}
