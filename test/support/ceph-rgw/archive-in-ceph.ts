import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { objectStoreSettingsSchema, openS3ObjectStore } from '@minhbach/shared/object-store';
import { missingCephPrograms, type CephRgw } from './ceph-rgw.ts';

type S3Store = Awaited<ReturnType<typeof openS3ObjectStore>>;
type S3Settings = Parameters<typeof openS3ObjectStore>[0];

/**
 * True when Ceph RGW can be started here. Without it these tests prove nothing about S3: that is an error where `CI`
 * is set, and said loudly elsewhere.
 */
export function cephIsHere(): boolean {
  const missing = missingCephPrograms();
  if (missing.length === 0) return true;
  const how = 'apt-get install -y --no-install-recommends ceph-mon ceph-osd ceph-common radosgw';
  const sentence = `no real S3 server here (${missing.join(', ')} missing): ${how}`;
  if (process.env['CI'] !== undefined && process.env['CI'] !== '') throw new Error(sentence);
  process.stderr.write(`\n*** SKIPPED: every test against S3: ${sentence}\n\n`);
  return false;
}

export interface ArchiveInCeph {
  readonly store: S3Store;
  readonly settings: S3Settings;
  close(): Promise<void>;
}

/** A store on a bucket of its own, probed. `changes` to the settings come last; they may well be wrong ones. */
export async function archiveInCeph(
  rgw: CephRgw,
  options: {
    readonly lock?: boolean;
    readonly changes?: Partial<S3Settings>;
    readonly secretKey?: string;
    /** `bucket`: made, but not probed. */
    readonly prepared?: boolean | 'bucket';
  } = {},
): Promise<ArchiveInCeph> {
  const directory = await mkdtemp(join(tmpdir(), 'minhbach-s3-'));
  const secretKeyFile = join(directory, 'secret');
  await writeFile(secretKeyFile, `${options.secretKey ?? rgw.secretKey}\n`, { mode: 0o600 });
  const settings = objectStoreSettingsSchema.parse({
    type: 's3',
    endpoint: rgw.endpoint,
    bucket: `archive-${Math.random().toString(36).slice(2, 10)}`,
    accessKey: rgw.accessKey,
    secretKeyFile,
    ...options.changes,
  });
  if (settings.type !== 's3') throw new Error('unreachable');
  const store = await openS3ObjectStore(settings);
  const signal = AbortSignal.timeout(60_000);
  if (options.prepared !== false) {
    // Not over the line under test, and in its own time: after a restart the gateway makes its pools first.
    const maker = await openS3ObjectStore({
      ...settings,
      endpoint: rgw.endpoint,
      idleTimeoutMs: 30_000,
      requestDeadlineMs: 60_000,
    });
    await maker.createBucket({ lock: options.lock ?? false, signal });
    await maker.close();
  }
  if (options.prepared !== false && options.prepared !== 'bucket') await store.probe({ signal });
  return {
    store,
    settings,
    close: async () => {
      await store.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
