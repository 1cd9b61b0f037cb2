import { readFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import {
  ObjectStoreError,
  type ObjectStore,
  type Pace,
  type PutOptions,
  type RetentionMode,
  type StoredObject,
} from '@minhbach/shared/object-store';
import { utcMs } from '@minhbach/shared/units-of-measure';
import type { Spool, SpooledSegment } from '../spool/index.ts';
import { isFileIntact, type Prover } from './prover.ts';

export type UploadSpool = Pick<Spool, 'markUploading' | 'markUploaded' | 'markProven'>;

export interface ArchiveRetention {
  readonly mode: RetentionMode;
  /** From the end of the footage. */
  readonly durationMs: number;
}

export interface UploadParts {
  readonly spool: UploadSpool;
  readonly store: Pick<ObjectStore, 'put' | 'stat' | 'remove'>;
  readonly prover: Prover;
  readonly logger: Logger;
  readonly retention?: ArchiveRetention | undefined;
  readonly pace?: Pace | undefined;
  readonly deadlineMs: (sizeBytes: number) => number;
}

/** What the archive has is not what was sent. The segment stays in the spool and is sent again. */
export class NotProven extends Error {
  constructor(key: string, message: string) {
    super(`${key}: ${message}`);
    this.name = 'NotProven';
  }
}

/** The sealed file has not its bytes any more: sending it again cannot help. */
export class SpoolFileDamaged extends Error {
  constructor(path: string) {
    super(`${path} no longer has the bytes it was sealed with; it stays, and is not archived`);
    this.name = 'SpoolFileDamaged';
  }
}

/**
 * Brings one segment into the archive and proves that it is there: sends it, has exactly that version read back in full
 * and compared. Marks each step in the journal before the next, so that after a crash nobody assumes too much. Rejects
 * with what went wrong; nothing has left the spool then.
 */
export async function uploadSegment(
  segment: SpooledSegment,
  parts: UploadParts,
  signal: AbortSignal,
): Promise<void> {
  const { spool, store, prover } = parts;
  if (segment.uploadState === 'uploaded') {
    const stored = { key: segment.key, sizeBytes: segment.bytes, versionId: segment.versionId };
    return prove(segment, stored, parts, signal);
  }
  spool.markUploading(segment.segmentId);
  // An attempt that was cut off may have arrived all the same: nothing is to be there twice.
  const there = segment.attempts > 0 ? await store.stat(segment.key, { signal }) : undefined;
  if (there?.sizeBytes === segment.bytes) {
    const found = await prover.prove(segment, there, signal);
    if (found.verdict === 'proven') {
      return spool.markProven(segment.segmentId, { versionId: there.versionId, receipt: found.receipt });
    }
  }
  const stored = await (there === undefined ? putNew : putOver)(segment, parts, signal);
  spool.markUploaded(segment.segmentId, { versionId: stored.versionId });
  return prove(segment, stored, parts, signal);
}

async function prove(
  segment: SpooledSegment,
  stored: StoredObject,
  { spool, prover }: UploadParts,
  signal: AbortSignal,
): Promise<void> {
  const found = await prover.prove(segment, stored, signal);
  switch (found.verdict) {
    case 'proven':
      return spool.markProven(segment.segmentId, { versionId: stored.versionId, receipt: found.receipt });
    case 'different':
      if (!(await isFileIntact(segment))) throw new SpoolFileDamaged(segment.path);
      throw new NotProven(segment.key, found.message);
  }
}

async function putNew(
  segment: SpooledSegment,
  parts: UploadParts,
  signal: AbortSignal,
): Promise<StoredObject> {
  try {
    return await put(segment, parts, { signal });
  } catch (error) {
    if (!(error instanceof ObjectStoreError)) throw error;
    if (error.code === 'damaged' && !(await isFileIntact(segment))) throw new SpoolFileDamaged(segment.path);
    if (error.code !== 'exists') throw error;
  }
  return putOver(segment, parts, signal);
}

/** The key carries this segment's own id: what lies there instead was damaged or put there by somebody. */
async function putOver(
  segment: SpooledSegment,
  parts: UploadParts,
  signal: AbortSignal,
): Promise<StoredObject> {
  const { key } = segment;
  const { store, logger } = parts;
  logger.error({ key }, 'other bytes lie in the archive where a segment belongs; they are replaced');
  try {
    return await put(segment, parts, { signal, newVersion: true });
  } catch (error) {
    if (!(error instanceof ObjectStoreError && error.code === 'exists')) throw error;
  }
  // No versions are kept there: this takes a right to delete that is not needed otherwise.
  if ((await store.remove(key, { signal })) === 'held') {
    throw new NotProven(key, 'other bytes lie under this key and the archive holds on to them');
  }
  return put(segment, parts, { signal });
}

async function put(
  segment: SpooledSegment,
  { store, pace, retention, deadlineMs }: UploadParts,
  more: Pick<PutOptions, 'signal' | 'newVersion'>,
): Promise<StoredObject> {
  const { key, sha256, mime: contentType } = segment;
  const body = await readFile(segment.path);
  more.signal.throwIfAborted();
  const bounds = { pace, deadlineMs: deadlineMs(body.length) };
  return store.put(key, body, { sha256, contentType, ...bounds, ...lockOf(segment, retention), ...more });
}

/** None for footage that is older than it was to be kept: a lock that ends in the past is refused. */
function lockOf(
  { endUtcMs }: SpooledSegment,
  retention: ArchiveRetention | undefined,
): Pick<PutOptions, 'retainUntil' | 'retentionMode'> {
  if (retention === undefined) return {};
  const retainUntil = utcMs(endUtcMs + retention.durationMs);
  return retainUntil <= Date.now() ? {} : { retainUntil, retentionMode: retention.mode };
}
