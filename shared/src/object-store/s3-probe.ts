import { randomUUID } from 'node:crypto';
import { utcMs, type UtcMs } from '../units-of-measure/index.ts';
import { ObjectStoreError, type StoredObject, type StoreProbe } from './object-store.ts';
import { elementText } from './s3-listing.ts';

/** The calls a probe needs, each on a key of its own under `probe/`. All reject with `ObjectStoreError`. */
export interface S3ProbeTarget {
  list(prefix: string): AsyncIterable<StoredObject>;
  put(key: string, body: Buffer, headers: Readonly<Record<string, string>>): Promise<StoredObject>;
  putLocked(key: string, body: Buffer, until: UtcMs): Promise<StoredObject>;
  extendRetention(key: string, versionId: string | undefined, until: UtcMs): Promise<void>;
  read(key: string, versionId: string | undefined): Promise<string>;
  stat(key: string, versionId: string | undefined): Promise<StoredObject | undefined>;
  remove(key: string, versionId: string | undefined): Promise<void>;
  bucketConfiguration(name: 'object-lock' | 'versioning'): Promise<string>;
  clockSkewMs(): number | undefined;
}

const prefix = 'probe/';
const lockMs = 60_000;
const alarmingSkewMs = 60_000;
const oldProbesTidied = 50;

/**
 * Finds out by trying what the store really does; a 200 is believed nowhere. Rejects when it cannot even store, read
 * and list. Writes at most four tiny objects; one of them stays for a minute where locks are enforced.
 */
export async function probeS3(target: S3ProbeTarget): Promise<StoreProbe> {
  const remarks: string[] = [];
  const old: StoredObject[] = [];
  for await (const object of target.list(prefix)) {
    if (old.push(object) >= oldProbesTidied) break;
  }
  const plain = await storeAndReadBack(target);
  const versioning = await readsEnabled(target, 'versioning', 'Status', remarks);
  const createOnly = await triesCreateOnly(target);
  const mayRemove = await removes(target, plain);
  if (!mayRemove) remarks.push('this access key may not delete: small objects stay behind under probe/');
  const lock = await probeLock(target, mayRemove, remarks);
  const clockSkewMs = target.clockSkewMs();
  if (clockSkewMs !== undefined && Math.abs(clockSkewMs) > alarmingSkewMs) {
    remarks.push(`the store's clock differs by ${Math.round(clockSkewMs / 1000)} s: set both by NTP`);
  }
  if (mayRemove) await tidy(target, old);
  return { lock, createOnly, versioning, clockSkewMs, remarks };
}

function newKey(what: string): string {
  return `${prefix}${Date.now()}-${what}-${randomUUID().slice(0, 8)}`;
}

async function storeAndReadBack(target: S3ProbeTarget): Promise<StoredObject> {
  const body = `probe ${randomUUID()}`;
  const stored = await target.put(newKey('plain'), Buffer.from(body), {});
  if ((await target.read(stored.key, stored.versionId)) !== body) {
    throw new ObjectStoreError('damaged', 'probe: the store gave back other bytes than it was given', {
      retryable: true,
      hint: 'do not use this store',
    });
  }
  return stored;
}

async function triesCreateOnly(target: S3ProbeTarget): Promise<boolean> {
  const key = newKey('once');
  const once = { 'if-none-match': '*' };
  let first: StoredObject;
  try {
    first = await target.put(key, Buffer.from('first'), once);
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
  let second: StoredObject | undefined;
  try {
    second = await target.put(key, Buffer.from('second'), once);
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
  const kept = second === undefined && (await target.read(key, undefined)) === 'first';
  await removes(target, first);
  if (second?.versionId !== undefined) await removes(target, second);
  return kept;
}

async function probeLock(
  target: S3ProbeTarget,
  mayRemove: boolean,
  remarks: string[],
): Promise<StoreProbe['lock']> {
  let configuration: string;
  try {
    configuration = await target.bucketConfiguration('object-lock');
  } catch (error) {
    if (!isRefusal(error)) throw error;
    remarks.push('the bucket has no object lock: whoever holds the access key can delete footage');
    return 'none';
  }
  if (!/<ObjectLockConfiguration[\s>]/.test(configuration)) {
    // OpenStack Swift: it does not know the sub-resource, and would take a later `?retention` for the object itself.
    remarks.push(
      'the store answers ?object-lock with something else: it ignores locks and would overwrite objects',
    );
    return 'unsafe';
  }
  if (elementText(configuration, 'ObjectLockEnabled') !== 'Enabled') {
    remarks.push('the bucket has no object lock: whoever holds the access key can delete footage');
    return 'none';
  }
  if (!mayRemove) {
    remarks.push('the bucket says it locks, but only an access key that may delete can show that it does');
    return 'none';
  }
  const fault = await findLockFault(target);
  if (fault === undefined) return 'enforced';
  remarks.push(`the bucket says it locks, but ${fault}: it must not be relied on`);
  return 'unsafe';
}

/** Goes through what we do in earnest: lock in the put, extend by `?retention`, then try to destroy. */
async function findLockFault(target: S3ProbeTarget): Promise<string | undefined> {
  const body = `locked ${randomUUID()}`;
  const serverNowMs = Date.now() + (target.clockSkewMs() ?? 0);
  const key = newKey('lock');
  let stored: StoredObject;
  try {
    stored = await target.putLocked(key, Buffer.from(body), utcMs(serverNowMs + lockMs));
    await target.extendRetention(key, stored.versionId, utcMs(serverNowMs + lockMs + 5_000));
  } catch (error) {
    if (isRefusal(error)) return `refuses to lock an object (${error.message})`;
    throw error;
  }
  if ((await target.read(key, undefined)) !== body) return 'overwrote the object with the lock request';
  if ((await target.read(key, stored.versionId)) !== body) return 'changed the locked version';
  if (await removes(target, stored)) return 'deleted a locked version';
  if ((await target.stat(key, stored.versionId)) === undefined)
    return 'lost a locked version while refusing to delete it';
  return undefined;
}

async function readsEnabled(
  target: S3ProbeTarget,
  name: 'versioning',
  element: string,
  remarks: string[],
): Promise<boolean> {
  try {
    return elementText(await target.bucketConfiguration(name), element) === 'Enabled';
  } catch (error) {
    if (!isRefusal(error)) throw error;
    remarks.push(`the store does not tell whether it keeps versions (${error.message})`);
    return false;
  }
}

/** `false` when the store refuses. */
async function removes(target: S3ProbeTarget, object: StoredObject): Promise<boolean> {
  try {
    await target.remove(object.key, object.versionId);
    return true;
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
}

/** Locked objects of earlier probes, whose minute is over. A listing names no versions. */
async function tidy(target: S3ProbeTarget, old: readonly StoredObject[]): Promise<void> {
  for (const { key } of old) {
    const current = await target.stat(key, undefined);
    if (current !== undefined) await removes(target, current);
  }
}

/** The store answered, and said no: as opposed to not answering, or breaking. */
function isRefusal(error: unknown): error is ObjectStoreError {
  return (
    error instanceof ObjectStoreError &&
    ['refused', 'exists', 'not-found', 'lock-not-enforced', 'bad-key'].includes(error.code)
  );
}
