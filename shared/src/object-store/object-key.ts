import type { RecorderId, SegmentId, SourceId, UtcMs } from '../units-of-measure/index.ts';
import { ObjectStoreError } from './object-store.ts';

/** What the key of a segment, or of its small picture, tells of it. */
export interface SegmentOfKey {
  readonly recorderId: RecorderId;
  readonly sourceId: SourceId;
  readonly segmentId: SegmentId;
  readonly startUtcMs: UtcMs;
}

/**
 * Where a segment lies in the archive: `r/{recorder}/s/{source}/{yyyy}/{mm}/{dd}/{hh}/{startUtcMs}-{segment}.mp4`,
 * all in UTC, so that a listing by prefix walks one source hour by hour.
 */
export function segmentObjectKey(of: SegmentOfKey): string {
  return `r/${of.recorderId}/s/${of.sourceId}/${placeInTime(of)}.mp4`;
}

/**
 * Where the small picture of a segment lies: as the segment, under a prefix of its own, so that whoever goes through the
 * footage meets footage only.
 */
export function thumbnailObjectKey(of: SegmentOfKey): string {
  return `${thumbnailPrefix(of)}${placeInTime(of)}.jpg`;
}

/** All small pictures of a source lie under it, in the order of their times. */
export function thumbnailPrefix(of: Pick<SegmentOfKey, 'recorderId' | 'sourceId'>): string {
  return `r/${of.recorderId}/t/${of.sourceId}/`;
}

function placeInTime({ startUtcMs, segmentId }: SegmentOfKey): string {
  const [date = '', time = ''] = new Date(startUtcMs).toISOString().split('T');
  return `${date.replaceAll('-', '/')}/${time.slice(0, 2)}/${startUtcMs}-${segmentId}`;
}

/** Below S3's 1024 bytes, and a segment leaves room for the name of its `.part` in a file name of 255 bytes. */
const maxKeyLength = 900;
const maxSegmentLength = 200;
const allowedSegment = /^[A-Za-z0-9_=-][A-Za-z0-9._=-]*$/;

/**
 * Why `key` cannot be an object's name in every make of store, or `undefined` when it can: segments of
 * `[A-Za-z0-9._=-]` joined by `/`, none empty, none starting with a dot (which rules out `.` and `..` too).
 */
export function objectKeyFault(key: string): string | undefined {
  if (key.length === 0) return 'is empty';
  if (key.length > maxKeyLength) return `is longer than ${maxKeyLength} characters`;
  for (const segment of key.split('/')) {
    if (segment === '') return 'starts or ends with a slash or has two in a row';
    if (segment.startsWith('.')) return 'has a segment that starts with a dot';
    if (segment.length > maxSegmentLength) return `has a segment longer than ${maxSegmentLength} characters`;
    if (!allowedSegment.test(segment)) return 'has characters other than A-Z a-z 0-9 . _ = - and /';
  }
  return undefined;
}

/** Throws `bad-key` unless `key` may name an object. */
export function requireObjectKey(key: string): void {
  const fault = objectKeyFault(key);
  if (fault !== undefined) throw badKey('object key', key, fault);
}

/** Throws `bad-key` unless `prefix` is the beginning of some allowed key (also none at all, or up to a slash). */
export function requireKeyPrefix(prefix: string): void {
  const fault = prefix === '' ? undefined : objectKeyFault(prefix.replace(/\/$/, ''));
  if (fault !== undefined) throw badKey('key prefix', prefix, fault);
}

function badKey(what: string, key: string, fault: string): ObjectStoreError {
  return new ObjectStoreError('bad-key', `the ${what} ${JSON.stringify(key.slice(0, 100))} ${fault}`, {
    retryable: false,
  });
}
