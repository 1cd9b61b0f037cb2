import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { newId, recorderIdSchema } from '@minhbach/shared/units-of-measure';
import { readNumbers } from './bench-options.ts';
import { describeMachine, type BenchResult } from './bench-result.ts';
import { costOfTree, ownCpuS, type TreeCost } from './process-cost.ts';
import { startRecordingProcess } from './recording-process.ts';
import { median, rounded } from './statistics.ts';
import { startVirtualCameraProcess } from './virtual-camera-process.ts';

interface Round {
  readonly cpuSPerCameraMinute: number;
  readonly ownCpuSPerCameraMinute: number;
  readonly pssMiBPerCamera: number;
}

/**
 * What recording costs beside the least that could do it: `ffmpeg -f segment` with the same sound flags. Both record the
 * same cameras, in turns, so that whatever else the machine does falls on both. Ours includes hashing, syncs, index and the
 * watch over content, and the window is as long as a segment, so that each source is sealed once in it. The cameras' own
 * cost is in neither.
 */
export async function captureCost(argv: readonly string[]): Promise<BenchResult> {
  const {
    cameras: count,
    rounds,
    settle,
    window,
  } = readNumbers(argv, {
    cameras: 16,
    rounds: 3,
    settle: 12,
    window: 60,
  });
  const cameras = await startVirtualCameraProcess(count);
  const directory = await mkdtemp(join(tmpdir(), 'minh-bach-bench-'));
  const ours: Round[] = [];
  const floor: Round[] = [];
  try {
    for (let round = 0; round < rounds; round += 1) {
      const floorDirectory = join(directory, `floor-${round}`);
      await mkdir(floorDirectory);
      const captures = cameras.rtspUrls.map((url, index) =>
        startFloor(url, join(floorDirectory, String(index))),
      );
      await wait(settle * 1000);
      floor.push(
        await measure(
          captures.map((capture) => capture.pid ?? 0),
          window,
          count,
        ),
      );
      await endAll(captures);

      const recording = await startRecordingProcess({
        directory: join(directory, `ours-${round}`),
        recorderId: newId(recorderIdSchema),
        urls: cameras.rtspUrls,
        sound: true,
      });
      await wait(Math.max(settle, firstLooksS(count)) * 1000);
      ours.push(await measure([recording.pid], window, count));
      await recording.stop();
      await rm(floorDirectory, { recursive: true });
      await rm(join(directory, `ours-${round}`), { recursive: true });
      console.error(`round ${round + 1}: floor ${show(floor.at(-1))}, ours ${show(ours.at(-1))}`);
    }
  } finally {
    await cameras.stop();
    await rm(directory, { recursive: true, force: true });
  }
  const cpu = (all: readonly Round[]): number => median(all.map((round) => round.cpuSPerCameraMinute));
  return {
    name: 'capture-cost',
    ratio: rounded(cpu(ours) / cpu(floor)),
    figures: {
      cameras: count,
      windowS: window,
      floor: 'ffmpeg -c:v copy -c:a aac -ar 16000 -b:a 32k -aac_coder fast -f segment',
      floorCpuSPerCameraMinute: floor.map((round) => rounded(round.cpuSPerCameraMinute)),
      oursCpuSPerCameraMinute: ours.map((round) => rounded(round.cpuSPerCameraMinute)),
      ownShareCpuSPerCameraMinute: rounded(median(ours.map((round) => round.ownCpuSPerCameraMinute)), 3),
      oursPssMiBPerCamera: rounded(median(ours.map((round) => round.pssMiBPerCamera)), 1),
      floorPssMiBPerCamera: rounded(median(floor.map((round) => round.pssMiBPerCamera)), 1),
    },
    machine: describeMachine(),
  };
}

/** The watch over content decodes each source once soon after the start, 3 s apart; afterwards in turn, every 15 min. */
function firstLooksS(cameras: number): number {
  return 25 + 3 * 2 * cameras;
}

function show(round: Round | undefined): string {
  return round === undefined ? '-' : `${rounded(round.cpuSPerCameraMinute)} CPU-s per camera-minute`;
}

function startFloor(url: string, path: string): ChildProcess {
  const input = ['-nostdin', '-v', 'error', '-rtsp_transport', 'tcp', '-i', url, '-map', '0'];
  const codecs = ['-c:v', 'copy', '-c:a', 'aac', '-ar', '16000', '-b:a', '32k', '-aac_coder', 'fast'];
  const output = ['-f', 'segment', '-segment_time', '60', '-reset_timestamps', '1', `${path}-%d.mp4`];
  return spawn('ffmpeg', [...input, ...codecs, ...output], { stdio: 'ignore' });
}

async function endAll(captures: readonly ChildProcess[]): Promise<void> {
  await Promise.all(
    captures.map(async (capture) => {
      const ended = new Promise((resolve) => capture.once('exit', resolve));
      capture.kill('SIGTERM');
      await ended;
    }),
  );
}

async function measure(pids: readonly number[], windowS: number, cameras: number): Promise<Round> {
  const read = (): TreeCost[] => pids.map((pid) => costOfTree(pid));
  const total = (costs: readonly TreeCost[], of: (cost: TreeCost) => number): number =>
    costs.reduce((sum, cost) => sum + of(cost), 0);
  const started = performance.now();
  const before = read();
  await wait(windowS * 1000);
  const after = read();
  const cameraMinutes = ((performance.now() - started) / 60_000) * cameras;
  return {
    cpuSPerCameraMinute:
      (total(after, (cost) => cost.cpuS) - total(before, (cost) => cost.cpuS)) / cameraMinutes,
    ownCpuSPerCameraMinute: (total(after, ownCpuS) - total(before, ownCpuS)) / cameraMinutes,
    pssMiBPerCamera: total(after, (cost) => cost.pssMiB) / cameras,
  };
}
