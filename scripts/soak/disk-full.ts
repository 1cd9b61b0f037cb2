import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { againFaults, heldAgainst, promised, spoolFaults } from './broken-promises.ts';
import { isOver, placeOf, spread, type KillOrder } from './kill-recorder.ts';
import { LoopDisk } from './loop-disk.ts';
import { ShippedRecorder } from './shipped-recorder.ts';
import type { SoakOutcome } from './soak-result.ts';
import { disagreementsOf, entriesOf } from './spool-facts.ts';

const diskMegabytes = 256;
/** As much of it as the product's default is of an ordinary disk. */
const reserveBytes = 16 * 1_048_576;
const limitMs = 60_000;

/**
 * Fills the disk of a recording recorder with somebody else's file, waits until every source has stopped for want of
 * room, takes the file away, and waits until all record again by themselves; `times` over.
 */
export async function diskFull(of: KillOrder): Promise<SoakOutcome> {
  using disk = LoopDisk.make(of.directory, 'disk', diskMegabytes);
  const place = placeOf(of, join(disk.mountPoint, 'data'));
  const recorder = await ShippedRecorder.prepare({ ...place, spool: { reserveBytes } }, of.cameras);
  const junk = join(disk.mountPoint, 'junk');
  const resumedMs: number[] = [];
  await recorder.start();
  try {
    for (let time = 0; time < of.times && !isOver(of); time += 1) {
      await delay(Math.random() * of.runMs);
      await untilFull(junk, recorder);
      await delay(Math.random() * of.runMs);
      rmSync(junk);
      const roomAt = Date.now();
      await recorder.untilAllRecord(limitMs);
      resumedMs.push(Date.now() - roomAt);
    }
    await delay(of.runMs);
  } finally {
    rmSync(junk, { force: true });
    await recorder.kill('SIGTERM');
  }
  const entries = entriesOf(recorder.spoolDirectory);
  const disagreements = await disagreementsOf(recorder.spoolDirectory);
  const gaps = entries.filter((entry) => entry.kind === 'gap' && entry.cause === 'disk-full').length;
  const stops = resumedMs.length * recorder.sources.length;
  return {
    figures: {
      fillings: resumedMs.length,
      sources: recorder.sources.length,
      resumedMs: spread(resumedMs),
      gapsForWantOfRoom: gaps,
      segmentsDropped: entries.filter(({ kind }) => kind === 'segment-dropped').length,
      sealedAndForgotten: heldAgainst(entries, recorder.sealed).forgotten.length,
      disagreements,
    },
    faults: [
      ...spoolFaults({ entries, said: recorder.sealed, disagreements }),
      ...againFaults(resumedMs, of.promises ?? promised),
      ...(gaps >= stops ? [] : [`sources stopped ${stops} times for want of room; ${gaps} gaps say so`]),
    ],
  };
}

/** Takes every free byte, again and again, until no source records any more. */
async function untilFull(junk: string, recorder: ShippedRecorder): Promise<void> {
  const file = openSync(junk, 'a');
  try {
    const endAtMs = performance.now() + limitMs;
    while (recorder.recordingSince.size > 0) {
      if (performance.now() > endAtMs) throw new Error('the sources record on a full disk');
      for (const bytes of [1_048_576, 65_536, 4_096]) {
        try {
          for (;;) writeSync(file, Buffer.alloc(bytes, 7));
        } catch (error) {
          if ((error as { code?: unknown }).code !== 'ENOSPC') throw error;
        }
      }
      try {
        fsyncSync(file);
      } catch (error) {
        if ((error as { code?: unknown }).code !== 'ENOSPC') throw error;
      }
      await delay(100);
    }
  } finally {
    closeSync(file);
  }
}
