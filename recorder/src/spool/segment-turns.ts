import type { SegmentId } from '@minhbach/shared/units-of-measure';

/**
 * One at a time for each segment: who reads its file to send it, who looks whether it is damaged and who takes it away must
 * not do so to each other in the middle. Different segments do not wait for one another.
 */
export class SegmentTurns {
  readonly #last = new Map<SegmentId, Promise<void>>();

  /** Runs `work` when everybody who came before is done. Not to be called from within a turn of the same segment. */
  async take<Result>(segmentId: SegmentId, work: () => Promise<Result>): Promise<Result> {
    const before = this.#last.get(segmentId);
    const running = before === undefined ? work() : before.then(work);
    const ended = running.then(
      () => undefined,
      () => undefined,
    );
    this.#last.set(segmentId, ended);
    try {
      return await running;
    } finally {
      if (this.#last.get(segmentId) === ended) this.#last.delete(segmentId);
    }
  }
}
