import type { IncomingMessage } from 'node:http';
import type { Sha256Hex } from '../units-of-measure/index.ts';
import { ObjectStoreError, type Pace, type StoredObject } from './object-store.ts';
import { elementText } from './s3-listing.ts';
import { versionOf } from './s3-request-parts.ts';
import { S3Failure } from './s3-transport.ts';

export interface S3Request {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  readonly key?: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** Of the body, where it is known already. */
  readonly sha256?: Sha256Hex | undefined;
  readonly pace?: Pace | undefined;
  /** Instead of one by the body's size. */
  readonly deadlineMs?: number | undefined;
}

/** Calls to one bucket, read to their end. They reject with `ObjectStoreError`, whose cause may be an `S3Failure`. */
export interface S3Calls {
  answer(what: string, signal: AbortSignal, request: S3Request): Promise<IncomingMessage>;
  text(what: string, signal: AbortSignal, request: S3Request): Promise<string>;
}

export interface ObjectHead {
  readonly object: StoredObject;
  /** What its writer said of it. */
  readonly sha256: string | undefined;
}

/** `undefined` when there is no such object. */
export async function headObject(
  calls: S3Calls,
  key: string,
  versionId: string | undefined,
  signal: AbortSignal,
): Promise<ObjectHead | undefined> {
  const what = `stat ${key}`;
  const ask = { key, query: { versionId } };
  try {
    const { headers } = await calls.answer(what, signal, { method: 'HEAD', ...ask });
    const sha256 = headers['x-amz-meta-sha256'];
    const object = { key, sizeBytes: Number(headers['content-length']), ...versionOf({ headers }) };
    return { object, sha256: typeof sha256 === 'string' ? sha256 : undefined };
  } catch (error) {
    if (!isUnexplained(error)) throw error;
    // An answer to HEAD has no body, hence no code: one byte by GET tells a missing object from a missing bucket.
    try {
      await calls.text(what, signal, { method: 'GET', ...ask, headers: { range: 'bytes=0-0' } });
    } catch (explained) {
      if (explained instanceof ObjectStoreError && explained.code === 'not-found') return undefined;
      throw explained;
    }
    throw error;
  }
}

/** Whether a lock is why the store refuses to delete this version. `false` also when it does not tell. */
export async function isHeld(
  calls: S3Calls,
  clockSkewMs: number,
  key: string,
  versionId: string,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    // Asked only where the bucket says that it locks: elsewhere unknown sub-resources may mean the object itself.
    const lock = await calls.text('read ?object-lock', signal, {
      method: 'GET',
      query: { 'object-lock': '' },
    });
    if (elementText(lock, 'ObjectLockEnabled') !== 'Enabled') return false;
    const ask = { method: 'GET', key, query: { retention: '', versionId } } as const;
    const until = elementText(await calls.text(`read retention of ${key}`, signal, ask), 'RetainUntilDate');
    return until !== undefined && Date.parse(until) > Date.now() + clockSkewMs;
  } catch (error) {
    if (error instanceof ObjectStoreError && error.cause instanceof S3Failure) return false;
    throw error;
  }
}

function isUnexplained(error: unknown): boolean {
  return error instanceof ObjectStoreError && error.cause instanceof S3Failure && error.cause.s3Code === '';
}
