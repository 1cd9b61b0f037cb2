import type { Logger } from 'pino';
import { errnoOf } from '@minhbach/shared/file-operations';
import {
  lockedUntil,
  ObjectStoreError,
  type ObjectStore,
  type Pace,
  type PutOptions,
  type RetentionMode,
  type StoredObject,
} from '@minhbach/shared/object-store';
import type { SourceId } from '@minhbach/shared/units-of-measure';
import { hashOfFile, type Spool, type SpooledSegment } from '../spool/index.ts';
import type { FileBytes } from './file-bytes.ts';
import type { Prover } from './prover.ts';

export type UploadSpool = Pick<Spool, 'markUploading' | 'markUploaded' | 'markProven'>;

export interface ArchiveRetention {
  readonly mode: RetentionMode;
  /** From the end of the footage. */
  readonly days: number;
}

export interface UploadParts {
  readonly spool: UploadSpool;
  readonly store: Pick<ObjectStore, 'put' | 'stat' | 'remove'>;
  readonly prover: Prover;
  readonly files: FileBytes;
  readonly logger: Logger;
  /** As it is when a segment is put; none unless given. */
  readonly retention?: ((sourceId: SourceId) => ArchiveRetention | undefined) | undefined;
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

/** The sealed file is gone or has not its bytes any more: sending it again cannot help. */
export class SpoolFileDamaged extends Error {
  constructor(path: string) {
    super(`${path} is no longer what was sealed, and is not archived`);
    this.name = 'SpoolFileDamaged';
  }
}

/**
 * Brings one segment into the archive and proves that it is there: sends it, has exactly that version read back in full
 * and compared. What the journal says is never more than what is so: after a crash nobody assumes too much. Rejects
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
  try {
    await prove(segment, stored, parts, signal);
  } catch (error) {
    // Proof comes later, and of this version. Not said before each proof, which would cost a sync of the disk each time: a
    // run that dies in between looks first what is there.
    spool.markUploaded(segment.segmentId, { versionId: stored.versionId });
    throw error;
  }
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
    if (!(error instanceof ObjectStoreError && error.code === 'exists')) throw error;
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
  { store, files, pace, retention, deadlineMs }: UploadParts,
  more: Pick<PutOptions, 'signal' | 'newVersion'>,
): Promise<StoredObject> {
  const { key, sha256, bytes, path, mime: contentType } = segment;
  try {
    return await files.lend(path, async (body) => {
      more.signal.throwIfAborted();
      if (body.length !== bytes) throw new SpoolFileDamaged(path);
      const bounds = { pace, deadlineMs: deadlineMs(bytes) };
      return store.put(key, body, {
        sha256,
        contentType,
        ...bounds,
        ...lockOf(segment, retention?.(segment.sourceId)),
        ...more,
      });
    });
  } catch (error) {
    // The store checks what arrives against the digest of the seal, so nothing need be hashed before. Ours or the line's?
    const isDoubtful =
      error instanceof ObjectStoreError ? error.code === 'damaged' : errnoOf(error) === 'ENOENT';
    throw isDoubtful && !(await isFileIntact(segment)) ? new SpoolFileDamaged(path) : error;
  }
}

/** Tells damage here from damage there. */
async function isFileIntact({ path, sha256 }: SpooledSegment): Promise<boolean> {
  return (await hashOfFile(path)) === sha256;
}

/** None for footage that is older than it was to be kept: a lock that ends in the past is refused. */
function lockOf(
  { endUtcMs }: SpooledSegment,
  retention: ArchiveRetention | undefined,
): Pick<PutOptions, 'retainUntil' | 'retentionMode'> {
  if (retention === undefined) return {};
  const nowMs = Date.now();
  const retainUntil = lockedUntil({ endUtcMs, nowMs, days: retention.days });
  return retainUntil <= nowMs ? {} : { retainUntil, retentionMode: retention.mode };
}
