import { randomUUID } from 'node:crypto';
import { utcMs } from '../units-of-measure/index.ts';
import { ObjectStoreError, type LockFault, type StoredObject, type StoreProbe } from './object-store.ts';
import { elementText } from './s3-listing.ts';
import type { S3ProbeTarget } from './s3-probe-target.ts';
import { S3Failure } from './s3-transport.ts';

const prefix = 'probe/';
const lockMs = 60_000;
const alarmingSkewMs = 60_000;
const oldProbesTidied = 50;
/** Younger ones may belong to another recorder's probe that is under way. */
const leftoverAgeMs = 600_000;

/** What a lying store is told of, for people. */
const lockFaultSentences: Readonly<Record<LockFault, string>> = {
  'ignores-locks':
    'the store answers ?object-lock with something else: it ignores locks and would overwrite objects',
  'overwrites-on-retention':
    'the bucket says it locks, but the store overwrote the object with the lock request',
  'changes-locked-version': 'the bucket says it locks, but the store changed the locked version',
  'deletes-locked': 'the bucket says it locks, but the store deleted a locked version',
  'loses-locked': 'the bucket says it locks, but the store lost a locked version while refusing to delete it',
  'refuses-to-lock': 'the bucket says it locks, but the store refuses to lock an object',
};

interface LockSeen {
  readonly lock: StoreProbe['lock'];
  readonly lockFault?: LockFault;
  readonly locksNeedMd5?: boolean;
}

/**
 * Finds out by trying what the store really does; a 200 is believed nowhere. Rejects when it cannot even store, read
 * and list. Writes at most five tiny objects; one of them stays for a minute where locks are enforced, all of them
 * where the access key may not delete.
 */
export async function probeS3(target: S3ProbeTarget): Promise<StoreProbe & { locksNeedMd5: boolean }> {
  const remarks: string[] = [];
  const old: StoredObject[] = [];
  for await (const object of target.list(prefix)) {
    if (madeAtMs(object.key) > Date.now() - leftoverAgeMs) break;
    if (old.push(object) >= oldProbesTidied) break;
  }
  const plain = await storeAndReadBack(target);
  const versioning = await readsEnabled(target, 'versioning', 'Status', remarks);
  const createOnly = await triesCreateOnly(target);
  const multipart = await triesParts(target);
  const mayRemove = await removes(target, plain);
  if (!mayRemove) {
    remarks.push(
      'this access key may not delete: as it should be for a recorder; let the bucket expire probe/',
    );
  }
  const { locksNeedMd5 = true, ...lock } = await probeLock(target, mayRemove, remarks);
  const clockSkewMs = target.clockSkewMs();
  if (clockSkewMs !== undefined && Math.abs(clockSkewMs) > alarmingSkewMs) {
    remarks.push(`the store's clock differs by ${Math.round(clockSkewMs / 1000)} s: set both by NTP`);
  }
  if (mayRemove) await tidy(target, old);
  return { ...lock, createOnly, versioning, multipart, mayRemove, clockSkewMs, remarks, locksNeedMd5 };
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

/** When the probe that wrote this key ran; long ago for a key that is none of ours. */
function madeAtMs(key: string): number {
  return Number(/^probe\/(\d{13})-/.exec(key)?.[1] ?? 0);
}

async function triesParts(target: S3ProbeTarget): Promise<boolean> {
  const key = newKey('parts');
  try {
    await target.putInParts(key, Buffer.from('in parts'));
    const whole = (await target.read(key, undefined)) === 'in parts';
    const stored = await target.stat(key, undefined);
    if (stored !== undefined) await removes(target, stored);
    return whole;
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
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

async function probeLock(target: S3ProbeTarget, mayRemove: boolean, remarks: string[]): Promise<LockSeen> {
  const noLock = 'the bucket has no object lock: whoever holds the access key can delete footage';
  let configuration: string;
  try {
    configuration = await target.bucketConfiguration('object-lock');
  } catch (error) {
    if (!isRefusal(error)) throw error;
    remarks.push(noLock);
    return { lock: 'none' };
  }
  if (!/<ObjectLockConfiguration[\s>]/.test(configuration)) {
    // OpenStack Swift: it does not know the sub-resource, and would take a later `?retention` for the object itself.
    remarks.push(lockFaultSentences['ignores-locks']);
    return { lock: 'unsafe', lockFault: 'ignores-locks' };
  }
  if (elementText(configuration, 'ObjectLockEnabled') !== 'Enabled') {
    remarks.push(noLock);
    return { lock: 'none' };
  }
  const seen = await triesToBreakLock(target, remarks);
  if (seen.lockFault !== undefined) remarks.push(`${lockFaultSentences[seen.lockFault]}: do not rely on it`);
  if (seen.lock === 'enforced' && !mayRemove) {
    remarks.push(
      'the store took the lock and did not delete, but this key may delete nothing: only check-store with a key that may shows that the lock is why',
    );
  }
  return seen;
}

/** Goes through what we do in earnest: lock in the put, extend by `?retention`, then try to destroy. */
async function triesToBreakLock(target: S3ProbeTarget, remarks: string[]): Promise<LockSeen> {
  const unsafe = (lockFault: LockFault): LockSeen => ({ lock: 'unsafe', lockFault });
  const body = `locked ${randomUUID()}`;
  const serverNowMs = Date.now() + (target.clockSkewMs() ?? 0);
  const key = newKey('lock');
  const until = utcMs(serverNowMs + lockMs);
  let stored: StoredObject;
  let locksNeedMd5 = false;
  try {
    stored = await target.putLocked(key, Buffer.from(body), until, false);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    locksNeedMd5 = true;
    try {
      stored = await target.putLocked(key, Buffer.from(body), until, true);
    } catch (again) {
      if (!isRefusal(again)) throw again;
      if (isForbidden(again)) {
        remarks.push('this access key may not put with an object lock: give it s3:PutObjectRetention');
        return { lock: 'none' };
      }
      remarks.push(`the lock was refused: ${again.message}`);
      return unsafe('refuses-to-lock');
    }
  }
  try {
    await target.extendRetention(key, stored.versionId, utcMs(until + 5_000));
  } catch (error) {
    if (!isRefusal(error)) throw error;
    remarks.push(`a lock cannot be made longer with this key (${error.message})`);
  }
  if ((await target.read(key, undefined)) !== body) return unsafe('overwrites-on-retention');
  if ((await target.read(key, stored.versionId)) !== body) return unsafe('changes-locked-version');
  if (await removes(target, stored)) return unsafe('deletes-locked');
  if ((await target.stat(key, stored.versionId)) === undefined) return unsafe('loses-locked');
  return { lock: 'enforced', locksNeedMd5 };
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

/** It is the key that may not; of the store it says nothing. */
function isForbidden({ cause }: ObjectStoreError): boolean {
  return cause instanceof S3Failure && cause.status === 403;
}

/** The store answered, and said no: as opposed to not answering, or breaking. */
function isRefusal(error: unknown): error is ObjectStoreError {
  return (
    error instanceof ObjectStoreError &&
    ['refused', 'exists', 'not-found', 'lock-not-enforced', 'bad-key'].includes(error.code)
  );
}
