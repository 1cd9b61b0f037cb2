import { pino } from 'pino';
import type { Spool } from '@minhbach/recorder/spool';
import { ArchiveUploads, WantedFootage } from '@minhbach/recorder/upload';
import { systemClock } from '@minhbach/shared/clock';
import type { BenchArchive } from './bench-archive.ts';

export interface RunningUploads {
  /** Resolves when everything sealed is proven; rejects when that takes longer than `limitMs`. */
  untilProven(limitMs: number): Promise<void>;
  stop(): Promise<void>;
}

/** The recorder's upload room as it is wired there, over this spool and archive. */
export function runUploads(
  spool: Spool,
  { store, settings }: Pick<BenchArchive, 'store' | 'settings'>,
): RunningUploads {
  const stopping = new AbortController();
  const uploads = new ArchiveUploads({
    spool,
    store,
    archive: settings,
    upload: { parallel: 3, timeZone: 'Asia/Ho_Chi_Minh', proveBy: 'recorder' },
    cacheBytes: Number.MAX_SAFE_INTEGER,
    wanted: new WantedFootage(systemClock),
    monitor: () => undefined,
    isSpoolShort: () => false,
    onFileDamaged: async () => undefined,
    clock: systemClock,
    logger: pino({ level: 'error' }, pino.destination(2)),
  });
  const running = uploads.run(stopping.signal);
  return {
    untilProven: async (limitMs) => {
      const endAtMs = performance.now() + limitMs;
      while (spool.notYetProven() > 0) {
        if (performance.now() > endAtMs) throw new Error(`${spool.notYetProven()} segments are not proven`);
        await Promise.race([systemClock.sleep(50), running]);
      }
    },
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
