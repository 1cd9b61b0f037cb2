import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { z } from 'zod';
import type { Clock } from '@minhbach/shared/clock';
import type { SegmentId } from '@minhbach/shared/units-of-measure';
import { errnoOf, type Spool, type SpooledSegment } from '../spool/index.ts';
import { quarantine } from './recover.ts';

const chunkBytes = 256 * 1024;
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

export interface DamageFound {
  readonly segment: SpooledSegment;
  /** `undefined`: the file is gone. */
  readonly sha256: string | undefined;
  readonly message: string;
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

  constructor(of: {
    readonly spool: Spool;
    readonly clock: Clock;
    readonly bytesPerSecond: number;
    readonly onDamage: (found: DamageFound) => void;
    /** After each whole pass, before the next. */
    readonly onPassEnded: () => Promise<void>;
  }) {
    this.#spool = of.spool;
    this.#clock = of.clock;
    this.#bytesPerSecond = of.bytesPerSecond;
    this.#onDamage = of.onDamage;
    this.#onPassEnded = of.onPassEnded;
  }

  progress(): ScrubProgress {
    const { afterId, ...progress } = this.#row();
    void afterId;
    return progress;
  }

  /** Goes on where the last run was. Resolves when `signal` aborts; rejects when the index or the disk cannot be read. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.pass(signal);
      if (signal.aborted) return;
      await this.#onPassEnded();
      await this.#clock.sleep(pauseMs, signal).catch(() => undefined);
    }
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
    const sha256 = await this.#hash(segment, signal);
    if (sha256 === 'aborted') return undefined;
    if (sha256 === segment.sha256 || !this.#isKept(segment.segmentId)) return false;
    await this.#takeOut(segment, sha256);
    return true;
  }

  async #takeOut(segment: SpooledSegment, sha256: string | undefined): Promise<void> {
    const { segmentId, sourceId, startUtcMs, endUtcMs } = segment;
    const isProven = segment.uploadState === 'proven';
    await quarantine(this.#spool, { segmentId, fileName: `${segmentId}.mp4` });
    await this.#spool.drop(segmentId, 'damaged');
    const span = `${new Date(startUtcMs).toISOString()} to ${new Date(endUtcMs).toISOString()}`;
    const what = sha256 === undefined ? 'is gone' : 'is no longer what was sealed and lies in quarantine/';
    const archive = isProven ? 'the archive has it, proven' : 'the archive is not known to have it';
    this.#onDamage({
      segment,
      sha256,
      message: `segment ${segmentId} of source ${sourceId}, ${span}, ${what}; ${archive}`,
    });
  }

  /** `undefined` when there is no such file. */
  async #hash(segment: SpooledSegment, signal: AbortSignal): Promise<string | undefined> {
    let file;
    try {
      file = await open(segment.path, 'r');
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return undefined;
      throw error;
    }
    try {
      const hash = createHash('sha256');
      const chunk = Buffer.alloc(chunkBytes);
      for (;;) {
        const { bytesRead } = await file.read(chunk, 0, chunk.length);
        if (bytesRead === 0) return hash.digest('hex');
        hash.update(chunk.subarray(0, bytesRead));
        await this.#clock.sleep((bytesRead * 1_000) / this.#bytesPerSecond, signal).catch(() => undefined);
        if (signal.aborted) return 'aborted';
      }
    } finally {
      await file.close();
    }
  }

  #isKept(segmentId: SegmentId): boolean {
    return this.#spool.findSegment(segmentId) !== undefined;
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
    this.#spool.database
      .prepare(
        `INSERT OR REPLACE INTO scrub (only, after_id, pass_began_at, segments, bytes, damaged, last_pass_ended_at)
         VALUES (1, @afterId, @passBeganAt, @segments, @bytes, @damaged, @lastPassEndedAt)`,
      )
      .run(row);
  }
}
