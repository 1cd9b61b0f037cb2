import type { Clock } from '@minhbach/shared/clock';
import { DiskWatch, type RecorderFaults } from './health/index.ts';
import { Scrub } from './segments/index.ts';
import { checkIndex, type Spool } from './spool/index.ts';

export interface SpoolKeeping {
  readonly scrub: Scrub;
  readonly disk: DiskWatch;
  /** To be called once, when recording has begun: none of it is worth a second of footage. */
  start(): void;
  /** Resolves when nothing of it is under way any more. */
  stop(): Promise<void>;
}

/** What watches over spool and disk beside recording. Whatever it finds is a fault; none of it ends the recorder. */
export function keepSpool(of: {
  readonly spool: Spool;
  readonly clock: Clock;
  readonly faults: RecorderFaults;
  readonly reserveBytes: number;
  readonly scrubBytesPerSecond: number;
}): SpoolKeeping {
  const { spool, clock, faults } = of;
  const stopping = new AbortController();
  const { signal } = stopping;
  const look = async (): Promise<void> => {
    const found = await checkIndex(spool.directory, signal);
    if (found !== undefined && !signal.aborted) spool.noteDamage(found);
  };
  const disk = new DiskWatch({
    ...{ spool, clock, reserveBytes: of.reserveBytes },
    onFault: (code, message) => faults.set(code, message),
  });
  const scrub = new Scrub({
    ...{ spool, clock, bytesPerSecond: of.scrubBytesPerSecond },
    onDamage: ({ message }) => faults.set('footage-damaged', message),
    onPassEnded: look,
  });
  const watch = async (code: string, work: Promise<void>): Promise<void> => {
    try {
      await work;
    } catch (error) {
      if (signal.aborted) return;
      faults.set(code, `it ended: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  let work: Promise<unknown> = Promise.resolve();
  return {
    scrub,
    disk,
    start: () => {
      work = Promise.all([
        watch('disk-watch-failed', disk.run(signal)),
        watch('scrub-failed', scrub.run(signal)),
        watch('index-check-failed', look()),
      ]);
    },
    stop: async () => {
      stopping.abort();
      await work;
    },
  };
}
