import type { Sha256Hex } from '../units-of-measure/index.ts';
import { sha256OfStream } from './body-digest.ts';
import { boundedCall } from './bounded-call.ts';
import type { ObjectStore, StoredObject } from './object-store.ts';

/**
 * Fetches exactly this version of the object in full and hashes what arrives: the only thing that makes an object
 * *proven* (a 200, an ETag or metadata read back prove nothing).
 * Rejects with `ObjectStoreError` when the object could not be fetched whole; that disproves nothing either.
 */
export async function readBackSha256(
  store: ObjectStore,
  object: StoredObject,
  options: { readonly signal: AbortSignal; readonly deadlineMs?: number },
): Promise<{ readonly sha256: Sha256Hex; readonly sizeBytes: number }> {
  const bounds = {
    what: `read back ${object.key}`,
    signal: options.signal,
    deadlineMs: options.deadlineMs ?? 300_000,
  };
  return boundedCall(bounds, async (signal) =>
    sha256OfStream(await store.get(object.key, { versionId: object.versionId, signal })),
  );
}
