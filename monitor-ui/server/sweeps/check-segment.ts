import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { fragmentsRoot } from '@minhbach/shared/ledger';
import { wholePieces } from '@minhbach/shared/media';
import { ObjectStoreError, type ObjectStore } from '@minhbach/shared/object-store';
import type { SegmentSealed } from '@minhbach/shared/protocol';
import type { RecorderId, SegmentId } from '@minhbach/shared/units-of-measure';
import { FfmpegError, FootageUnavailableError } from '../playback/index.ts';
import { differences, type CatalogueRows } from './catalogue-rows.ts';
import { decodeFootage } from './decode-footage.ts';

/** What was wrong with a segment, or what kept it from being looked at (`away`, `lost`). */
export type SweepFault =
  | 'row-missing'
  | 'row-altered'
  | 'object-missing'
  | 'object-altered'
  | 'fragments-altered'
  | 'undecodable'
  | 'away'
  | 'lost';

export type SweepFinding =
  | { readonly outcome: 'passed'; readonly soundDb?: number | undefined }
  | {
      readonly outcome: 'failed' | 'unavailable';
      readonly fault: SweepFault;
      readonly found: string;
    };

export interface SegmentCheckParts {
  readonly rows: CatalogueRows;
  readonly archive: Pick<ObjectStore, 'get'>;
  /** All bytes of what is not in the archive yet. Rejects with `FootageUnavailableError`. */
  readonly fromRecorder: (segmentId: SegmentId, signal: AbortSignal) => Promise<Readable>;
}

const failed = (fault: SweepFault, found: string): SweepFinding => ({ outcome: 'failed', fault, found });
const unavailable = (fault: SweepFault, found: string): SweepFinding => ({
  outcome: 'unavailable',
  fault,
  found,
});

/**
 * Holds one segment against its entry: the catalogue's row, the bytes wherever they should be, each fragment, and whether
 * picture and sound can be seen and heard. The first thing wrong is the finding. Rejects only when `signal` aborts.
 */
export async function checkSegment(
  parts: SegmentCheckParts,
  recorderId: RecorderId,
  entry: SegmentSealed,
  signal: AbortSignal,
): Promise<SweepFinding> {
  const row = parts.rows.find(entry);
  if (row === undefined) return failed('row-missing', 'the catalogue has no row, and no removal was stated');
  const changed = differences(recorderId, entry, row);
  if (changed.length > 0) return failed('row-altered', `the catalogue differs in ${changed.join(', ')}`);
  if (row.proven === 0 && row.dropped === 1) {
    return unavailable('lost', 'the recorder stated that it lost this before it was archived');
  }
  let bytes: Buffer;
  try {
    const source =
      row.proven === 1
        ? await parts.archive.get(entry.key, { versionId: row.version_id ?? undefined, signal })
        : await parts.fromRecorder(entry.segmentId, signal);
    bytes = await atMost(source, entry.bytes + 1, signal);
  } catch (error) {
    signal.throwIfAborted();
    return notFetched(error);
  }
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (bytes.length !== entry.bytes || sha256 !== entry.sha256) {
    return failed('object-altered', `${bytes.length} bytes with SHA-256 ${sha256}`);
  }
  const pieces = wholePieces(bytes);
  const fragments = pieces?.fragments.map(({ start, end }) => bytes.subarray(start, end)) ?? [];
  const root = fragmentsRoot(bytes.subarray(0, pieces?.initBytes), fragments);
  if (fragments.length !== entry.fragments || root !== entry.fragmentsRoot) {
    return failed('fragments-altered', `${fragments.length} fragments with root ${root}`);
  }
  try {
    return { outcome: 'passed', ...(await decodeFootage(bytes, signal)) };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof FfmpegError)) throw error;
    return failed('undecodable', error.message.slice(0, 300));
  }
}

function notFetched(error: unknown): SweepFinding {
  if (error instanceof ObjectStoreError) {
    if (error.code === 'not-found') return failed('object-missing', 'the archive has no such object');
    if (error.code === 'damaged') return failed('object-altered', error.message.slice(0, 300));
    return unavailable('away', `the archive does not answer: ${error.code}`);
  }
  if (error instanceof FootageUnavailableError) {
    return error.code === 'gone'
      ? failed('object-missing', 'the recorder has no such segment, and did not state a loss')
      : unavailable('away', error.message.slice(0, 300));
  }
  return unavailable('away', (error instanceof Error ? error.message : String(error)).slice(0, 300));
}

/** All of it, or its first `limit` bytes. */
async function atMost(source: Readable, limit: number, signal: AbortSignal): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of source as AsyncIterable<Buffer>) {
    signal.throwIfAborted();
    parts.push(part);
    length += part.length;
    if (length >= limit) break;
  }
  return Buffer.concat(parts).subarray(0, limit);
}
