import { utcMs, type UtcMs } from '../units-of-measure/index.ts';
import { ObjectStoreError, type RetentionMode } from './object-store.ts';
import { elementText } from './s3-listing.ts';
import type { S3Calls } from './s3-object-facts.ts';
import { md5Base64 } from './s3-request-parts.ts';
import { S3Failure } from './s3-transport.ts';

export interface HeldVersion {
  readonly mode: RetentionMode;
  readonly until: UtcMs;
}

/**
 * What must be set so that a version is held until then; `undefined`: it is already. The mode in which it is held stays: Ceph
 * changes neither to the other for who has no right to lift it, whatever the date.
 */
export function holdToSet(asked: HeldVersion, held: HeldVersion | undefined): HeldVersion | undefined {
  if (held === undefined) return asked;
  return held.until >= asked.until ? undefined : { mode: held.mode, until: asked.until };
}

/**
 * Sets the date until which this version is held; in compliance mode nobody can take it back. Only for a bucket that
 * says that it locks: a store that does not know `?retention` may take the request's body for the object's.
 */
export async function setRetention(
  calls: S3Calls,
  of: HeldVersion & { readonly key: string; readonly versionId: string | undefined },
  signal: AbortSignal,
): Promise<void> {
  const date = new Date(of.until).toISOString();
  const body = Buffer.from(
    `<Retention><Mode>${of.mode.toUpperCase()}</Mode><RetainUntilDate>${date}</RetainUntilDate></Retention>`,
  );
  await calls.text(`retain ${of.key}`, signal, {
    method: 'PUT',
    key: of.key,
    query: { retention: '', versionId: of.versionId },
    headers: { 'content-md5': md5Base64(body) },
    body,
  });
}

/** How this version is held; `undefined` when it is not. */
export async function heldVersion(
  calls: S3Calls,
  key: string,
  versionId: string,
  signal: AbortSignal,
): Promise<HeldVersion | undefined> {
  try {
    const ask = { method: 'GET', key, query: { retention: '', versionId } } as const;
    const answer = await calls.text(`read retention of ${key}`, signal, ask);
    // The store writes nanoseconds, which `Date.parse` takes.
    const until = Date.parse(elementText(answer, 'RetainUntilDate') ?? '');
    const mode = modes.get(elementText(answer, 'Mode') ?? '');
    return mode === undefined || Number.isNaN(until) ? undefined : { mode, until: utcMs(until) };
  } catch (error) {
    if (saysNotRetained(error)) return undefined;
    throw error;
  }
}

const modes = new Map<string, RetentionMode>([
  ['COMPLIANCE', 'compliance'],
  ['GOVERNANCE', 'governance'],
]);

/** AWS and Ceph each have a name for an object in a locked bucket that is not retained. */
function saysNotRetained(error: unknown): boolean {
  return (
    error instanceof ObjectStoreError &&
    error.cause instanceof S3Failure &&
    ['NoSuchObjectLockConfiguration', 'ObjectLockConfigurationNotFoundError'].includes(error.cause.s3Code)
  );
}
