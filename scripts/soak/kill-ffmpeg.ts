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
import { isOver, spread, type KillOrder } from './kill-recorder.ts';
import { placedLateMs } from './placed-late.ts';
import { RecordedHost } from './recorded-host.ts';
import type { SoakOutcome } from './soak-result.ts';
import { disagreementsOf, entriesOf } from './spool-facts.ts';

const restartMs = 15_000;

/** One that was killed may not be back yet: a source is said to record until its silence is noticed. */
async function someRunning(host: RecordedHost): Promise<readonly number[]> {
  const deadline = Date.now() + restartMs;
  let running = host.ffmpegs();
  while (running.length === 0 && Date.now() < deadline) {
    await delay(20);
    running = host.ffmpegs();
  }
  return running;
}

/** Kills one; resolves when every source records again. */
async function killOne(host: RecordedHost): Promise<FfmpegKill> {
  const running = await someRunning(host);
  const victim = running[Math.floor(Math.random() * running.length)];
  if (victim === undefined) throw new Error('no ffmpeg runs');
  host.stopped.clear();
  const at = Date.now();
  process.kill(victim, 'SIGKILL');
  const deadline = Date.now() + restartMs;
  while (host.stopped.size === 0 && Date.now() < deadline) await delay(5);
  await host.untilAllRecord();
  return { at, stopped: [...host.stopped] };
}

/** Kills (SIGKILL) a random ffmpeg of a running recorder at random instants and measures the gap each time. */
export async function killFfmpeg(of: KillOrder): Promise<SoakOutcome> {
  const promises = of.promises ?? promised;
  const host = new RecordedHost(of.directory, of.urls, of.segmentDurationMs ?? 5_000);
  await host.start();
  const kills: FfmpegKill[] = [];
  let orphans = 0;
  for (let time = 0; time < of.times && !isOver(of); time += 1) {
    await delay(Math.random() * of.runMs);
    kills.push(await killOne(host));
    orphans = Math.max(orphans, await host.orphans(host.devices.length));
    if ((time + 1) % 20 === 0) console.error(`${time + 1} of ${of.times} kills`);
  }
  await host.kill('SIGTERM');
  const entries = entriesOf(of.directory);
  const disagreements = await disagreementsOf(of.directory);
  const lateMs = (sourceId: SourceId, at: number): number => {
    const index = host.devices.findIndex(({ picture, sound }) => [picture, sound].includes(sourceId));
    const picture = host.devices[index]?.picture ?? sourceId;
    return placedLateMs(entries, picture, at, of.epochsUtcMs[index] ?? Number.NaN);
  };
  const { lostMs, againMs, faults } = afterFfmpegKills(entries, kills, lateMs);
  return {
    figures: {
      kills: kills.length,
      sources: host.sources.length,
      lostMs: spread(lostMs),
      recordingAgainMs: spread(againMs),
      gaps: lostMs.length,
      orphans,
      sealedAndForgotten: heldAgainst(entries, host.sealed).forgotten.length,
      disagreements,
    },
    faults: [
      ...spoolFaults({ entries, said: host.sealed, disagreements, orphans }),
      ...faults,
      ...lossFaults(lostMs, promises),
      ...againFaults(againMs, promises),
    ],
  };
}
