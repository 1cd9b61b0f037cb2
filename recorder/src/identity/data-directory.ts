import Database from 'better-sqlite3';
import { chmod, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '@minhbach/shared/file-operations';
import { IdentityError } from './identity-error.ts';

/** The data directory, held against a second recorder for as long as this process lives. */
export interface DataDirectory {
  readonly path: string;
  release(): void;
}

/**
 * Makes the directory (0700, its parent must exist) if missing, and takes it. The lock is SQLite's own on `lock.db`:
 * the kernel lets it go with the process, so no crash leaves one behind.
 */
export async function takeDataDirectory(path: string): Promise<DataDirectory> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') {
      const reason = errnoOf(error) === 'ENOENT' ? 'the directory above it does not exist' : errnoOf(error);
      throw new IdentityError(`the data directory ${path} cannot be made: ${reason ?? 'unknown reason'}`);
    }
  }
  const { mode } = await stat(path);
  if ((mode & 0o077) !== 0) {
    throw new IdentityError(
      `the data directory ${path} may be used by others (mode ${(mode & 0o777).toString(8)}); chmod 700 it`,
    );
  }
  const database = lock(path);
  await chmod(join(path, 'lock.db'), 0o600);
  return { path, release: () => void database.close() };
}

function lock(path: string): Database.Database {
  let database: Database.Database | undefined;
  try {
    database = new Database(join(path, 'lock.db'), { timeout: 0 });
    database.exec('CREATE TABLE IF NOT EXISTS held (at INTEGER)');
    database.exec('BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database?.close();
    const busy = errnoOf(error)?.startsWith('SQLITE_BUSY') ?? false;
    throw new IdentityError(
      busy
        ? `another recorder is using the data directory ${path}`
        : `the data directory ${path} cannot be written (${errnoOf(error) ?? 'unknown reason'})`,
      { cause: error },
    );
  }
}
