import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { readFile } from 'node:fs/promises';
import { objectStoreSettingsSchema, openObjectStore, type ObjectStore } from '@minhbach/shared/object-store';
import { parse } from 'yaml';
import { z } from 'zod';

const configSchema = z.looseObject({ archive: objectStoreSettingsSchema });

/** `given`: a configuration of a recorder or a monitor, or the directory of an archive. Rejects with a sentence. */
export async function openedArchive(given: string): Promise<ObjectStore> {
  const found = await stat(given).catch(() => undefined);
  if (found?.isDirectory() === true) return openObjectStore(directorySettings(given));
  const text = await readFile(given, 'utf8').catch(() => undefined);
  if (text === undefined) throw new UnusableArchive(`${given} cannot be read`);
  const config = configSchema.safeParse(parsed(text));
  if (!config.success) throw new UnusableArchive(`${given} is no configuration with an archive`);
  const { archive } = config.data;
  const absolute = (path: string): string => resolve(dirname(resolve(given)), path);
  return openObjectStore(
    archive.type === 'directory'
      ? { ...archive, path: absolute(archive.path) }
      : { ...archive, secretKeyFile: absolute(archive.secretKeyFile) },
  );
}

/** What the person must be told in one sentence. */
export class UnusableArchive extends Error {}

function directorySettings(path: string) {
  return objectStoreSettingsSchema.parse({ type: 'directory', path: resolve(path) });
}

function parsed(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}
