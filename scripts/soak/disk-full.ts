import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { againFaults, heldAgainst, promised, spoolFaults } from './broken-promises.ts';
import { isOver, spread, type KillOrder } from './kill-recorder.ts';
import { LoopDisk } from './loop-disk.ts';
import { RecordedHost } from './recorded-host.ts';
import type { SoakOutcome } from './soak-result.ts';
import { disagreementsOf, entriesOf } from './spool-facts.ts';

const diskMegabytes = 256;
const limitMs = 60_000;

/**
 * Fills the disk of a recording recorder with somebody else's file, waits until every source has stopped for want of
 * room, takes the file away, and waits until all record again by themselves; `times` over.
 */
export async function diskFull(of: KillOrder): Promise<SoakOutcome> {
  using disk = LoopDisk.make(of.directory, 'disk', diskMegabytes);
  const directory = join(disk.mountPoint, 'spool');
  const host = new RecordedHost(directory, of.urls, of.segmentDurationMs ?? 5_000);
  const junk = join(disk.mountPoint, 'junk');
  const resumedMs: number[] = [];
  await host.start();
  try {
    for (let time = 0; time < of.times && !isOver(of); time += 1) {
      await delay(Math.random() * of.runMs);
      await untilFull(junk, host);
      await delay(Math.random() * of.runMs);
      rmSync(junk);
      const roomAt = Date.now();
      await host.untilAllRecord(limitMs);
      resumedMs.push(Date.now() - roomAt);
    }
    await delay(of.runMs);
  } finally {
    rmSync(junk, { force: true });
    await host.kill('SIGTERM');
  }
  const entries = entriesOf(directory);
  const disagreements = await disagreementsOf(directory);
  const gaps = entries.filter((entry) => entry.kind === 'gap' && entry.cause === 'disk-full').length;
  const stops = resumedMs.length * host.sources.length;
  return {
    figures: {
      fillings: resumedMs.length,
      sources: host.sources.length,
      resumedMs: spread(resumedMs),
      gapsForWantOfRoom: gaps,
      segmentsDropped: entries.filter(({ kind }) => kind === 'segment-dropped').length,
      sealedAndForgotten: heldAgainst(entries, host.sealed).forgotten.length,
      disagreements,
    },
    faults: [
      ...spoolFaults({ entries, said: host.sealed, disagreements }),
      ...againFaults(resumedMs, of.promises ?? promised),
      ...(gaps >= stops ? [] : [`sources stopped ${stops} times for want of room; ${gaps} gaps say so`]),
    ],
  };
}

/** Takes every free byte, again and again, until no source records any more. */
async function untilFull(junk: string, host: RecordedHost): Promise<void> {
  const file = openSync(junk, 'a');
  try {
    const endAtMs = performance.now() + limitMs;
    while (host.recordingSince.size > 0) {
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
