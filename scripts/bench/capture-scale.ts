import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { newId, recorderIdSchema } from '@minhbach/shared/units-of-measure';
import { readNumbers } from './bench-options.ts';
import { describeMachine, type BenchResult } from './bench-result.ts';
import { costOfTree, ownCpuS } from './process-cost.ts';
import { countRecordedFrames } from './recorded-frames.ts';
import { startRecordingProcess } from './recording-process.ts';
import { rounded } from './statistics.ts';
import { startVirtualCameraProcess } from './virtual-camera-process.ts';

/**
 * How many cameras one box carries: `--cameras` of them for `--seconds`, then `--step` more at a time for
 * `--stepSeconds` each until frames go missing or the processor is full, at most `--most`.
 */
export async function captureScale(argv: readonly string[]): Promise<BenchResult> {
  const options = readNumbers(argv, { cameras: 32, seconds: 600, step: 16, stepSeconds: 45, most: 128 });
  const main = await record(options.cameras, options.seconds);
  const steps = [];
  let brokeAt: number | undefined;
  for (let count = options.cameras + options.step; count <= options.most; count += options.step) {
    const step = await record(count, options.stepSeconds);
    steps.push(step);
    console.error(JSON.stringify(step));
    if (step.holes === 0 && step.gaps === 0 && step.captures === count) continue;
    brokeAt = count;
    break;
  }
  return {
    name: 'capture-scale',
    figures: { ...main, steps, brokeAt: brokeAt ?? `not up to ${options.most}` },
    machine: describeMachine(),
  };
}

async function record(count: number, seconds: number) {
  const directory = await mkdtemp(join(tmpdir(), 'minh-bach-scale-'));
  const spool = join(directory, 'spool');
  const recorderId = newId(recorderIdSchema);
  const cameras = await startVirtualCameraProcess(count);
  try {
    const recording = await startRecordingProcess({
      directory: spool,
      recorderId,
      urls: cameras.rtspUrls,
      sound: true,
    });
    await wait(Math.min(30, seconds / 3) * 1000);
    const early = costOfTree(recording.pid);
    const started = performance.now();
    await wait(seconds * 1000 - Math.min(30, seconds / 3) * 1000);
    const late = costOfTree(recording.pid);
    const minutes = (performance.now() - started) / 60_000;
    await recording.stop();
    const recorded = await countRecordedFrames(spool, recorderId);
    return {
      cameras: count,
      seconds,
      ...recorded,
      framesPerCameraSecond: rounded(recorded.frames / count / seconds),
      cpuSPerCameraMinute: rounded((late.cpuS - early.cpuS) / minutes / count),
      ownShareCpuSPerCameraMinute: rounded((ownCpuS(late) - ownCpuS(early)) / minutes / count, 3),
      pssMiBEarly: rounded(early.pssMiB, 0),
      pssMiBLate: rounded(late.pssMiB, 0),
      processesEarly: early.processes,
      processesLate: late.processes,
    };
  } finally {
    await cameras.stop();
    await rm(directory, { recursive: true, force: true });
  }
}
