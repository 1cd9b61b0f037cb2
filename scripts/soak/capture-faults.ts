import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pino } from 'pino';
import { createRecording, type Recording } from '@minhbach/recorder/capture';
import { checkSpool, type Disagreement } from '@minhbach/recorder/fsck';
import { openSpool } from '@minhbach/recorder/spool';
import { systemClock } from '@minhbach/shared/clock';
import {
  deviceIdSchema,
  newId,
  recorderIdSchema,
  sourceIdSchema,
  type SourceId,
} from '@minhbach/shared/units-of-measure';
import { readNumbers } from '../bench/bench-options.ts';
import { describeMachine } from '../bench/bench-result.ts';
import { median, rounded } from '../bench/statistics.ts';
import { startVirtualCamera, type VirtualCamera } from '../virtual-camera/index.ts';
import { captureFaultKinds, type CaptureFault } from './capture-fault-kinds.ts';
import type { SoakOutcome, SoakResult } from './soak-result.ts';

/** Footage that has come without a break for this long has come back: longer than any fault takes to be noticed. */
const steadyMs = 5_000;
const freshMs = 1_500;
const givenUpMs = 120_000;

interface Watched {
  readonly camera: VirtualCamera;
  readonly picture: SourceId;
}

export interface TormentOrder {
  readonly faults: number;
  readonly cameras: number;
  /** Before each fault, and how much longer than half a second those are in force that last: at most. */
  readonly pauseMs: number;
  readonly lastMs: number;
  /** The next fault; left out: any. */
  readonly choose?: () => CaptureFault | undefined;
}

/** `--faults` of the virtual cameras at random instants, `--cameras` at once; how long until each records again. */
export async function captureFaults(argv: readonly string[]): Promise<SoakResult> {
  const { faults, cameras } = readNumbers(argv, { faults: 200, cameras: 8 });
  if (faults < 1 || cameras < 1) throw new RangeError('--faults and --cameras are 1 or more');
  const outcome = await tormentCameras({ faults, cameras, pauseMs: 5_000, lastMs: 7_500 });
  return { name: 'capture-faults', ...outcome, machine: describeMachine() };
}

export async function tormentCameras(of: TormentOrder): Promise<SoakOutcome> {
  const { faults: wanted, cameras: count, choose = anyFault } = of;
  const directory = await mkdtemp(join(tmpdir(), 'minh-bach-soak-'));
  const stop = new AbortController();
  const recorderId = newId(recorderIdSchema);
  const spool = await openSpool({ directory, clock: systemClock, recorderId });
  const logger = pino({ level: 'silent' });
  const recording = await createRecording({ spool, clock: systemClock, logger });
  const password = randomUUID();
  const watched: Watched[] = [];
  for (let index = 0; index < count; index += 1) {
    const options = { name: `camera-${index + 1}`, password, hasSubStream: false };
    const camera = await startVirtualCamera(options, stop.signal);
    const picture = newId(sourceIdSchema);
    const url = camera.rtspUrls.main.replace('rtsp://', `rtsp://admin:${password}@`);
    recording.addDevice({
      ...{ deviceId: newId(deviceIdSchema), picture, sound: newId(sourceIdSchema), hasSubStream: false },
      resolveStream: async () => ({ url }),
    });
    watched.push({ camera, picture });
  }
  try {
    await Promise.all(watched.map(({ picture }) => untilSteady(recording, picture)));
    const took = new Map<CaptureFault['name'], number[]>();
    let left = wanted;
    const never: string[] = [];
    // Each camera goes through faults of its own, so that they fall on each other as they come.
    const torment = async ({ camera, picture }: Watched): Promise<void> => {
      for (; left > 0;) {
        left -= 1;
        const fault = choose();
        if (fault === undefined) return;
        await wait(Math.random() * of.pauseMs);
        await camera.inject(fault.input());
        if (fault.lasts) await wait(500 + Math.random() * of.lastMs);
        await camera.inject({ kind: 'reset' });
        const tookMs = await untilSteady(recording, picture);
        if (tookMs === undefined) never.push(fault.name);
        else took.set(fault.name, [...(took.get(fault.name) ?? []), tookMs]);
      }
    };
    await Promise.all(watched.map(torment));
    await recording.close();
    spool.close({ clean: true });
    const disagreements: Disagreement[] = [];
    await checkSpool({
      ...{ directory, quick: false, signal: stop.signal },
      onDisagreement: (found) => void disagreements.push(found),
    });
    return {
      figures: {
        ...{ faults: wanted, cameras: count },
        recordingAgainS: Object.fromEntries(
          [...took].sort().map(([name, allMs]) => [
            name,
            {
              times: allMs.length,
              median: rounded(median(allMs) / 1000, 1),
              worst: rounded(Math.max(...allMs) / 1000, 1),
            },
          ]),
        ),
        fsck: disagreements.length,
      },
      faults: [
        ...never.map((name) => `after ${name} nothing was recorded for ${givenUpMs / 1000} s`),
        ...disagreements.map(({ code, where }) => `fsck: ${code} at ${where}`),
      ],
    };
  } finally {
    stop.abort();
    await recording.close();
    if (spool.database.open) spool.close();
    await rm(directory, { recursive: true, force: true });
  }
}

function anyFault(): CaptureFault | undefined {
  return captureFaultKinds[Math.floor(Math.random() * captureFaultKinds.length)];
}

/** Until footage came for `steadyMs` without a break: how long it took for that to begin. `undefined`: it never did. */
async function untilSteady(recording: Recording, picture: SourceId): Promise<number | undefined> {
  const askedAtMs = performance.now();
  let beganAtMs: number | undefined;
  let newestUtcMs = 0;
  let newestAtMs = 0;
  while (performance.now() - askedAtMs < givenUpMs) {
    const nowMs = performance.now();
    const open = recording.openSegments().find(({ sourceId }) => sourceId === picture);
    if (open !== undefined && open.endUtcMs > newestUtcMs) {
      newestUtcMs = open.endUtcMs;
      newestAtMs = nowMs;
    }
    const isFresh = open !== undefined && nowMs - newestAtMs < freshMs;
    beganAtMs = isFresh ? (beganAtMs ?? nowMs) : undefined;
    if (beganAtMs !== undefined && nowMs - beganAtMs >= steadyMs) return beganAtMs - askedAtMs;
    await wait(50);
  }
  return undefined;
}
