import { z } from 'zod';
import type { Clock } from '@minhbach/shared/clock';
import { hashOfFile, isDiskFault, keepDoing, type Spool, type SpooledSegment } from '../spool/index.ts';
import { takeOutIfDamaged, type DamageFound } from './take-out.ts';

/** Between two passes, and when there is nothing to read. */
const pauseMs = 10 * 60_000;
const sliceSegments = 50;

export interface ScrubProgress {
  /** Of the present pass. */
  readonly segments: number;
  readonly bytes: number;
  readonly damaged: number;
  readonly passBeganAt: number;
  readonly lastPassEndedAt: number | null;
}

const rowSchema = z.strictObject({
  afterId: z.string(),
  passBeganAt: z.int(),
  segments: z.int(),
  bytes: z.int(),
  damaged: z.int(),
  lastPassEndedAt: z.int().nullable(),
});
type Row = z.infer<typeof rowSchema>;

/** Reads every sealed file again and again, slowly, and takes out what is no longer what was sealed. */
export class Scrub {
  readonly #spool: Spool;
  readonly #clock: Clock;
  readonly #bytesPerSecond: number;
  readonly #onDamage: (found: DamageFound) => void;
  readonly #onPassEnded: () => Promise<void>;
  readonly #onUnreadable: (message: string) => void;
  readonly #onDiskFault: (message: string | undefined) => void;
  /** Ahead of what is kept, which is written once a slice. */
  #reached: Row | undefined;

  constructor(of: {
    readonly spool: Spool;
    readonly clock: Clock;
    readonly bytesPerSecond: number;
    readonly onDamage: (found: DamageFound) => void;
    /** After each whole pass, before the next. */
    readonly onPassEnded: () => Promise<void>;
    /** Told of each file that the disk does not give back: neither damaged, as far as is known, nor whole. */
    readonly onUnreadable: (message: string) => void;
    /** The index takes or gives nothing; `undefined`: it does again. */
    readonly onDiskFault: (message: string | undefined) => void;
  }) {
    this.#spool = of.spool;
    this.#clock = of.clock;
    this.#bytesPerSecond = of.bytesPerSecond;
    this.#onDamage = of.onDamage;
    this.#onPassEnded = of.onPassEnded;
    this.#onUnreadable = of.onUnreadable;
    this.#onDiskFault = of.onDiskFault;
  }

  progress(): ScrubProgress {
    const { afterId, ...progress } = this.#reached ?? this.#row();
    void afterId;
    return progress;
  }

  /** Goes on where the last run was, and after a disk that took nothing where that was. Resolves when `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const round = async (): Promise<void> => {
      await this.pass(signal);
      if (!signal.aborted) await this.#onPassEnded();
    };
    const onDiskFault = this.#onDiskFault;
    await keepDoing(round, { everyMs: pauseMs, clock: this.#clock, signal, onDiskFault });
  }

  /** The rest of the present pass. */
  async pass(signal: AbortSignal): Promise<void> {
    let row = this.#row();
    for (;;) {
      const slice = this.#spool.segmentsAfter(row.afterId, sliceSegments);
      for (const segment of slice) {
        if (signal.aborted) return this.#save(row);
        const isDamaged = await this.#check(segment, signal);
        if (isDamaged === undefined) return this.#save(row);
        row = {
          ...row,
          afterId: segment.segmentId,
          segments: row.segments + 1,
          bytes: row.bytes + segment.bytes,
          damaged: row.damaged + Number(isDamaged),
        };
        this.#reached = row;
      }
      if (slice.length === 0) {
        const now = this.#clock.wallNow();
        const fresh = { afterId: '', passBeganAt: now, segments: 0, bytes: 0, damaged: 0 };
        return this.#save({ ...fresh, lastPassEndedAt: now });
      }
      this.#save(row);
    }
  }

  /** `undefined`: not read to its end, because of `signal`. */
  async #check(segment: SpooledSegment, signal: AbortSignal): Promise<boolean | undefined> {
    const { segmentId, sha256 } = segment;
    const read = await this.#read(segment, signal);
    if (read === 'unreadable') return false;
    if (read === 'aborted') return undefined;
    if (read === sha256) return false;
    const found = await takeOutIfDamaged(this.#spool, segmentId);
    if (found !== undefined) this.#onDamage(found);
    return found !== undefined;
  }

  /** A disk with one bad place gives back the rest: that file must not keep all others from being read. */
  async #read({ segmentId, path }: SpooledSegment, signal: AbortSignal): Promise<string | undefined> {
    try {
      return await hashOfFile(path, { signal, afterPiece: async (bytes) => this.#rest(bytes, signal) });
    } catch (error) {
      if (!isDiskFault(error)) throw error;
      const why = error instanceof Error ? error.message : 'it cannot be read';
      this.#onUnreadable(`segment ${segmentId} cannot be read from the disk: ${why}`);
      return 'unreadable';
    }
  }

  async #rest(bytes: number, signal: AbortSignal): Promise<void> {
    await this.#clock.sleep((bytes * 1_000) / this.#bytesPerSecond, signal).catch(() => undefined);
  }

  #row(): Row {
    const found = this.#spool.database
      .prepare(
        `SELECT after_id AS afterId, pass_began_at AS passBeganAt, segments, bytes, damaged,
           last_pass_ended_at AS lastPassEndedAt FROM scrub`,
      )
      .get();
    if (found !== undefined) return rowSchema.parse(found);
    const passBeganAt = this.#clock.wallNow();
    return { afterId: '', passBeganAt, segments: 0, bytes: 0, damaged: 0, lastPassEndedAt: null };
  }

  #save(row: Row): void {
    this.#reached = undefined;
    this.#spool.database
      .prepare(
        `INSERT OR REPLACE INTO scrub (only, after_id, pass_began_at, segments, bytes, damaged, last_pass_ended_at)
         VALUES (1, @afterId, @passBeganAt, @segments, @bytes, @damaged, @lastPassEndedAt)`,
      )
      .run(row);
    this.#onDiskFault(undefined);
  }
}
