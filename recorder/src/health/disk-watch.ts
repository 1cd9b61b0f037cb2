import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@minhbach/shared/clock';
import { giveRoom, keepRoom, leastRoomBytes, type Spool } from '../spool/index.ts';
import { DiskForecast, type DiskOutlook } from './disk-forecast.ts';
import { diskSpace } from './disk-space.ts';

const soonHours = 24;
const foreignShare = 0.1;
/** What fills a disk in a minute must not stop recording while proven footage may leave. */
const lookEveryMs = 10_000;
/** A full disk refuses every source every 2 s. */
const wakesEveryMs = 5_000;

export type DiskFaultCode =
  'disk-soon-full' | 'disk-full' | 'disk-foreign-files' | 'disk-unreadable' | 'disk-refuses';

/** The monitors hear of all of it as one fault. */
export const diskFaultCodes: ReadonlySet<string> = new Set<DiskFaultCode>([
  'disk-soon-full',
  'disk-full',
  'disk-foreign-files',
  'disk-unreadable',
  'disk-refuses',
]);

export interface DiskWatchParts {
  readonly spool: Pick<Spool, 'directory' | 'totals' | 'makeRoom'>;
  readonly clock: Clock;
  /** Proven footage leaves when less than this is free, or less than footage needs to be taken at all. */
  readonly reserveBytes: number;
  /** `message` when the fault begins or what it says changes, `undefined` when it is over. */
  readonly onFault: (code: DiskFaultCode, message: string | undefined) => void;
  readonly everyMs?: number;
  readonly forecast?: DiskForecast;
}

/**
 * Looks at the spool's disk every ten seconds, and when it refused a write: makes room from what is proven, and says
 * ahead when there will be none.
 */
export class DiskWatch {
  readonly #of: DiskWatchParts;
  readonly #forecast: DiskForecast;
  #outlook: DiskOutlook | undefined;
  #isShort = false;
  #wake = new AbortController();
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  constructor(of: DiskWatchParts) {
    this.#of = of;
    this.#forecast = of.forecast ?? new DiskForecast();
  }

  /** As last seen. */
  get outlook(): DiskOutlook | undefined {
    return this.#outlook;
  }

  /** As last seen: full, or full within a day. */
  get isShort(): boolean {
    return this.#isShort;
  }

  /** A write was refused for want of room: what may leave does so now, not at the next look. */
  wake(): void {
    if (this.#of.clock.monotonicNowMs() - this.#lookedAtMs >= wakesEveryMs) this.#wake.abort();
  }

  /** Resolves when `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, everyMs = lookEveryMs, onFault } = this.#of;
    while (!signal.aborted) {
      this.#wake = new AbortController();
      this.#lookedAtMs = clock.monotonicNowMs();
      try {
        await this.look();
        onFault('disk-unreadable', undefined);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        onFault('disk-unreadable', `the disk of the spool cannot be looked at: ${reason}`);
      }
      await clock.sleep(everyMs, AbortSignal.any([signal, this.#wake.signal])).catch(() => undefined);
    }
  }

  /** Rejects with what the disk says. */
  async look(): Promise<void> {
    const { spool, clock, onFault } = this.#of;
    const reserveBytes = Math.max(this.#of.reserveBytes, leastRoomBytes);
    let space = await diskSpace(spool.directory);
    if (space.freeBytes < reserveBytes) {
      // The index must say that footage leaves before it does, also where nothing at all is free.
      giveRoom(spool.directory);
      await spool.makeRoom(reserveBytes - space.freeBytes);
      space = await diskSpace(spool.directory);
    }
    const { bytes, unprovenBytes } = spool.totals();
    const outlook = this.#forecast.add({
      monotonicMs: clock.monotonicNowMs(),
      ...space,
      leavableBytes: bytes - unprovenBytes,
      ownBytes: bytes + (await indexBytes(spool.directory)),
    });
    this.#outlook = outlook;
    const isFull = space.freeBytes < reserveBytes;
    if (!isFull) keepRoom(spool.directory);
    onFault(
      'disk-full',
      isFull
        ? `${inMegabytes(space.freeBytes)} free on the disk of the spool and nothing more may leave: footage that is not proven stays, the newest will stop`
        : undefined,
    );
    const { hoursLeft } = outlook;
    this.#isShort = isFull || (hoursLeft !== undefined && hoursLeft < soonHours);
    onFault(
      'disk-soon-full',
      !isFull && hoursLeft !== undefined && hoursLeft < soonHours
        ? `the disk of the spool is full in ${Math.floor(hoursLeft)} hours at the rate of the last hours`
        : undefined,
    );
    const isForeign = outlook.foreignGrowthBytes > space.totalBytes * foreignShare;
    onFault(
      'disk-foreign-files',
      isForeign
        ? `${inMegabytes(outlook.foreignGrowthBytes)} that are not the recorder's came onto the disk of the spool: find out whose they are`
        : undefined,
    );
  }
}

async function indexBytes(directory: string): Promise<number> {
  const sizes = await Promise.all(
    (await readdir(directory)).map(async (name) =>
      stat(join(directory, name)).then(
        (found) => (found.isFile() ? found.size : 0),
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

function inMegabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
