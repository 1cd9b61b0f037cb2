import type { SegmentSealed } from '@minhbach/shared/protocol';
import type { UtcMs } from '@minhbach/shared/units-of-measure';

/**
 * Where a sealed segment stands on its way to the archive. `uploading` found at start means: nobody knows whether the
 * object arrived, look before sending again. Only `proven` may leave the spool.
 */
export type UploadState = 'sealed' | 'uploading' | 'uploaded' | 'proven';

/** A sealed segment and its file in the spool. */
export interface SpooledSegment extends Omit<SegmentSealed, 'seq' | 'at' | 'kind'> {
  /** Absolute path of the sealed file; immutable, its SHA-256 is `sha256`. */
  readonly path: string;
  readonly uploadState: UploadState;
  /** Version id the store gave, once uploaded. */
  readonly versionId?: string;
  /** Uploads begun so far. */
  readonly attempts: number;
  /** Not to be tried before. */
  readonly nextAttemptAt: UtcMs;
}

export type SpooledFile = Pick<SpooledSegment, 'segmentId' | 'path'>;

/** What the segment writer hands over at seal; `fileName` is the name below `sealed/`. */
export interface NewSegment extends Omit<SegmentSealed, 'seq' | 'at' | 'kind' | 'key'> {
  readonly fileName: string;
}
