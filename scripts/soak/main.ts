import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeMachine } from '../bench/bench-result.ts';
import { readNumbers } from '../bench/bench-options.ts';
import { startVirtualCameraProcess } from '../bench/virtual-camera-process.ts';
import { diskFull } from './disk-full.ts';
import { killFfmpeg } from './kill-ffmpeg.ts';
import { killRecorder, type KillOrder } from './kill-recorder.ts';
import { powerCut } from './power-cut.ts';

type Soak = (of: KillOrder) => Promise<Readonly<Record<string, unknown>>>;

const soaks: Readonly<Record<string, Soak>> = {
  'disk-full': diskFull,
  'kill-ffmpeg': killFfmpeg,
  'kill-recorder': killRecorder,
  'power-cut': powerCut,
};

const [name = '', ...argv] = process.argv.slice(2);
const soak = soaks[name];
if (soak === undefined) {
  console.error(`No soak is called '${name}'. There are: ${Object.keys(soaks).join(', ')}.`);
  process.exit(2);
}
const numbers = readNumbers(argv, { times: 200, cameras: 2, run: 2_000, segment: 5_000, minutes: 600 });
const directory = await mkdtemp(join(tmpdir(), 'mb-soak-'));
const cameras = await startVirtualCameraProcess(numbers.cameras);
try {
  const figures = await soak({
    directory,
    urls: cameras.rtspUrls,
    times: numbers.times,
    endAtMs: performance.now() + numbers.minutes * 60_000,
    runMs: numbers.run,
    segmentDurationMs: numbers.segment,
  });
  console.log(JSON.stringify({ name, figures, machine: describeMachine() }, null, 2));
} finally {
  await cameras.stop();
  await rm(directory, { recursive: true, force: true });
}
process.exit(0);
