import type { ObjectStoreSettings } from './object-store-settings.ts';
import { ObjectStoreError, type StoreProbe } from './object-store.ts';

/**
 * Why no footage may be stored in what the probe saw, or `undefined`: a store that lies about locks is refused whatever
 * is asked of it, one that does not lock where `archive.retention` asks for it. The sentence says how to mend it.
 */
export function archiveRefusal(
  { lock, lockFault, remarks }: StoreProbe,
  retention: ObjectStoreSettings['retention'],
): ObjectStoreError | undefined {
  const refuse = (message: string, hint: string): ObjectStoreError =>
    new ObjectStoreError('lock-not-enforced', `${message}: ${hint}`, { retryable: true, hint });
  if (lock === 'unsafe') {
    return refuse(
      `the archive is refused (${lockFault ?? 'unsafe'}), because this store lies about locks`,
      'use another store',
    );
  }
  if (retention === undefined || retention.mode === 'none' || lock === 'enforced') return undefined;
  const why = remarks.find((remark) => remark.includes('object lock')) ?? 'the store has none';
  return refuse(
    `archive.retention asks for locks, but ${why}`,
    why.startsWith('this access key')
      ? 'or leave archive.retention out'
      : 'make a new bucket by check-store --create, or leave archive.retention out',
  );
}
