import type { SegmentId } from '@minhbach/shared/units-of-measure';

/**
 * `not-found`: no such segment. `unsafe`: the database cannot be made durable. `corrupt`: the index is damaged and must
 * be made again, which the next opening does. `foreign-spool`, `spool-missing`: another disk than this recorder's is in
 * its place, or none. `no-room`: the disk is full; to be opened again until it is not.
 */
export type SpoolErrorCode =
  | 'not-found'
  | 'not-proven'
  | 'unsafe'
  | 'corrupt'
  | 'wrong-recorder'
  | 'foreign-spool'
  | 'spool-missing'
  | 'no-room'
  | 'newer-schema';

export class SpoolError extends Error {
  readonly code: SpoolErrorCode;

  constructor(code: SpoolErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SpoolError';
    this.code = code;
  }
}

export function noSegment(segmentId: SegmentId): SpoolError {
  return new SpoolError('not-found', `no segment ${segmentId} in the spool`);
}
