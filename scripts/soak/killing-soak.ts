import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readNumbers } from '../bench/bench-options.ts';
import { describeMachine } from '../bench/bench-result.ts';
import { startVirtualCameraProcess } from '../bench/virtual-camera-process.ts';
import type { KillOrder } from './kill-recorder.ts';
import type { SoakOutcome, SoakResult } from './soak-result.ts';

/** A soak that does something to a recorder `--times` over, on cameras in a process of their own. */
export function killingSoak(
  name: string,
  soak: (of: KillOrder) => Promise<SoakOutcome>,
): (argv: readonly string[]) => Promise<SoakResult> {
  return async (argv) => {
    const numbers = readNumbers(argv, { times: 200, cameras: 2, run: 2_000, segment: 5_000, minutes: 600 });
    const directory = await mkdtemp(join(tmpdir(), 'mb-soak-'));
    const cameras = await startVirtualCameraProcess(numbers.cameras);
    try {
      const outcome = await soak({
        directory,
        cameras: cameras.devices,
        times: numbers.times,
        endAtMs: performance.now() + numbers.minutes * 60_000,
        runMs: numbers.run,
        segmentDurationMs: numbers.segment,
      });
      return { name, ...outcome, machine: describeMachine() };
    } finally {
      await cameras.stop();
      await rm(directory, { recursive: true, force: true });
    }
  };
}
