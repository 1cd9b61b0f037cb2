import type { Logger } from 'pino';
import type { Clock } from '@minhbach/shared/clock';
import {
  openObjectStore,
  ObjectStoreError,
  type ObjectStore,
  type ObjectStoreSettings,
} from '@minhbach/shared/object-store';

/**
 * Opens the archive, however long that takes: a disk that is not mounted yet or a secret that cannot be read keeps
 * nobody from recording. `undefined` when `signal` aborted first.
 */
export async function openArchive(
  settings: ObjectStoreSettings,
  options: { readonly clock: Clock; readonly logger: Logger; readonly signal: AbortSignal },
): Promise<ObjectStore | undefined> {
  const { clock, logger, signal } = options;
  for (let pauseMs = 1_000; !signal.aborted; pauseMs = Math.min(30_000, pauseMs * 2)) {
    try {
      return await openObjectStore(settings);
    } catch (error) {
      const hint = error instanceof ObjectStoreError ? error.hint : undefined;
      logger.error({ err: error, hint }, 'the archive cannot be opened; footage stays in the spool');
    }
    await clock.sleep(pauseMs, signal).catch(() => undefined);
  }
  return undefined;
}
