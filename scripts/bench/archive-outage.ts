import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkSpool } from '@minhbach/recorder/fsck';
import { openSpool } from '@minhbach/recorder/spool';
import { systemClock } from '@minhbach/shared/clock';
import { newId, recorderIdSchema, sourceIdSchema } from '@minhbach/shared/units-of-measure';
import { segmentsIn } from '../soak/spool-facts.ts';
import { cephArchive, countObjects, directoryArchive } from './bench-archive.ts';
import { readNumbers } from './bench-options.ts';
import { describeMachine, type BenchResult } from './bench-result.ts';
import { runUploads } from './running-uploads.ts';
import { SealedFootage } from './sealed-footage.ts';
import { median, rounded } from './statistics.ts';

const segmentS = 60;

/**
 * The archive is gone while `--segments` minutes of `--sources` sources at `--kbits` are sealed as fast as the disk takes
 * them, then comes back. Counts what is proven, and what lies in the archive; samples the memory of the process.
 * `--ceph 1` takes Ceph RGW (its objects lie in memory: give it fewer segments), killed and started again.
 */
export async function archiveOutage(argv: readonly string[]): Promise<BenchResult> {
  const options = readNumbers(argv, { segments: 2_880, sources: 8, kbits: 400, ceph: 0 });
  const bytes = (options.kbits * 1_000 * segmentS) / 8;
  const directory = await mkdtemp(join(tmpdir(), 'minh-bach-bench-'));
  const archive = options.ceph === 0 ? await directoryArchive() : await cephArchive({ lock: false });
  const recorderId = newId(recorderIdSchema);
  const spool = await openSpool({ directory, clock: systemClock, recorderId });
  const memory = new MemorySamples();
  try {
    const sources = Array.from({ length: options.sources }, () => newId(sourceIdSchema));
    const footage = new SealedFootage(spool, bytes);
    const firstMs = Date.now() - 24 * 3_600_000;
    const uploads = runUploads(spool, archive);
    // The first minute goes well, so that the archive is known when it fails.
    for (const sourceId of sources) await footage.seal(sourceId, firstMs - segmentS * 1_000);
    await uploads.untilProven(30_000);
    await archive.switchOff();
    memory.begin('down');
    const downAtMs = performance.now();
    for (let index = 0; index < options.segments; index += 1) {
      const sourceId = sources[index % sources.length] ?? newId(sourceIdSchema);
      await footage.seal(sourceId, firstMs + Math.floor(index / sources.length) * segmentS * 1_000);
    }
    const queued = spool.notYetProven();
    const downS = (performance.now() - downAtMs) / 1_000;
    await archive.switchOn();
    memory.begin('catching-up');
    const upAtMs = performance.now();
    await uploads.untilProven(210_000);
    const caughtUpS = (performance.now() - upAtMs) / 1_000;
    await uploads.stop();
    const real = (options.segments / options.sources) * segmentS;
    return {
      name: 'archive-outage',
      figures: {
        archive: archive.name,
        queuedSegments: queued,
        queuedGb: rounded((queued * bytes) / 1e9),
        queuedInS: rounded(downS, 1),
        caughtUpInS: rounded(caughtUpS, 1),
        timesRealTime: rounded(real / caughtUpS, 0),
        lostSegments:
          options.segments + sources.length - segmentsIn(spool.readEntries(0, 1_000_000), 'segment-proven'),
        objectsInArchive: await countObjects(archive.store, `r/${recorderId}/s/`),
        fsckDisagreements: await countDisagreements(directory),
        memoryMiB: memory.summary(),
      },
      machine: describeMachine(),
    };
  } finally {
    memory.end();
    spool.close();
    await archive.close();
    await rm(directory, { recursive: true, force: true });
  }
}

/** Of rows, facts and times; the files are noise, so that only their sizes can be looked at. */
async function countDisagreements(directory: string): Promise<number> {
  let count = 0;
  const { signal } = new AbortController();
  await checkSpool({ directory, quick: true, signal, onDisagreement: () => void (count += 1) });
  return count;
}

/** Resident memory four times a second, per phase: the medians of its first and last quarter, and the most. */
class MemorySamples {
  readonly #phases = new Map<string, number[]>();
  readonly #timer = setInterval(() => this.#take(), 250);
  #phase = 'before';

  begin(phase: string): void {
    this.#phase = phase;
  }

  end(): void {
    clearInterval(this.#timer);
  }

  summary(): Record<string, unknown> {
    return Object.fromEntries(
      [...this.#phases].map(([phase, taken]) => {
        const quarter = Math.max(1, Math.floor(taken.length / 4));
        const early = rounded(median(taken.slice(0, quarter)), 0);
        const late = rounded(median(taken.slice(-quarter)), 0);
        return [phase, { early, late, most: rounded(Math.max(...taken), 0) }];
      }),
    );
  }

  #take(): void {
    const taken = this.#phases.get(this.#phase) ?? [];
    this.#phases.set(this.#phase, [...taken, process.memoryUsage.rss() / 2 ** 20]);
  }
}
