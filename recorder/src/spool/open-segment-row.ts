import type { CaptureId, SegmentId, SourceId, UtcMs } from '@minhbach/shared/units-of-measure';

/** What is known of a segment being written, enough to place it on the wall clock when the process dies. */
export interface OpenSegmentRow {
  readonly segmentId: SegmentId;
  readonly sourceId: SourceId;
  readonly captureId: CaptureId;
  /** Name below `open/`. */
  readonly fileName: string;
  readonly startUtcMs: UtcMs;
  readonly firstTfdt: number;
  readonly timescale: number;
  readonly clockErrorMs: number;
}
