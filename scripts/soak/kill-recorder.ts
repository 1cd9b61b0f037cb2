import type { RecorderEntry } from '@minhbach/shared/protocol';
import type { SourceId } from '@minhbach/shared/units-of-measure';
import { join } from 'node:path';
import { rounded, median, quantile } from '../bench/statistics.ts';
import {
  againFaults,
  heldAgainst,
  lossFaults,
  promised,
  spoolFaults,
  type Promises,
} from './broken-promises.ts';
import { placedLateMs } from './placed-late.ts';
import type { RecorderPlace } from './recorder-place.ts';
import type { SoakCamera } from './register-cameras.ts';
import { ShippedRecorder } from './shipped-recorder.ts';
import type { SoakOutcome } from './soak-result.ts';
import { disagreementsOf, entriesOf, lostBefore } from './spool-facts.ts';

export interface KillOrder {
  readonly directory: string;
  readonly cameras: readonly SoakCamera[];
  readonly times: number;
  /** Longest a run lasts after every source records. */
  readonly runMs: number;
  readonly segmentDurationMs?: number;
  /** By `performance.now()`: what was done until then counts. */
  readonly endAtMs?: number;
  /** What is held against what was seen; left out: what the recorder promises. */
  readonly promises?: Promises;
}

interface Kill {
  readonly killedAt: number;
  /** When each source had begun to record in the run that was killed. */
  readonly since: ReadonlyMap<SourceId, number>;
  /** From the start of the process after, per source. */
  readonly againMs: readonly number[];
  /** Of that start: until the spool was open, and until every device had been added. */
  readonly openedMs: number;
  readonly begunMs: number;
}

/**
 * Kills (SIGKILL) a recorder at random instants of real streams and starts it again, looking after each kill at what is
 * left: fsck, processes, and how much footage before the kill is gone.
 */
export async function killRecorder(of: KillOrder): Promise<SoakOutcome> {
  const promises = of.promises ?? promised;
  const recorder = await ShippedRecorder.prepare(placeOf(of), of.cameras);
  const kills: Kill[] = [];
  const wrong: string[] = [];
  let orphans = 0;
  let last: Pick<Kill, 'killedAt' | 'since'> | undefined;
  for (let time = 0; time <= of.times; time += 1) {
    await recorder.start();
    if (last !== undefined) {
      const againMs = [...recorder.recordingSince.values()].map((at) => at - recorder.startedAt);
      const openedMs = recorder.openedAt - recorder.startedAt;
      kills.push({ ...last, againMs, openedMs, begunMs: recorder.begunAt - recorder.startedAt });
    }
    if (time === of.times || isOver(of)) break;
    await new Promise((resolve) => setTimeout(resolve, Math.random() * of.runMs));
    const since = new Map(recorder.recordingSince);
    last = { killedAt: await recorder.kill('SIGKILL'), since };
    orphans += await recorder.orphans();
    wrong.push(
      ...(await disagreementsOf(recorder.spoolDirectory)).map((line) => `after kill ${time + 1}: ${line}`),
    );
    if ((time + 1) % 10 === 0) console.error(`${time + 1} of ${of.times} kills`);
  }
  await recorder.kill('SIGTERM');
  wrong.push(...(await disagreementsOf(recorder.spoolDirectory)));
  const entries = entriesOf(recorder.spoolDirectory);
  const lost = { picture: [] as number[], sound: [] as number[] };
  const lateMs: number[] = [];
  for (const { killedAt, since } of kills) {
    for (const [index, device] of recorder.devices.entries()) {
      const late = placedLateMs(
        entries,
        device.picture,
        killedAt,
        of.cameras[index]?.epochUtcMs ?? Number.NaN,
      );
      lateMs.push(late);
      for (const kind of ['picture', 'sound'] as const) {
        const begunAt = since.get(device[kind]) ?? killedAt;
        const missing = lostBefore(entries, device[kind], killedAt, begunAt);
        // Where nothing of this run is left, nothing of it is placed.
        lost[kind].push(missing < killedAt - begunAt ? missing + late : missing);
      }
    }
  }
  const lostMs = [...lost.picture, ...lost.sound];
  const againMs = kills.flatMap((kill) => kill.againMs);
  const { forgotten } = heldAgainst(entries, recorder.sealed);
  const figures = {
    kills: kills.length,
    sources: recorder.sources.length,
    lostMs: { ...spread(lostMs), ofPicture: spread(lost.picture), ofSound: spread(lost.sound) },
    placedLateMs: spread(lateMs),
    recordingAgainMs: spread(againMs),
    spoolOpenAgainMs: spread(kills.map(({ openedMs }) => openedMs)),
    devicesAddedAgainMs: spread(kills.map(({ begunMs }) => begunMs)),
    gapMs: spread(gapsOf(entries)),
    recoveredSegments: entries.filter((entry) => entry.kind === 'segment-sealed' && entry.recovered).length,
    orphans,
    sealedAndForgotten: forgotten.length,
    disagreements: wrong,
  };
  return {
    figures,
    faults: [
      ...spoolFaults({ entries, said: recorder.sealed, disagreements: wrong, orphans }),
      ...lossFaults(lostMs, promises),
      ...againFaults(againMs, promises),
    ],
  };
}

/** Between the footage before a kill and the footage after it, restart time included. */
function gapsOf(entries: readonly RecorderEntry[]): number[] {
  return entries.flatMap((entry) =>
    entry.kind === 'gap' && entry.cause === 'recorder-crashed' ? [entry.toUtcMs - entry.fromUtcMs] : [],
  );
}

export function spread(values: readonly number[]): Readonly<Record<string, number>> {
  return {
    median: rounded(median(values), 0),
    p95: rounded(quantile(values, 0.95), 0),
    worst: rounded(quantile(values, 1), 0),
  };
}

/** All of it in the soak's own directory, unless the data are to lie elsewhere. */
export function placeOf(
  { directory, segmentDurationMs = 5_000 }: KillOrder,
  dataDirectory = join(directory, 'data'),
): RecorderPlace {
  return { directory, dataDirectory, segmentDurationMs };
}

export function isOver({ endAtMs = Number.POSITIVE_INFINITY }: KillOrder): boolean {
  return performance.now() > endAtMs;
}
