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
 * `--stepSeconds` each until one of them is not recorded whole, at most `--most`.
 */
export async function captureScale(argv: readonly string[]): Promise<BenchResult> {
  const options = readNumbers(argv, { cameras: 32, seconds: 600, step: 16, stepSeconds: 45, most: 128 });
  const main = await record(options.cameras, options.seconds);
  let flaw = flawOf(main);
  let tried = options.cameras;
  const steps = [];
  while (flaw === undefined && tried + options.step <= options.most) {
    tried += options.step;
    try {
      const step = await record(tried, options.stepSeconds);
      steps.push(step);
      flaw = flawOf(step);
    } catch (error) {
      flaw = error instanceof Error ? error.message : String(error);
    }
    console.error(`${tried} cameras: ${flaw ?? 'every frame is there'}`);
  }
  return {
    name: 'capture-scale',
    figures: { ...main, steps, brokeAt: flaw === undefined ? `not up to ${tried}` : tried, brokeBy: flaw },
    machine: describeMachine(),
  };
}

/** A recording that keeps up ends with the newest GOP or so; one that falls behind is short by what it still owes. */
const owedS = 3;

function flawOf(step: Awaited<ReturnType<typeof record>>): string | undefined {
  if (step.captures !== step.cameras) return `${step.captures} captures of ${step.cameras} cameras`;
  if (step.holes > 0) return `${step.holes} holes, ${step.missingMs} ms`;
  if (step.gaps > 0) return `${step.gaps} gaps`;
  if (step.shortestS < step.seconds - owedS) return `only ${step.shortestS} s of ${step.seconds} recorded`;
  return undefined;
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
