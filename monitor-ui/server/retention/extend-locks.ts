import { ObjectStoreError, type ObjectStore, type RetentionMode } from '@minhbach/shared/object-store';
import type { UtcMs } from '@minhbach/shared/units-of-measure';
import type { ArchiveLock } from './archive-lock.ts';

/** An archived segment, as rows of the catalogue name it. */
export interface ArchivedVersion {
  readonly segment_id: string;
  readonly object_key: string;
  readonly version_id: string;
}

/** What is to be held, found anew after each batch: what was done is noted, and so goes on after any end. */
export interface LocksToExtend<Version extends ArchivedVersion> {
  /** A batch of what is left to do. */
  readonly next: () => readonly Version[];
  /** `undefined`: no longer worth it. */
  readonly until: (version: Version) => UtcMs | undefined;
  /** To be noted, durable on return. `gone`: that version is not there, which the weekly look and fsck name. */
  readonly done: (version: Version, outcome: 'held' | 'gone', until: UtcMs) => void;
  readonly over?: (version: Version) => void;
  readonly failed?: (version: Version) => void;
  readonly mode?: RetentionMode;
}

/**
 * Makes the archive hold each version until its date, one after the other. `false` where it does not lock. Rejects with
 * what keeps it from the next one.
 */
export async function extendLocks<Version extends ArchivedVersion>(
  archive: { readonly store: ObjectStore; readonly lock: ArchiveLock },
  work: LocksToExtend<Version>,
  signal: AbortSignal,
): Promise<boolean> {
  for (let versions = work.next(); versions.length > 0; versions = work.next()) {
    if (!(await archive.lock.isEnforced(signal))) return false;
    for (const version of versions) {
      signal.throwIfAborted();
      try {
        const until = work.until(version);
        if (until === undefined) work.over?.(version);
        else
          work.done(
            version,
            await hold(archive.store, { ...version, until, mode: work.mode }, signal),
            until,
          );
      } catch (error) {
        if (!signal.aborted) work.failed?.(version);
        throw error;
      }
    }
  }
  return true;
}

async function hold(
  store: ObjectStore,
  of: ArchivedVersion & { readonly until: UtcMs; readonly mode: RetentionMode | undefined },
  signal: AbortSignal,
): Promise<'held' | 'gone'> {
  const { object_key: key, version_id: versionId, until, mode } = of;
  try {
    await store.extendRetention(key, { versionId, until, mode, signal });
    return 'held';
  } catch (error) {
    // The others must still be held.
    if (!(error instanceof ObjectStoreError) || error.code !== 'not-found') throw error;
    return 'gone';
  }
}
