import { createHash } from 'node:crypto';
import { sha256HexSchema, type Sha256Hex } from '../units-of-measure/index.ts';
import { sha256OfStream } from './body-digest.ts';
import { boundedCall } from './bounded-call.ts';
import type { ObjectStore, Pace, StoredObject } from './object-store.ts';

export interface ReadBackOptions {
  readonly signal: AbortSignal;
  readonly deadlineMs?: number | undefined;
  readonly pace?: Pace | undefined;
  /** What is longer than this is not read to its end; the answer's size then says that it is longer. */
  readonly atMostBytes?: number | undefined;
}

/**
 * Fetches exactly this version of the object in full and hashes what arrives: the only thing that makes an object
 * *proven* (a 200, an ETag or metadata read back prove nothing).
 * Rejects with `ObjectStoreError` when the object could not be fetched whole; that disproves nothing either.
 */
export async function readBackSha256(
  store: Pick<ObjectStore, 'get' | 'scan'>,
  object: Pick<StoredObject, 'key' | 'versionId'>,
  { signal: caller, deadlineMs = 300_000, pace, atMostBytes }: ReadBackOptions,
): Promise<{ readonly sha256: Sha256Hex; readonly sizeBytes: number }> {
  const { key, versionId } = object;
  return boundedCall({ what: `read back ${key}`, signal: caller, deadlineMs }, async (signal) => {
    // Whoever must not be read from fast has no use for reading at less cost.
    if (store.scan !== undefined && pace === undefined) {
      const hash = createHash('sha256');
      let sizeBytes = 0;
      const look = (piece: Buffer): boolean => {
        hash.update(piece);
        sizeBytes += piece.length;
        return sizeBytes <= (atMostBytes ?? Number.POSITIVE_INFINITY);
      };
      await store.scan(key, { versionId, signal, look });
      return { sha256: sha256HexSchema.parse(hash.digest('hex')), sizeBytes };
    }
    const after = pace && ((bytes: number) => pace.take(bytes, signal));
    return sha256OfStream(await store.get(key, { versionId, signal }), { after, atMostBytes });
  });
}
