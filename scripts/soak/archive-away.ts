import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { newId, recorderIdSchema, sourceIdSchema, type RecorderId } from '@minhbach/shared/units-of-measure';
import { cephArchive, countObjects, type BenchArchive } from '../bench/bench-archive.ts';
import { readNumbers } from '../bench/bench-options.ts';
import { describeMachine } from '../bench/bench-result.ts';
import { startRecordingProcess, type RecordingProcess } from '../bench/recording-process.ts';
import { rounded } from '../bench/statistics.ts';
import { startVirtualCameraProcess } from '../bench/virtual-camera-process.ts';
import { hasGrown } from './fitted-slope.ts';
import { countFrames, SentFrames, totalOf } from './lost-frames.ts';
import { ResourceSamples, type Slopes } from './resource-samples.ts';
import type { SoakResult } from './soak-result.ts';
import { disagreementsOf, entriesOf, segmentsIn } from './spool-facts.ts';

/** Before the archive goes: it is known to work, and caches have filled. */
const goodMinutes = 2;
/** Of the outage: the compiler and the collector are still settling, which is not growth. */
const settlingShare = 0.3;
const grownShare = 0.05;
const leastTimesRealTime = 3;

/**
 * `--cameras` with sound recorded while Ceph RGW is killed for `--minutes` of wall clock and started again: what is lost,
 * what grows meanwhile, and how fast what waited is proven.
 */
export async function archiveAway(argv: readonly string[]): Promise<SoakResult> {
  const { minutes, cameras: count } = readNumbers(argv, { minutes: 15, cameras: 8 });
  if (minutes < 1 || count < 1) throw new RangeError('--minutes and --cameras are 1 or more');
  const directory = await mkdtemp(join(tmpdir(), 'minh-bach-soak-'));
  const recorderId = newId(recorderIdSchema);
  const pictures = Array.from({ length: count }, () => newId(sourceIdSchema));
  const cameras = await startVirtualCameraProcess(count, ['--no-sub']);
  const archive = await cephArchive({ lock: false });
  try {
    const recording = await startRecordingProcess({
      ...{ directory, recorderId, urls: cameras.rtspUrls, pictures, sound: true },
      archive: archive.settings,
    });
    const outage = await liveThrough(recording, archive, directory, minutes);
    await recording.stop();
    const name = (index: number) => (count === 1 ? 'camera' : `camera-${index + 1}`);
    const sent = new Map(pictures.map((id, index) => [id, new SentFrames(cameras.control, name(index))]));
    await Promise.all([...sent.values()].map((frames) => frames.learn()));
    const frames = totalOf(await countFrames({ directory, recorderId }, sent));
    const segments = await segmentsOf({ directory, recorderId }, archive);
    const disagreements = await disagreementsOf(directory);
    const lostFrames = frames.sent - frames.recorded;
    const lostSegments = segments.sealed - Math.min(segments.proven, segments.inArchive);
    const timesRealTime = (minutes * 60) / outage.caughtUpInS;
    const grown = Object.entries(outage.slopes).filter(([, slope]) =>
      hasGrown(slope, outage.hours, grownShare),
    );
    return {
      name: 'archive-away',
      figures: {
        ...{ minutes, cameras: count, archive: archive.name },
        ...{ framesSent: frames.sent, framesRecorded: frames.recorded, captures: frames.captures },
        ...{ segments, lostSegments, waitedSegments: outage.waited },
        ...{ caughtUpInS: rounded(outage.caughtUpInS, 1), timesRealTime: rounded(timesRealTime, 1) },
        memoryMiB: { own: ends(outage.slopes.ownMiB), withFfmpeg: ends(outage.slopes.treeMiB) },
        descriptors: ends(outage.slopes.descriptors),
        fsck: disagreements.length,
      },
      faults: [
        ...(lostFrames === 0 ? [] : [`${lostFrames} frames that were sent are in no segment`]),
        ...(lostSegments === 0 ? [] : [`${lostSegments} sealed segments are not in the archive`]),
        ...(timesRealTime >= leastTimesRealTime
          ? []
          : [`caught up at ${rounded(timesRealTime, 1)} times real time`]),
        ...grown.map(
          ([quantity]) => `${quantity} grew by more than ${grownShare * 100} % while the archive was away`,
        ),
        ...disagreements.map((line) => `fsck: ${line}`),
      ],
      machine: describeMachine(),
    };
  } finally {
    await cameras.stop();
    await archive.close();
    await rm(directory, { recursive: true, force: true });
  }
}

async function liveThrough(
  recording: RecordingProcess,
  archive: BenchArchive,
  directory: string,
  minutes: number,
) {
  await wait(goodMinutes * 60_000);
  await archive.switchOff();
  await wait(minutes * 60_000 * settlingShare);
  const samples = new ResourceSamples(recording.pid, directory, 2_000);
  await wait(minutes * 60_000 * (1 - settlingShare));
  const { slopes, hours } = samples.stop();
  const waited = recording.unproven() ?? 0;
  await archive.switchOn();
  const upAtMs = performance.now();
  const endAtMs = upAtMs + minutes * 60_000;
  while (recording.unproven() !== 0 && performance.now() < endAtMs) await wait(250);
  return { slopes, hours, waited, caughtUpInS: (performance.now() - upAtMs) / 1_000 };
}

async function segmentsOf(
  of: { readonly directory: string; readonly recorderId: RecorderId },
  archive: BenchArchive,
) {
  const entries = entriesOf(of.directory);
  const inArchive = await countObjects(archive.store, `r/${of.recorderId}/s/`);
  return {
    sealed: segmentsIn(entries, 'segment-sealed'),
    proven: segmentsIn(entries, 'segment-proven'),
    inArchive,
  };
}

function ends({ first, last, perHour }: Slopes['ownMiB']) {
  return { first: rounded(first), last: rounded(last), slopePerHour: rounded(perHour) };
}
