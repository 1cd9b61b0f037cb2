import { setTimeout as delay } from 'node:timers/promises';
import type { SourceId } from '@minhbach/shared/units-of-measure';
import {
  afterFfmpegKills,
  againFaults,
  heldAgainst,
  lossFaults,
  promised,
  spoolFaults,
  type FfmpegKill,
} from './broken-promises.ts';
import { isOver, placeOf, spread, type KillOrder } from './kill-recorder.ts';
import { placedLateMs } from './placed-late.ts';
import { ShippedRecorder } from './shipped-recorder.ts';
import type { SoakOutcome } from './soak-result.ts';
import { disagreementsOf, entriesOf } from './spool-facts.ts';

const restartMs = 15_000;

/** One that was killed may not be back yet: a source is said to record until its silence is noticed. */
async function someRunning(recorder: ShippedRecorder): Promise<readonly number[]> {
  const deadline = Date.now() + restartMs;
  let running = recorder.ffmpegs();
  while (running.length === 0 && Date.now() < deadline) {
    await delay(20);
    running = recorder.ffmpegs();
  }
  return running;
}

/** Kills one; resolves when every source records again. */
async function killOne(recorder: ShippedRecorder): Promise<FfmpegKill> {
  const running = await someRunning(recorder);
  const victim = running[Math.floor(Math.random() * running.length)];
  if (victim === undefined) throw new Error('no ffmpeg runs');
  recorder.stopped.clear();
  const at = Date.now();
  process.kill(victim, 'SIGKILL');
  const deadline = Date.now() + restartMs;
  while (recorder.stopped.size === 0 && Date.now() < deadline) await delay(5);
  await recorder.untilAllRecord();
  return { at, stopped: [...recorder.stopped] };
}

/** Kills (SIGKILL) a random ffmpeg of a running recorder at random instants and measures the gap each time. */
export async function killFfmpeg(of: KillOrder): Promise<SoakOutcome> {
  const promises = of.promises ?? promised;
  const recorder = await ShippedRecorder.prepare(placeOf(of), of.cameras);
  await recorder.start();
  const kills: FfmpegKill[] = [];
  let orphans = 0;
  for (let time = 0; time < of.times && !isOver(of); time += 1) {
    await delay(Math.random() * of.runMs);
    kills.push(await killOne(recorder));
    orphans = Math.max(orphans, await recorder.ffmpegsTooMany());
    if ((time + 1) % 20 === 0) console.error(`${time + 1} of ${of.times} kills`);
  }
  await recorder.kill('SIGTERM');
  const entries = entriesOf(recorder.spoolDirectory);
  const disagreements = await disagreementsOf(recorder.spoolDirectory);
  const lateMs = (sourceId: SourceId, at: number): number => {
    const index = recorder.devices.findIndex(({ picture, sound }) => [picture, sound].includes(sourceId));
    const picture = recorder.devices[index]?.picture ?? sourceId;
    return placedLateMs(entries, picture, at, of.cameras[index]?.epochUtcMs ?? Number.NaN);
  };
  const { lostMs, againMs, faults } = afterFfmpegKills(entries, kills, lateMs);
  return {
    figures: {
      kills: kills.length,
      sources: recorder.sources.length,
      lostMs: spread(lostMs),
      recordingAgainMs: spread(againMs),
      gaps: lostMs.length,
      orphans,
      sealedAndForgotten: heldAgainst(entries, recorder.sealed).forgotten.length,
      disagreements,
    },
    faults: [
      ...spoolFaults({ entries, said: recorder.sealed, disagreements, orphans }),
      ...faults,
      ...lossFaults(lostMs, promises),
      ...againFaults(againMs, promises),
    ],
  };
}
