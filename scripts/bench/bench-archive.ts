import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  objectStoreSettingsSchema,
  openObjectStore,
  openS3ObjectStore,
  type ObjectStore,
  type ObjectStoreSettings,
} from '@minhbach/shared/object-store';
import { CephRgw } from '../ceph-rgw/ceph-rgw.ts';

/** An archive a bench can switch off and on again. */
export interface BenchArchive {
  readonly name: string;
  readonly settings: ObjectStoreSettings;
  readonly store: ObjectStore;
  switchOff(): Promise<void>;
  switchOn(): Promise<void>;
  close(): Promise<void>;
}

/** A directory; switched off by moving it away, as when its disk is gone. */
export async function directoryArchive(): Promise<BenchArchive> {
  const parent = await mkdtemp(join(tmpdir(), 'minh-bach-archive-'));
  const path = join(parent, 'archive');
  await mkdir(path);
  const settings = { type: 'directory', path } as const;
  return {
    name: 'directory',
    settings,
    store: await openObjectStore(settings),
    switchOff: () => rename(path, `${path}-away`),
    switchOn: () => rename(`${path}-away`, path),
    close: () => rm(parent, { recursive: true, force: true }),
  };
}

/** Ceph RGW with a bucket of its own; switched off by kill -9. */
export async function cephArchive(of: { readonly lock: boolean }): Promise<BenchArchive> {
  const rgw = await CephRgw.start();
  const parent = await mkdtemp(join(tmpdir(), 'minh-bach-archive-'));
  const secretKeyFile = join(parent, 'secret');
  await writeFile(secretKeyFile, rgw.secretKey, { mode: 0o600 });
  const settings = objectStoreSettingsSchema.parse({
    type: 's3',
    endpoint: rgw.endpoint,
    bucket: 'bench',
    accessKey: rgw.accessKey,
    secretKeyFile,
    ...(of.lock ? { retention: { mode: 'governance', days: 1 } } : {}),
  });
  if (settings.type !== 's3') throw new Error('unreachable');
  const store = await openS3ObjectStore(settings);
  await store.createBucket({ lock: of.lock, signal: AbortSignal.timeout(60_000) });
  return {
    name: of.lock ? 'Ceph RGW, objects locked' : 'Ceph RGW',
    settings,
    store,
    switchOff: () => rgw.killGateway(),
    switchOn: () => rgw.startGateway(),
    close: async () => {
      await store.close();
      await rgw.stop();
      await rm(parent, { recursive: true, force: true });
    },
  };
}

/** Objects under `prefix` that hold anything. */
export async function countObjects(store: ObjectStore, prefix: string): Promise<number> {
  let count = 0;
  for await (const object of store.list(prefix, { signal: AbortSignal.timeout(60_000) })) {
    count += Number(object.sizeBytes > 0);
  }
  return count;
}
