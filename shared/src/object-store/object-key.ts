import type { RecorderId, SegmentId, SourceId, UtcMs } from '../units-of-measure/index.ts';

/**
 * Where a segment lies in the archive: `r/{recorder}/s/{source}/{yyyy}/{mm}/{dd}/{hh}/{startUtcMs}-{segment}.mp4`,
 * all in UTC, so that a listing by prefix walks one source hour by hour.
 */
export function segmentObjectKey(of: {
  readonly recorderId: RecorderId;
  readonly sourceId: SourceId;
  readonly segmentId: SegmentId;
  readonly startUtcMs: UtcMs;
}): string {
  const [date = '', time = ''] = new Date(of.startUtcMs).toISOString().split('T');
  const hour = `${date.replaceAll('-', '/')}/${time.slice(0, 2)}`;
  return `r/${of.recorderId}/s/${of.sourceId}/${hour}/${of.startUtcMs}-${of.segmentId}.mp4`;
}
