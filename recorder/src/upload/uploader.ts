import type { Logger } from 'pino';
import type { Clock } from '@minhbach/shared/clock';
import {
  ObjectStoreError,
  type ArchiveStanding,
  type ObjectStore,
  type Pace,
} from '@minhbach/shared/object-store';
import { utcMs, type SegmentId, type SourceId } from '@minhbach/shared/units-of-measure';
import type { FootageSpan, Spool, SpooledSegment } from '../spool/index.ts';
import { ProofUnavailable, type Prover } from './prover.ts';
import type { UploadHours } from './upload-hours.ts';
import { FileBytes } from './file-bytes.ts';
import { NotProven, SpoolFileDamaged, uploadSegment, type UploadParts } from './upload-segment.ts';

export interface UploaderParts {
  readonly spool: Pick<
    Spool,
    | 'segmentsToUpload'
    | 'findSegment'
    | 'inTurn'
    | 'markUploading'
    | 'markUploaded'
    | 'markProven'
    | 'markFailed'
    | 'markWaiting'
    | 'keepWithin'
    | 'onAppended'
  >;
  readonly store: Pick<ObjectStore, 'put' | 'stat' | 'remove'>;
  readonly prover: Prover;
  /** Nothing is stored before a probe has found the archive usable. */
  readonly standing: () => ArchiveStanding;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly parallel: number;
  /** Proven footage that may stay in the spool. */
  readonly cacheBytes: number;
  /** Told whenever the archive gave back other bytes than were sent. */
  readonly onNotProven?: (message: string) => void;
  /** Told of a file that is gone or no longer what was sealed: it is looked at again and taken out of the spool. */
  readonly onFileDamaged: (segmentId: SegmentId) => Promise<void>;
  /** What is to come first; none unless given. */
  readonly wanted?: () => readonly FootageSpan[];
  readonly hours?: Pick<UploadHours, 'isOpen'>;
  /** Hours give way while the spool runs out of room: footage that cannot be kept is worse than a line in use. */
  readonly isSpoolShort?: () => boolean;
  readonly pace?: Pace | undefined;
  readonly retention?: UploadParts['retention'];
  readonly deadlineMs: (sizeBytes: number) => number;
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
  readonly #uploadParts: UploadParts;
  readonly #busy = new Set<SegmentId>();
  /** Sources, the one served longest ago first. */
  #served: SourceId[] = [];
  readonly #startedAtMs: number;
  #failures = 0;
  #pausedUntilMs = 0;
  /** When the first of the segments that wait alone is due again. */
  #nextDueMs = Number.POSITIVE_INFINITY;
  #archive: ArchiveState = { state: 'working' };
  #wake: () => void = () => undefined;
  #tidying: Promise<void> = Promise.resolve();

  constructor(parts: UploaderParts) {
    this.#parts = parts;
    this.#uploadParts = { ...parts, files: new FileBytes(parts.parallel) };
    this.#startedAtMs = parts.clock.monotonicNowMs();
  }

  get archive(): ArchiveState {
    const seen = this.#parts.standing();
    if (seen.standing === 'usable') return this.#archive;
    return { state: 'failing', message: seen.message, sinceMs: this.#startedAtMs };
  }

  /** Looks at once for what is to be sent. */
  wake(): void {
    this.#wake();
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
        this.#served = [...this.#served.filter((id) => id !== segment.sourceId), segment.sourceId];
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
    const { spool, clock, parallel, standing, wanted, hours } = this.#parts;
    const room = parallel - this.#busy.size;
    if (room <= 0 || clock.monotonicNowMs() < this.#pausedUntilMs) return [];
    if (standing().standing !== 'usable') return [];
    if (hours?.isOpen(clock.wallNow()) === false && this.#parts.isSpoolShort?.() !== true) return [];
    // While the archive fails, one segment is enough to find out whether it is back.
    const most = this.#archive.state === 'failing' ? Math.min(room, 1 - this.#busy.size) : room;
    if (most <= 0) return [];
    return spool.segmentsToUpload(most, {
      wanted: wanted?.() ?? [],
      except: this.#busy,
      served: this.#served,
    });
  }

  async #upload(segment: SpooledSegment, signal: AbortSignal): Promise<void> {
    try {
      const isThere = await this.#parts.spool.inTurn(segment.segmentId, async () => {
        // As it is now: it may have been found damaged and taken out since it was chosen.
        const now = this.#parts.spool.findSegment(segment.segmentId);
        if (now !== undefined) await uploadSegment(now, this.#uploadParts, signal);
        return now !== undefined;
      });
      if (!isThere) return;
    } catch (error) {
      if (signal.aborted) return;
      this.#failed(segment, error);
      if (error instanceof SpoolFileDamaged) await this.#tellDamaged(segment);
      return;
    }
    if (this.#archive.state === 'failing') this.#parts.logger.info('the archive works again');
    this.#archive = { state: 'working' };
    this.#failures = 0;
    this.#tidy();
  }

  #failed(segment: SpooledSegment, error: unknown): void {
    const { clock, logger, firstPauseMs = 1_000, maxPauseMs = 30_000 } = this.#parts;
    const pauseOf = (attempts: number): number =>
      Math.min(maxPauseMs, firstPauseMs * 2 ** Math.min(attempts, 20)) * (0.5 + Math.random() / 2);
    const { key } = segment;
    if (error instanceof ObjectStoreError && error.retryable) {
      const pauseMs = pauseOf(this.#failures);
      this.#failures += 1;
      this.#pausedUntilMs = clock.monotonicNowMs() + pauseMs;
      const message = error.hint === undefined ? error.message : `${error.message}: ${error.hint}`;
      if (this.#archive.state === 'working') {
        logger.warn({ code: error.code, hint: error.hint, key }, `the archive fails: ${error.message}`);
        this.#archive = { state: 'failing', message, sinceMs: clock.monotonicNowMs() };
      }
      return this.#putOff(segment, pauseMs, error);
    }
    if (error instanceof NotProven) this.#parts.onNotProven?.(error.message);
    const pauseMs = pauseOf(segment.attempts);
    this.#nextDueMs = Math.min(this.#nextDueMs, clock.monotonicNowMs() + pauseMs);
    if (error instanceof ProofUnavailable) logger.warn({ key }, error.message);
    else logger.error({ err: error, key, attempts: segment.attempts + 1 }, 'a segment could not be archived');
    this.#putOff(segment, pauseMs, error);
  }

  async #tellDamaged({ segmentId, key }: SpooledSegment): Promise<void> {
    try {
      await this.#parts.onFileDamaged(segmentId);
    } catch (error) {
      this.#parts.logger.error({ err: error, key }, 'a damaged file could not be taken out of the spool');
    }
  }

  /** What was stored and only not proven yet is not sent again, unless it was found to be something else. */
  #putOff({ segmentId }: SpooledSegment, pauseMs: number, error: unknown): void {
    const { spool, clock } = this.#parts;
    const nextAttemptAt = utcMs(clock.wallNow() + pauseMs);
    const gone = error instanceof ObjectStoreError && error.code === 'not-found';
    if (error instanceof NotProven || gone) spool.markFailed(segmentId, { nextAttemptAt });
    else spool.markWaiting(segmentId, { nextAttemptAt });
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
    this.#wake = () => looking.abort();
    await clock.sleep(waitMs, looking.signal).catch(() => undefined);
    this.#wake = () => undefined;
    // Only what is due now is looked for now: whoever was woken before has not seen it yet.
    if (this.#nextDueMs <= clock.monotonicNowMs()) this.#nextDueMs = Number.POSITIVE_INFINITY;
  }
}
