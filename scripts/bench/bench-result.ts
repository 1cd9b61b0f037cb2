import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';

/** What every bench prints, one JSON object on stdout. `ratio` is to a floor measured in the same run; below 1 is better. */
export interface BenchResult {
  readonly name: string;
  readonly ratio?: number;
  readonly figures: Readonly<Record<string, unknown>>;
  readonly machine: Machine;
}

export interface Machine {
  readonly cores: number;
  readonly processor: string;
  readonly memoryGiB: number;
  readonly node: string;
  readonly ffmpeg: string;
}

export function describeMachine(): Machine {
  const [firstCore] = cpus();
  const ffmpeg = execFileSync('ffmpeg', ['-version'], { encoding: 'utf8' }).split('\n')[0] ?? '';
  return {
    cores: cpus().length,
    processor: firstCore?.model ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    ffmpeg: ffmpeg.split(' ')[2] ?? 'unknown',
  };
}
