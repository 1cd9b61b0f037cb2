import { readFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import {
  ObjectStoreError,
  readBackSha256,
  type ObjectStore,
  type StoredObject,
} from '@minhbach/shared/object-store';
import type { Spool, SpooledSegment } from '../spool/index.ts';

export type UploadSpool = Pick<Spool, 'markUploading' | 'markUploaded' | 'markProven'>;

/** What the store gave back is not what was sent. The segment stays in the spool and is sent again. */
export class NotProven extends Error {
  constructor(key: string, message: string) {
    super(`${key}: ${message}`);
    this.name = 'NotProven';
  }
}

/**
 * Brings one segment into the archive and proves that it is there: sends it, reads exactly that version back in full
 * and compares. Marks each step in the journal before the next, so that after a crash nobody assumes too much. Rejects
 * with what went wrong; nothing has left the spool then.
 */
export async function uploadSegment(
  segment: SpooledSegment,
  spool: UploadSpool,
  store: ObjectStore,
  options: { readonly signal: AbortSignal; readonly logger: Logger },
): Promise<void> {
  const { signal } = options;
  if (segment.uploadState === 'uploaded') {
    const stored = { key: segment.key, sizeBytes: segment.bytes, versionId: segment.versionId };
    return prove(segment, stored, spool, store, signal);
  }
  spool.markUploading(segment.segmentId);
  // An attempt that was cut off may have arrived all the same: nothing is to be there twice.
  const there = segment.attempts > 0 ? await store.stat(segment.key, { signal }) : undefined;
  if (there !== undefined && (await holds(store, there, segment, signal))) {
    return spool.markProven(segment.segmentId, { versionId: there.versionId });
  }
  const stored = await putAgainstDamage(segment, store, options);
  spool.markUploaded(segment.segmentId, { versionId: stored.versionId });
  return prove(segment, stored, spool, store, signal);
}

async function prove(
  segment: SpooledSegment,
  stored: StoredObject,
  spool: UploadSpool,
  store: ObjectStore,
  signal: AbortSignal,
): Promise<void> {
  if (!(await holds(store, stored, segment, signal))) {
    throw new NotProven(segment.key, 'the archive gave back other bytes than were sent');
  }
  spool.markProven(segment.segmentId, { versionId: stored.versionId });
}

async function holds(
  store: ObjectStore,
  stored: StoredObject,
  { sha256, bytes }: SpooledSegment,
  signal: AbortSignal,
): Promise<boolean> {
  const found = await readBackSha256(store, stored, { signal });
  return found.sha256 === sha256 && found.sizeBytes === bytes;
}

async function putAgainstDamage(
  segment: SpooledSegment,
  store: ObjectStore,
  { signal, logger }: { readonly signal: AbortSignal; readonly logger: Logger },
): Promise<StoredObject> {
  const { key, sha256 } = segment;
  const body = await readFile(segment.path);
  signal.throwIfAborted();
  const put = async (): Promise<StoredObject> =>
    store.put(key, body, { sha256, contentType: segment.mime, signal });
  try {
    return await put();
  } catch (error) {
    if (!(error instanceof ObjectStoreError) || error.code !== 'exists') throw error;
    // The key carries this segment's own id: what lies there instead was damaged or put there by somebody.
    logger.error({ key }, 'other bytes lie in the archive where a segment belongs; they are replaced');
    if ((await store.remove(key, { signal })) === 'held') {
      throw new NotProven(key, 'other bytes lie under this key and the archive holds on to them');
    }
    return put();
  }
}
