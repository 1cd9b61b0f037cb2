import type { Logger } from 'pino';
import type { Clock } from '@minhbach/shared/clock';
import { ObjectStoreError, type ObjectStore } from '@minhbach/shared/object-store';
import { utcMs, type SegmentId } from '@minhbach/shared/units-of-measure';
import type { Spool, SpooledSegment } from '../spool/index.ts';
import { NotProven, uploadSegment } from './upload-segment.ts';

export interface UploaderParts {
  readonly spool: Pick<
    Spool,
    | 'segmentsToUpload'
    | 'markUploading'
    | 'markUploaded'
    | 'markProven'
    | 'markFailed'
    | 'keepWithin'
    | 'onAppended'
  >;
  readonly store: ObjectStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly parallel: number;
  /** Proven footage that may stay in the spool. */
  readonly cacheBytes: number;
  /** Told whenever the archive gave back other bytes than were sent. */
  readonly onNotProven?: (message: string) => void;
  readonly firstPauseMs?: number;
  readonly maxPauseMs?: number;
}

/** Since when and why the archive cannot be used, or that it can. */
export type ArchiveState =
  | { readonly state: 'working' }
  | { readonly state: 'failing'; readonly message: string; readonly sinceMs: number };

const lookAgainMs = 5_000;

/**
 * The journal's worker: oldest first, a few at once, for ever. An archive that fails pauses all of it (growing, at
 * most half a minute); a segment that fails waits alone. Whatever happens here, recording does not notice, and nothing
 * leaves the spool before it is proven.
 */
export class Uploader {
  readonly #parts: UploaderParts;
  readonly #busy = new Set<SegmentId>();
  #failures = 0;
  #pausedUntilMs = 0;
  /** When the first of the segments that wait alone is due again. */
  #nextDueMs = Number.POSITIVE_INFINITY;
  #archive: ArchiveState = { state: 'working' };
  #wake: () => void = () => undefined;
  #tidying: Promise<void> = Promise.resolve();

  constructor(parts: UploaderParts) {
    this.#parts = parts;
  }

  get archive(): ArchiveState {
    return this.#archive;
  }

  /** Resolves once `signal` has aborted and nothing is under way any more. Rejects when the spool itself fails. */
  async run(signal: AbortSignal): Promise<void> {
    const { spool, clock } = this.#parts;
    const stopListening = spool.onAppended(() => this.#wake());
    const onAbort = (): void => this.#wake();
    signal.addEventListener('abort', onAbort);
    const running = new Set<Promise<void>>();
    let failed: { error: unknown } | undefined;
    this.#tidy();
    while (!signal.aborted && failed === undefined) {
      for (const segment of this.#due()) {
        this.#busy.add(segment.segmentId);
        const work = this.#upload(segment, signal)
          .catch((error: unknown) => {
            failed = { error };
          })
          .finally(() => {
            this.#busy.delete(segment.segmentId);
            running.delete(work);
            this.#wake();
          });
        running.add(work);
      }
      await this.#nextLook(clock);
    }
    signal.removeEventListener('abort', onAbort);
    stopListening();
    await Promise.all(running);
    await this.#tidying;
    if (failed !== undefined) throw failed.error;
  }

  #due(): SpooledSegment[] {
    const { spool, clock, parallel } = this.#parts;
    const room = parallel - this.#busy.size;
    if (room <= 0 || clock.monotonicNowMs() < this.#pausedUntilMs) return [];
    // While the archive fails, one segment is enough to find out whether it is back.
    const wanted = this.#archive.state === 'failing' ? Math.min(room, 1 - this.#busy.size) : room;
    if (wanted <= 0) return [];
    const candidates = spool.segmentsToUpload(wanted + this.#busy.size);
    return candidates.filter(({ segmentId }) => !this.#busy.has(segmentId)).slice(0, wanted);
  }

  async #upload(segment: SpooledSegment, signal: AbortSignal): Promise<void> {
    const { spool, store, logger } = this.#parts;
    try {
      await uploadSegment(segment, spool, store, { signal, logger });
    } catch (error) {
      if (signal.aborted) return;
      this.#failed(segment, error);
      return;
    }
    if (this.#archive.state === 'failing') logger.info('the archive works again');
    this.#archive = { state: 'working' };
    this.#failures = 0;
    this.#tidy();
  }

  #failed(segment: SpooledSegment, error: unknown): void {
    const { spool, clock, logger, firstPauseMs = 1_000, maxPauseMs = 30_000 } = this.#parts;
    const pauseOf = (attempts: number): number =>
      Math.min(maxPauseMs, firstPauseMs * 2 ** Math.min(attempts, 20)) * (0.5 + Math.random() / 2);
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof ObjectStoreError && error.retryable) {
      const pauseMs = pauseOf(this.#failures);
      this.#failures += 1;
      this.#pausedUntilMs = clock.monotonicNowMs() + pauseMs;
      if (this.#archive.state === 'working') {
        logger.warn(
          { code: error.code, hint: error.hint, key: segment.key },
          `the archive fails: ${message}`,
        );
        this.#archive = { state: 'failing', message, sinceMs: clock.monotonicNowMs() };
      }
      spool.markFailed(segment.segmentId, { nextAttemptAt: utcMs(clock.wallNow() + pauseMs) });
      return;
    }
    logger.error(
      { err: error, key: segment.key, attempts: segment.attempts + 1 },
      'a segment could not be archived',
    );
    if (error instanceof NotProven) this.#parts.onNotProven?.(message);
    const pauseMs = pauseOf(segment.attempts);
    this.#nextDueMs = Math.min(this.#nextDueMs, clock.monotonicNowMs() + pauseMs);
    spool.markFailed(segment.segmentId, { nextAttemptAt: utcMs(clock.wallNow() + pauseMs) });
  }

  /** Lets proven footage go that the cache has no room for. */
  #tidy(): void {
    const { spool, cacheBytes, logger } = this.#parts;
    this.#tidying = this.#tidying
      .then(async () => spool.keepWithin(cacheBytes))
      .then(
        (dropped) => {
          if (dropped > 0) logger.debug({ dropped }, 'proven footage left the spool');
        },
        (error: unknown) => logger.error({ err: error }, 'proven footage could not leave the spool'),
      );
  }

  async #nextLook(clock: Clock): Promise<void> {
    const looking = new AbortController();
    const nowMs = clock.monotonicNowMs();
    const pauseEndsMs = this.#pausedUntilMs > nowMs ? this.#pausedUntilMs : Number.POSITIVE_INFINITY;
    const waitMs = Math.max(5, Math.min(lookAgainMs, pauseEndsMs - nowMs + 5, this.#nextDueMs - nowMs + 5));
    if (this.#nextDueMs <= nowMs + waitMs) this.#nextDueMs = Number.POSITIVE_INFINITY;
    this.#wake = () => looking.abort();
    await clock.sleep(waitMs, looking.signal).catch(() => undefined);
    this.#wake = () => undefined;
  }
}
