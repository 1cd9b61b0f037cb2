import { createHash } from 'node:crypto';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf, moveDurably, removeDurably } from '@minhbach/shared/file-operations';
import { fragmentsRoot } from '@minhbach/shared/ledger';
import { wholePieces } from '@minhbach/shared/media';
import type { SegmentSealed } from '@minhbach/shared/protocol';
import {
  gapIdSchema,
  newId,
  segmentIdSchema,
  sha256HexSchema,
  utcMs,
  type SegmentId,
  type UtcMs,
} from '@minhbach/shared/units-of-measure';
import type { OpenSegmentRow, Spool } from '../spool/index.ts';
import { offsetsOf } from './keyframe-offsets.ts';

export interface RecoveryReport {
  readonly sealed: readonly SegmentSealed[];
  /** Begun, but not one whole fragment reached the disk. */
  readonly empty: number;
  /** Names of files in `open/` nobody can place; moved to `quarantine/`. */
  readonly filesWithoutRow: readonly string[];
  /** Names of files that the disk did not give back, or did not keep when asked to; moved to `quarantine/`. */
  readonly untrusted: readonly string[];
}

/**
 * Seals what a run that ended anyhow was writing (recorder/DESIGN.md, "Recover"). Afterwards `open/` is empty. Takes as
 * long as there are open segments, however many sealed ones: those are for `checkPresence`.
 */
export async function recover(spool: Spool): Promise<RecoveryReport> {
  const sealed: SegmentSealed[] = [];
  const untrusted: string[] = [];
  let empty = 0;
  for (const row of spool.openSegmentRows()) {
    try {
      const entry = await recoverSegment(spool, row);
      if (entry === undefined) empty += 1;
      else sealed.push(entry);
    } catch (error) {
      // A second sync may lie, here as while recording; and one bad block must not keep the recorder from starting.
      if (errnoOf(error) !== 'EIO') throw error;
      await quarantine(spool, row);
      untrusted.push(row.fileName);
    }
  }
  const filesWithoutRow = await readdir(spool.folders.open);
  for (const name of filesWithoutRow)
    await moveDurably(join(spool.folders.open, name), join(spool.folders.quarantine, name));
  return { sealed, empty, filesWithoutRow, untrusted };
}

/**
 * Cuts what was written of an open segment to its last whole fragment and seals it as `recovered`. Answers `undefined`
 * when there is no whole fragment; then its file and row are gone. `inRun`: by the run that wrote it, which states the
 * gap before it itself and has placed what follows it from `endsBy` on.
 */
export async function recoverSegment(
  spool: Spool,
  row: OpenSegmentRow,
  inRun?: { readonly endsBy: UtcMs },
): Promise<SegmentSealed | undefined> {
  const openPath = join(spool.folders.open, row.fileName);
  const sealedPath = join(spool.folders.sealed, row.fileName);
  // The process may have died between moving the file and writing its row.
  const path = (await exists(openPath)) ? openPath : sealedPath;
  const cut = await cutToWholeFragments(path);
  if (cut === undefined) {
    await removeDurably(path);
    spool.forgetOpenSegment(row.segmentId);
    return undefined;
  }
  if (path === openPath) await moveDurably(openPath, sealedPath);
  if (inRun === undefined) stateGapBefore(spool, row);
  const { pieces, bytes } = cut;
  const { timescale } = pieces.init;
  const ms = (ticks: number) => Math.round(((ticks - row.firstTfdt) / timescale) * 1000);
  const start = Math.max(row.startUtcMs, spool.watermark(row.sourceId) ?? 0);
  const last = pieces.fragments.at(-1)?.fragment;
  const lastEndMs = row.startUtcMs + (last === undefined ? 0 : ms(last.tfdt + last.durationTicks));
  const end = Math.max(start + 1, Math.min(lastEndMs, inRun?.endsBy ?? Number.POSITIVE_INFINITY));
  const leaves = pieces.fragments.map((fragment) => bytes.subarray(fragment.start, fragment.end));
  return spool.sealSegment({
    segmentId: row.segmentId,
    sourceId: row.sourceId,
    captureId: row.captureId,
    startUtcMs: utcMs(start),
    endUtcMs: utcMs(end),
    firstTfdt: row.firstTfdt,
    timescale,
    bytes: bytes.length,
    initBytes: pieces.initBytes,
    fragments: leaves.length,
    sha256: sha256HexSchema.parse(createHash('sha256').update(bytes).digest('hex')),
    fragmentsRoot: sha256HexSchema.parse(fragmentsRoot(bytes.subarray(0, pieces.initBytes), leaves)),
    codec: pieces.init.codec,
    mime: pieces.init.mime,
    keyframes: pieces.fragments.flatMap(({ fragment }) => fragment.keyframeTicks.map(ms)),
    ...offsetsOf(
      pieces.fragments.flatMap(({ fragment }) => fragment.keyframeTicks),
      pieces.fragments.flatMap(({ fragment, start }) =>
        fragment.startsWithKeyframe && fragment.keyframeTicks.length > 0 ? start : [],
      ),
    ),
    clockErrorMs: row.clockErrorMs,
    recovered: true,
    fileName: row.fileName,
  });
}

/**
 * A run that dies in the first seconds of a capture has not yet stated where its footage begins: what lies between the
 * account so far and this segment is a gap, of the cause last seen.
 */
function stateGapBefore(spool: Spool, { sourceId, startUtcMs }: OpenSegmentRow): void {
  const from = spool.watermark(sourceId);
  if (from === undefined || from >= startUtcMs) return;
  const unknown = { cause: 'unknown', evidence: 'the run that saw why ended before it said so' } as const;
  const outage = spool.lastOutage(sourceId) ?? unknown;
  spool.recordGap({ gapId: newId(gapIdSchema), sourceId, fromUtcMs: from, toUtcMs: startUtcMs, ...outage });
}

/** Puts a file that cannot be trusted aside, for a person to look at, and forgets its row. */
export async function quarantine(
  spool: Spool,
  of: { readonly segmentId: SegmentId; readonly fileName: string },
): Promise<void> {
  const aside = join(spool.folders.quarantine, of.fileName);
  for (const folder of [spool.folders.open, spool.folders.sealed]) {
    try {
      await moveDurably(join(folder, of.fileName), aside);
    } catch (error) {
      // Once it lies there nothing is to be made of it: should a power cut take it back, it is nobody's file.
      if (errnoOf(error) !== 'ENOENT' && !(await exists(aside))) throw error;
    }
  }
  spool.forgetOpenSegment(segmentIdSchema.parse(of.segmentId));
}

/** The file ends with its last whole fragment, and that is on the disk. `undefined`: no whole fragment, or no file. */
async function cutToWholeFragments(path: string) {
  let file;
  try {
    file = await open(path, 'r+');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const all = await file.readFile();
    const pieces = wholePieces(all);
    const end = pieces?.fragments.at(-1)?.end;
    if (pieces === undefined || end === undefined) return undefined;
    if (end < all.length) await file.truncate(end);
    await file.sync();
    return { pieces, bytes: all.subarray(0, end) };
  } finally {
    await file.close();
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await (await open(path, 'r')).close();
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}
