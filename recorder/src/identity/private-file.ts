import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  errnoOf,
  makeNamesDurable,
  replaceFileDurably,
  writeNewFileDurably,
} from '@minhbach/shared/file-operations';
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
  await writeNewFileDurably(path, Buffer.from(text), { mode: 0o600 });
  await makeNamesDurable(dirname(path));
}

/** Puts `text` in the place of the file, whole or not at all; on the disk when it resolves. */
export async function replacePrivateFile(path: string, text: string): Promise<void> {
  await replaceFileDurably(path, text, 0o600);
}
