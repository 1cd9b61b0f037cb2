import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { costOfTree } from '../bench/process-cost.ts';
import { fittedSlope, type FittedSlope } from './fitted-slope.ts';

interface Sample {
  readonly atMs: number;
  /** Memory that no file stands behind. */
  readonly ownMiB: number;
  readonly treeMiB: number;
  readonly descriptors: number;
  readonly processes: number;
  readonly temporaryFiles: number;
}

export type Slopes = Readonly<Record<Exclude<keyof Sample, 'atMs'>, FittedSlope>>;

/** What a process, its children and its spool take, sampled until `stop`. */
export class ResourceSamples {
  readonly #pid: number;
  readonly #spool: string;
  readonly #samples: Sample[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(pid: number, spool: string, everyMs: number) {
    this.#pid = pid;
    this.#spool = spool;
    this.#timer = setInterval(() => this.#sample(), everyMs);
  }

  /** Of everything sampled so far. Throws `RangeError` for fewer than three samples. */
  stop(): { readonly slopes: Slopes; readonly hours: number } {
    clearInterval(this.#timer);
    const slope = (name: keyof Slopes) =>
      fittedSlope(this.#samples.map((sample) => ({ atMs: sample.atMs, value: sample[name] })));
    const spanMs = (this.#samples.at(-1)?.atMs ?? 0) - (this.#samples[0]?.atMs ?? 0);
    return {
      slopes: {
        ownMiB: slope('ownMiB'),
        treeMiB: slope('treeMiB'),
        descriptors: slope('descriptors'),
        processes: slope('processes'),
        temporaryFiles: slope('temporaryFiles'),
      },
      hours: spanMs / 3_600_000,
    };
  }

  #sample(): void {
    const { anonymousMiB, ownAnonymousMiB, processes } = costOfTree(this.#pid);
    this.#samples.push({
      atMs: performance.now(),
      ownMiB: ownAnonymousMiB,
      treeMiB: anonymousMiB,
      descriptors: readdirSync(`/proc/${this.#pid}/fd`).length,
      processes,
      // Sealed footage grows by design; what is open, set aside or left in the system's folder must not.
      temporaryFiles: ['open', 'quarantine']
        .map((folder) => readdirSync(join(this.#spool, folder)).length)
        .reduce((sum, count) => sum + count, readdirSync(tmpdir()).length),
    });
  }
}
