import type { Clock } from '@minhbach/shared/clock';
import type { SegmentId } from '@minhbach/shared/units-of-measure';
import { DiskTouch, DiskWatch, type RecorderFaults } from './health/index.ts';
import { Scrub, takeOutIfDamaged, type DamageFound } from './segments/index.ts';
import { checkIndex, type Spool } from './spool/index.ts';

export interface SpoolKeeping {
  readonly scrub: Scrub;
  readonly disk: DiskWatch;
  /** Looks at a sealed file that somebody found damaged, and takes it out if it is. */
  examine(segmentId: SegmentId): Promise<void>;
  /** To be called once, when recording has begun: none of it is worth a second of footage. */
  start(): void;
  /** Resolves when nothing of it is under way any more. */
  stop(): Promise<void>;
}

/** A large index takes a whole core for minutes to look at: not while captures begin. */
const lookAfterMs = 20_000;

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
    try {
      const found = await checkIndex(spool.directory, signal);
      if (found !== undefined && !signal.aborted) spool.noteDamage(found);
      faults.set('index-check-failed', undefined);
    } catch (error) {
      // Looked at again after the next pass of the scrub.
      if (!signal.aborted) faults.set('index-check-failed', `the index cannot be looked at: ${said(error)}`);
    }
  };
  const disk = new DiskWatch({
    ...{ spool, clock, reserveBytes: of.reserveBytes },
    onFault: (code, message) => faults.set(code, message),
  });
  const onDamage = ({ message }: DamageFound): void => faults.set('footage-damaged', message);
  const touch = new DiskTouch({
    ...{ clock, directory: spool.directory },
    onFault: (message) => faults.set('disk-refuses', message),
  });
  const scrub = new Scrub({
    ...{ spool, clock, bytesPerSecond: of.scrubBytesPerSecond },
    onDamage,
    onPassEnded: look,
    onUnreadable: (message) => faults.set('footage-unreadable', message),
    onDiskFault: (message) =>
      faults.set('scrub-rests', message && `sealed files are not looked at: ${message}`),
  });
  const watch = async (code: string, work: Promise<void>): Promise<void> => {
    try {
      await work;
    } catch (error) {
      if (signal.aborted) return;
      faults.set(code, `it ended: ${said(error)}`);
    }
  };
  const lookLater = async (): Promise<void> => {
    await clock.sleep(lookAfterMs, signal).catch(() => undefined);
    if (!signal.aborted) await look();
  };
  let work: Promise<unknown> = Promise.resolve();
  return {
    scrub,
    disk,
    examine: async (segmentId) => {
      const found = await takeOutIfDamaged(spool, segmentId);
      if (found !== undefined) onDamage(found);
    },
    start: () => {
      work = Promise.all([
        watch('disk-watch-failed', disk.run(signal)),
        watch('disk-touch-failed', touch.run(signal)),
        watch('scrub-failed', scrub.run(signal)),
        lookLater(),
      ]);
    },
    stop: async () => {
      stopping.abort();
      await work;
    },
  };
}

function said(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
