import { ObjectStoreError, readBackSha256, type ObjectStore } from '@minhbach/shared/object-store';
import type { Disagreement } from './disagreement.ts';
import type { SegmentRow } from './spool-reader.ts';

/** The object of a proven segment, that very version: fetched in full and hashed. Throws what keeps us from looking. */
export async function checkObject(
  row: SegmentRow,
  store: ObjectStore,
  signal: AbortSignal,
): Promise<Disagreement[]> {
  const about = {
    sourceId: row.sourceId,
    span: { fromUtcMs: row.startUtcMs, toUtcMs: row.endUtcMs },
    where: row.versionId === null ? row.key : `${row.key} (version ${row.versionId})`,
    expected: `SHA-256 ${row.sha256}`,
  };
  const object = await store.stat(row.key, { versionId: row.versionId ?? undefined, signal });
  if (object === undefined) return [{ ...about, code: 'object-missing', found: 'no object' }];
  try {
    const { sha256 } = await readBackSha256(store, object, { signal });
    return sha256 === row.sha256 ? [] : [{ ...about, code: 'object-altered', found: `SHA-256 ${sha256}` }];
  } catch (error) {
    if (!(error instanceof ObjectStoreError) || error.code !== 'damaged') throw error;
    return [{ ...about, code: 'object-altered', found: error.message }];
  }
}
