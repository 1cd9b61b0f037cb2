import type { SegmentId, UtcMs } from '@minhbach/shared/units-of-measure';
import type { Proof } from './spool.ts';
import { noSegment } from './spool-error.ts';
import type { SpoolCore } from './spool-core.ts';
import type { SpooledSegment } from './spooled-segment.ts';
import { UploadOrder, type UploadWishes } from './upload-order.ts';

/** The upload journal: where each segment stands on its way to the archive. See `Spool` for what each method promises. */
export class UploadMarks {
  readonly #core: SpoolCore;
  readonly #order: UploadOrder;

  constructor(core: SpoolCore) {
    this.#core = core;
    this.#order = new UploadOrder(core.database);
  }

  next(limit: number, wishes: UploadWishes): SpooledSegment[] {
    const { clock, segments } = this.#core;
    return this.#order
      .next(clock.wallNow(), limit, wishes)
      .flatMap((segmentId) => segments.find(segmentId) ?? []);
  }

  uploading(segmentId: SegmentId): void {
    this.#update(segmentId, `upload_state = 'uploading', attempts = attempts + 1`);
  }

  uploaded(segmentId: SegmentId, versionId: string | undefined): void {
    this.#update(segmentId, `upload_state = 'uploaded', version_id = ?`, [versionId ?? null]);
  }

  failed(segmentId: SegmentId, nextAttemptAt: UtcMs): void {
    // One that was dropped meanwhile (its file was found damaged) has nothing left to be tried.
    this.#core.segments.update(segmentId, `upload_state = 'sealed', version_id = NULL, next_attempt_at = ?`, [
      nextAttemptAt,
    ]);
  }

  waiting(segmentId: SegmentId, nextAttemptAt: UtcMs): void {
    this.#core.segments.update(
      segmentId,
      `upload_state = iif(upload_state = 'uploaded', 'uploaded', 'sealed'), next_attempt_at = ?`,
      [nextAttemptAt],
    );
  }

  proven(segmentId: SegmentId, { versionId, receipt }: Proof): void {
    const { segments, transactions, entries, clock } = this.#core;
    const place = segments.placeOf(segmentId);
    if (place === undefined) throw noSegment(segmentId);
    if (place.uploadState === 'proven') return;
    const by = receipt && {
      provenBy: receipt.monitorId,
      receiptAt: receipt.at,
      receiptSignature: receipt.signature,
    };
    const facts = { ...(versionId === undefined ? {} : { versionId }), ...by };
    transactions.run(() => {
      this.#update(segmentId, `upload_state = 'proven', version_id = ?`, [versionId ?? null]);
      return entries.append({ kind: 'segment-proven', segmentId, key: place.key, ...facts }, clock.wallNow());
    });
  }

  #update(segmentId: SegmentId, change: string, values: readonly unknown[] = []): void {
    if (!this.#core.segments.update(segmentId, change, values)) throw noSegment(segmentId);
  }
}
