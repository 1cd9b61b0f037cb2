import { mkdir, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DirectoryObjectStore } from './directory-object-store.ts';
import { fileError } from './file-error.ts';
import { errnoOf, makeNamesDurable } from '../file-operations/index.ts';
import type { ObjectStoreSettings } from './object-store-settings.ts';
import { ObjectStoreError, type ObjectStore } from './object-store.ts';
import type { S3ObjectStore } from './s3-object-store.ts';

/**
 * The store that the settings name. Makes a missing archive directory, but not its parents: a missing parent is a
 * mistyped path. Speaks to no server; call `probe()` before relying on locks or create-only.
 */
export async function openObjectStore(settings: ObjectStoreSettings): Promise<ObjectStore> {
  switch (settings.type) {
    case 'directory':
      await makeArchiveDirectory(settings.path);
      return DirectoryObjectStore.open({ path: settings.path });
    case 's3':
      return openS3ObjectStore(settings);
  }
}

/** As `openObjectStore`, for who needs what only S3 has (`createBucket`). */
export async function openS3ObjectStore(
  settings: Extract<ObjectStoreSettings, { type: 's3' }>,
): Promise<S3ObjectStore> {
  const { secretKey, remarks } = await readSecret(settings.secretKeyFile);
  // The SDK takes longer to load than all else a recorder needs to record: only when there is something to say to S3.
  const { S3ObjectStore } = await import('./s3-object-store.ts');
  return new S3ObjectStore({ settings, secretKey, remarks });
}

async function makeArchiveDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, 0o750);
    await makeNamesDurable(dirname(path));
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw fileError(`make the archive directory ${path}`, error);
  }
}

async function readSecret(path: string): Promise<{ secretKey: string; remarks: readonly string[] }> {
  let secretKey: string;
  let mode: number;
  try {
    secretKey = (await readFile(path, 'utf8')).trim();
    mode = (await stat(path)).mode & 0o777;
  } catch (error) {
    throw new ObjectStoreError('refused', `the file of the archive's secret key, ${path}, cannot be read`, {
      retryable: false,
      hint: 'archive.secretKeyFile names a file with nothing but the secret key',
      cause: error,
    });
  }
  if (secretKey === '' || secretKey.length > 1_024 || /\s/.test(secretKey)) {
    throw new ObjectStoreError('refused', `the file ${path} does not hold one secret key and nothing else`, {
      retryable: false,
    });
  }
  const remarks =
    (mode & 0o077) === 0
      ? []
      : [`the secret key file ${path} can be read by others (mode ${mode.toString(8)}): chmod 600 it`];
  return { secretKey, remarks };
}
