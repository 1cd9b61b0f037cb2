import type { TimelineCause } from '@minhbach/shared/protocol';
import type { CaptureId, SegmentId, SourceId, UtcMs } from '@minhbach/shared/units-of-measure';

/** A segment as players need it: sealed, or open and known up to `endUtcMs` and `bytes`. */
export interface FootagePiece {
  readonly segmentId: SegmentId;
  readonly sourceId: SourceId;
  readonly captureId: CaptureId;
  readonly startUtcMs: UtcMs;
  readonly endUtcMs: UtcMs;
  readonly firstTfdt: number;
  readonly timescale: number;
  readonly bytes: number;
  readonly initBytes: number;
  readonly mime: string;
  readonly sealed: boolean;
  /** For `segmentCuts`: where within it a player can begin. Absent when that is not known, and for sound. */
  readonly cuts?: string | undefined;
}

export interface KnownGap {
  readonly fromUtcMs: UtcMs;
  readonly toUtcMs: UtcMs;
  readonly cause: TimelineCause;
}

/**
 * Between two segments of one capture less than this is no gap: the end of one and the start of the next are
 * rounded and corrected (<= 500 ppm) on their own.
 */
export const jointMs = 250;
