import { join } from 'node:path';
import { removeDurably } from '@minhbach/shared/file-operations';
import type { SegmentId } from '@minhbach/shared/units-of-measure';
import { noSegment, SpoolError } from './spool-error.ts';
import type { SegmentTurns } from './segment-turns.ts';
import type { SpoolCore } from './spool-core.ts';
import type { SpooledSegment } from './spooled-segment.ts';

/** How segments leave the spool's disk. See `Spool` for what each method promises. */
export class SegmentDrops {
  readonly #core: SpoolCore;
  readonly #turns: SegmentTurns;
  readonly #sealedFolder: string;

  constructor(core: SpoolCore, turns: SegmentTurns, sealedFolder: string) {
    this.#core = core;
    this.#turns = turns;
    this.#sealedFolder = sealedFolder;
  }

  async drop(segmentId: SegmentId, reason: 'quota' | 'lost' | 'damaged'): Promise<void> {
    const { segments, transactions, entries, clock } = this.#core;
    const segment = segments.find(segmentId);
    if (segment === undefined) throw noSegment(segmentId);
    if (reason === 'quota' && segment.uploadState !== 'proven') {
      throw new SpoolError(
        'not-proven',
        `segment ${segmentId} is ${segment.uploadState}, not proven: it stays`,
      );
    }
    transactions.run(() => {
      segments.update(segmentId, 'garbage = 1');
      const proven = reason === 'quota' ? {} : { proven: segment.uploadState === 'proven' };
      return entries.append(
        { kind: 'segment-dropped', segmentId, from: 'spool', reason, ...proven },
        clock.wallNow(),
      );
    });
    await removeDurably(segment.path);
    segments.remove(segmentId);
  }

  async keepWithin(cacheBytes: number): Promise<number> {
    let dropped = 0;
    await this.#dropOldestProven(
      () => this.#core.segments.totals().bytes > cacheBytes,
      () => void (dropped += 1),
    );
    return dropped;
  }

  async makeRoom(bytes: number): Promise<number> {
    let gone = 0;
    await this.#dropOldestProven(
      () => gone < bytes,
      (segment) => void (gone += segment.bytes),
    );
    return gone;
  }

  /** What `drop` had begun when the process died. */
  async finish(): Promise<void> {
    const { segments } = this.#core;
    for (const { id, fileName } of segments.garbage()) {
      await removeDurably(join(this.#sealedFolder, fileName));
      segments.remove(id);
    }
  }

  /** Drops for as long as `isWanted`, each in its turn: somebody else may have taken the same one out meanwhile. */
  async #dropOldestProven(
    isWanted: () => boolean,
    onDropped: (segment: SpooledSegment) => void,
  ): Promise<void> {
    const { segments } = this.#core;
    while (isWanted()) {
      const oldest = segments.provenOldestFirst(20);
      if (oldest.length === 0) return;
      for (const segment of oldest) {
        if (!isWanted()) return;
        const { segmentId } = segment;
        await this.#turns.take(segmentId, async () => {
          if (!isWanted() || segments.placeOf(segmentId) === undefined) return;
          await this.drop(segmentId, 'quota');
          onDropped(segment);
        });
      }
    }
  }
}
