import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import type { Clock } from '@minhbach/shared/clock';
import {
  ObjectStoreError,
  thumbnailObjectKey,
  type ArchiveStanding,
  type ObjectStore,
  type Pace,
} from '@minhbach/shared/object-store';
import type { SegmentSealed } from '@minhbach/shared/protocol';
import { sha256HexSchema } from '@minhbach/shared/units-of-measure';
import type { Spool } from '../spool/index.ts';
import { firstPicture } from './first-picture.ts';

/** `dropped`: not tried, because there were too many or the footage was gone. */
export type ThumbnailOutcome = 'stored' | 'failed' | 'dropped';

/** How small pictures are made, for who wants them. */
export interface ThumbnailMaking {
  /** JPEG of the first picture in an init segment and a fragment. */
  readonly make: (footage: readonly Uint8Array[], signal: AbortSignal) => Promise<Buffer>;
  readonly onOutcome: (outcome: ThumbnailOutcome) => void;
}

export interface ThumbnailsParts extends ThumbnailMaking {
  readonly spool: Pick<Spool, 'recorderId' | 'findSegment'>;
  readonly store: Pick<ObjectStore, 'put'>;
  /** Nothing is stored before a probe has found the archive usable. */
  readonly standing: () => ArchiveStanding;
  readonly pace?: Pace | undefined;
  readonly deadlineMs: (sizeBytes: number) => number;
  /** After the archive did not take one. */
  readonly restMs: number;
  /** What making one may take; 10 s unless given. */
  readonly makingMs?: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

type SealedPicture = Pick<SegmentSealed, 'segmentId' | 'sourceId' | 'startUtcMs' | 'mime'>;

/** Two minutes of 64 cameras: what waits longer has lost its purpose. */
const mostWaiting = 128;
const lookAgainMs = 5_000;

/**
 * A small picture of each sealed segment into the archive, ahead of its footage and outside the hours of that. No evidence:
 * nothing states, signs or proves it. So it may fail: each is tried once, one at a time, the oldest are let go when too
 * many wait, and nobody waits for it.
 */
export class Thumbnails {
  readonly #parts: ThumbnailsParts;
  #waiting: SealedPicture[] = [];
  #restUntilMs = 0;
  #failing = false;
  #wake: () => void = () => undefined;

  constructor(parts: ThumbnailsParts) {
    this.#parts = parts;
  }

  sealed(segment: SealedPicture): void {
    if (!segment.mime.startsWith('video/')) return;
    if (this.#waiting.length >= mostWaiting) {
      this.#waiting.shift();
      this.#parts.onOutcome('dropped');
    }
    this.#waiting.push(segment);
    this.#wake();
  }

  /** Looks at once whether the archive may be used now. */
  wake(): void {
    this.#wake();
  }

  /** Resolves once `signal` has aborted; what still waits is let go. */
  async run(signal: AbortSignal): Promise<void> {
    const onAbort = (): void => this.#wake();
    signal.addEventListener('abort', onAbort);
    while (!signal.aborted) {
      const next = this.#mayStore() ? this.#waiting.shift() : undefined;
      if (next === undefined) await this.#pause(this.#parts.clock);
      else await this.#bring(next, signal);
    }
    signal.removeEventListener('abort', onAbort);
  }

  #mayStore(): boolean {
    const { standing, clock } = this.#parts;
    return standing().standing === 'usable' && clock.monotonicNowMs() >= this.#restUntilMs;
  }

  async #bring(segment: SealedPicture, signal: AbortSignal): Promise<void> {
    const { logger, clock, restMs, onOutcome } = this.#parts;
    try {
      const stored = await this.#store(segment, signal);
      if (stored) this.#failing = false;
      onOutcome(stored ? 'stored' : 'dropped');
    } catch (error) {
      if (signal.aborted) return;
      onOutcome('failed');
      if (error instanceof ObjectStoreError) this.#restUntilMs = clock.monotonicNowMs() + restMs;
      // Once until one goes well again: the count is in the metrics.
      if (!this.#failing) {
        const about = { err: error, segmentId: segment.segmentId };
        logger.warn(about, 'a small picture could not be brought into the archive');
      }
      this.#failing = true;
    }
  }

  /** `false` when the footage has left the spool meanwhile. */
  async #store({ segmentId, sourceId, startUtcMs }: SealedPicture, signal: AbortSignal): Promise<boolean> {
    const { spool, store, make, makingMs = 10_000, pace, deadlineMs } = this.#parts;
    const path = spool.findSegment(segmentId)?.path;
    if (path === undefined) return false;
    const making = AbortSignal.any([signal, AbortSignal.timeout(makingMs)]);
    const jpeg = await make(await firstPicture(path, making), making);
    const sha256 = sha256HexSchema.parse(createHash('sha256').update(jpeg).digest('hex'));
    const key = thumbnailObjectKey({ recorderId: spool.recorderId, sourceId, segmentId, startUtcMs });
    // No lock of its own: it goes with the days of its counter, whatever became of its footage.
    const how = { sha256, contentType: 'image/jpeg', pace, deadlineMs: deadlineMs(jpeg.length), signal };
    await store.put(key, jpeg, how);
    return true;
  }

  async #pause(clock: Clock): Promise<void> {
    const pausing = new AbortController();
    this.#wake = () => pausing.abort();
    await clock.sleep(lookAgainMs, pausing.signal).catch(() => undefined);
    this.#wake = () => undefined;
  }
}
