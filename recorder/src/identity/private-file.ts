import { constants } from 'node:fs';
import { open, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf } from '../settings/index.ts';
import { IdentityError } from './identity-error.ts';

const maxBytes = 1024 * 1024;

/** The text of a file only its owner may touch, or `undefined` when there is none. Refuses wider permissions. */
export async function readPrivateFile(path: string): Promise<string | undefined> {
  let file;
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw new IdentityError(`${path} cannot be opened (${errnoOf(error) ?? 'unknown reason'})`, {
      cause: error,
    });
  }
  try {
    const { mode, size } = await file.stat();
    if ((mode & 0o077) !== 0) {
      throw new IdentityError(
        `${path} may be used by others (mode ${(mode & 0o777).toString(8)}); ` +
          `find out who read it, then: chmod 600 ${path}`,
      );
    }
    if (size > maxBytes) throw new IdentityError(`${path} is not a file of ours: it has ${size} bytes`);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

/** Writes a new file (0600) that must not exist yet; contents and name are on the disk when it resolves. */
export async function createPrivateFile(path: string, text: string): Promise<void> {
  const file = await open(
    path,
    constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW,
    0o600,
  );
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await syncDirectory(dirname(path));
}

/** Puts `text` in the place of the file, whole or not at all; on the disk when it resolves. */
export async function replacePrivateFile(path: string, text: string): Promise<void> {
  const part = `${path}.part`;
  await unlink(part).catch((error: unknown) => {
    if (errnoOf(error) !== 'ENOENT') throw error;
  });
  await createPrivateFile(part, text);
  await rename(part, path);
  await syncDirectory(dirname(path));
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
