import { mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { newId, recorderIdSchema, sourceIdSchema } from '@minhbach/shared/units-of-measure';
import { readNumbers } from '../bench/bench-options.ts';
import { describeMachine } from '../bench/bench-result.ts';
import { startRecordingProcess } from '../bench/recording-process.ts';
import { rounded } from '../bench/statistics.ts';
import { startVirtualCameraProcess } from '../bench/virtual-camera-process.ts';
import { hasGrown } from './fitted-slope.ts';
import { countFrames, SentFrames, totalOf } from './lost-frames.ts';
import { ResourceSamples } from './resource-samples.ts';
import type { SoakOutcome, SoakResult } from './soak-result.ts';
import { disagreementsOf, entriesOf, gapsByCause } from './spool-facts.ts';

/** Of main stream and sound together, on the disk. */
const bytesPerCameraMinute = 18e6;
/** Caches fill and the compiler works before anything is measured. */
const warmUpShare = 0.2;
const grownShare = 0.05;
/** In less time than this the compiler and the collector have not settled: what grows then says nothing. */
const growthFromMinutes = 3;

/** `--sources` (two to a camera: picture and sound) recorded for `--minutes`: what is lost, and what grows. */
export async function sources(argv: readonly string[]): Promise<SoakResult> {
  const { minutes, sources: wanted } = readNumbers(argv, { minutes: 60, sources: 32 });
  const cameras = Math.ceil(wanted / 2);
  if (minutes < 1 || cameras < 1) throw new RangeError('--minutes and --sources are 1 or more');
  return { name: 'sources', ...(await recordOn({ minutes, cameras })), machine: describeMachine() };
}

/** Growth is judged from three minutes on. */
export async function recordOn(of: {
  readonly minutes: number;
  readonly cameras: number;
}): Promise<SoakOutcome> {
  const { minutes, cameras: count } = of;
  await requireSpace(minutes * count * bytesPerCameraMinute);
  const directory = await mkdtemp(join(tmpdir(), 'minh-bach-soak-'));
  const spool = join(directory, 'spool');
  const recorderId = newId(recorderIdSchema);
  const pictures = Array.from({ length: count }, () => newId(sourceIdSchema));
  const cameras = await startVirtualCameraProcess(count, ['--no-sub']);
  try {
    const recording = await startRecordingProcess({
      ...{ directory: spool, recorderId, urls: cameras.rtspUrls, pictures, sound: true },
    });
    const name = (index: number) => (count === 1 ? 'camera' : `camera-${index + 1}`);
    const sent = new Map(pictures.map((id, index) => [id, new SentFrames(cameras.control, name(index))]));
    const learn = async () => Promise.all([...sent.values()].map((frames) => frames.learn()));
    const endAtMs = performance.now() + minutes * 60_000;
    await wait(minutes * 60_000 * warmUpShare);
    const samples = new ResourceSamples(recording.pid, spool, Math.max(1_000, (minutes * 60_000) / 200));
    while (performance.now() < endAtMs) {
      await wait(Math.min(30_000, Math.max(0, endAtMs - performance.now())));
      await learn();
    }
    const { slopes, hours } = samples.stop();
    await recording.stop();
    await learn();
    const frames = totalOf(await countFrames({ directory: spool, recorderId }, sent));
    const disagreements = await disagreementsOf(spool);
    const lost = frames.sent - frames.recorded;
    const grown =
      minutes < growthFromMinutes
        ? []
        : Object.entries(slopes).filter(([, slope]) => hasGrown(slope, hours, grownShare));
    return {
      figures: {
        ...{ minutes, sources: 2 * count, cameras: count },
        ...{ framesSent: frames.sent, framesRecorded: frames.recorded, framesLost: lost },
        captures: frames.captures,
        gaps: gapsByCause(entriesOf(spool)),
        slopesPerHour: Object.fromEntries(
          Object.entries(slopes).map(([quantity, { perHour, errorPerHour, first, last }]) => [
            quantity,
            {
              slope: rounded(perHour),
              error: rounded(errorPerHour),
              first: rounded(first),
              last: rounded(last),
            },
          ]),
        ),
        fsck: disagreements.length,
      },
      faults: [
        ...(lost === 0 ? [] : [`${lost} frames that were sent are in no segment`]),
        ...(frames.captures === count ? [] : [`${frames.captures - count} captures had to begin anew`]),
        ...grown.map(([quantity]) => `${quantity} grew by more than ${grownShare * 100} %`),
        ...disagreements.map((line) => `fsck: ${line}`),
      ],
    };
  } finally {
    await cameras.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

async function requireSpace(bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(tmpdir());
  if (bavail * bsize > bytes * 1.1) return;
  const gigabytes = (value: number) => (value / 1e9).toFixed(1);
  throw new RangeError(
    `${tmpdir()} has ${gigabytes(bavail * bsize)} GB free and ${gigabytes(bytes * 1.1)} GB are needed; set TMPDIR`,
  );
}
