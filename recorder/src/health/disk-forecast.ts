/** What the disk of the spool looked like at one moment. */
export interface DiskSample {
  readonly monotonicMs: number;
  readonly totalBytes: number;
  readonly freeBytes: number;
  /** Of the recorder's own files: may leave to make room. */
  readonly leavableBytes: number;
  /** All of the recorder's own files. */
  readonly ownBytes: number;
}

export interface DiskOutlook {
  /** Free, or can be made free. */
  readonly roomBytes: number;
  /** By which the room shrank in the last hours; negative when it grew. `undefined` until there is enough to judge by. */
  readonly shrinksBytesPerHour: number | undefined;
  /** Until no room is left at that rate; `undefined` when it does not shrink. */
  readonly hoursLeft: number | undefined;
  /** What is not the recorder's, beyond the least ever seen. */
  readonly foreignGrowthBytes: number;
}

const windowMs = 6 * 3_600_000;
const enoughMs = 10 * 60_000;

/** Says ahead when a disk will be full, from what it saw of it in the last hours. */
export class DiskForecast {
  readonly #enoughMs: number;
  #samples: DiskSample[] = [];
  #leastForeignBytes = Number.POSITIVE_INFINITY;

  constructor(of: { readonly enoughMs?: number } = {}) {
    this.#enoughMs = of.enoughMs ?? enoughMs;
  }

  add(sample: DiskSample): DiskOutlook {
    this.#samples.push(sample);
    this.#samples = this.#samples.filter(({ monotonicMs }) => sample.monotonicMs - monotonicMs <= windowMs);
    const foreignBytes = Math.max(0, sample.totalBytes - sample.freeBytes - sample.ownBytes);
    this.#leastForeignBytes = Math.min(this.#leastForeignBytes, foreignBytes);
    const roomBytes = roomOf(sample);
    const [first] = this.#samples;
    const spanMs = first === undefined ? 0 : sample.monotonicMs - first.monotonicMs;
    const shrinksBytesPerHour =
      first === undefined || spanMs < this.#enoughMs
        ? undefined
        : ((roomOf(first) - roomBytes) * 3_600_000) / spanMs;
    return {
      roomBytes,
      shrinksBytesPerHour,
      hoursLeft:
        shrinksBytesPerHour === undefined || shrinksBytesPerHour <= 0
          ? undefined
          : roomBytes / shrinksBytesPerHour,
      foreignGrowthBytes: foreignBytes - this.#leastForeignBytes,
    };
  }
}

function roomOf({ freeBytes, leavableBytes }: DiskSample): number {
  return freeBytes + leavableBytes;
}
