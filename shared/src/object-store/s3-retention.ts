import type { UtcMs } from '../units-of-measure/index.ts';
import { ObjectStoreError } from './object-store.ts';
import { elementText } from './s3-listing.ts';
import type { S3Calls } from './s3-object-facts.ts';
import { md5Base64 } from './s3-request-parts.ts';
import { S3Failure } from './s3-transport.ts';

/**
 * Sets the date until which this version is held, in COMPLIANCE mode: nobody can take it back. Only for a bucket that
 * says that it locks: a store that does not know `?retention` may take the request's body for the object's.
 */
export async function setRetention(
  calls: S3Calls,
  of: { readonly key: string; readonly versionId: string | undefined; readonly until: UtcMs },
  signal: AbortSignal,
): Promise<void> {
  const date = new Date(of.until).toISOString();
  const body = Buffer.from(
    `<Retention><Mode>COMPLIANCE</Mode><RetainUntilDate>${date}</RetainUntilDate></Retention>`,
  );
  await calls.text(`retain ${of.key}`, signal, {
    method: 'PUT',
    key: of.key,
    query: { retention: '', versionId: of.versionId },
    headers: { 'content-md5': md5Base64(body) },
    body,
  });
}

/** Until when this version is held in COMPLIANCE mode, in milliseconds; `undefined` when it is not. */
export async function heldUntilMs(
  calls: S3Calls,
  key: string,
  versionId: string,
  signal: AbortSignal,
): Promise<number | undefined> {
  try {
    const ask = { method: 'GET', key, query: { retention: '', versionId } } as const;
    const answer = await calls.text(`read retention of ${key}`, signal, ask);
    // The store writes nanoseconds, which `Date.parse` takes.
    const until = Date.parse(elementText(answer, 'RetainUntilDate') ?? '');
    return elementText(answer, 'Mode') === 'COMPLIANCE' && !Number.isNaN(until) ? until : undefined;
  } catch (error) {
    if (saysNotRetained(error)) return undefined;
    throw error;
  }
}

/** AWS and Ceph each have a name for an object in a locked bucket that is not retained. */
function saysNotRetained(error: unknown): boolean {
  return (
    error instanceof ObjectStoreError &&
    error.cause instanceof S3Failure &&
    ['NoSuchObjectLockConfiguration', 'ObjectLockConfigurationNotFoundError'].includes(error.cause.s3Code)
  );
}
