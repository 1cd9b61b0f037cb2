import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../file-operations/index.ts';
import { objectKeyFault } from './object-key.ts';
import type { StoredObject } from './object-store.ts';

export interface ListingBounds {
  readonly prefix: string;
  readonly after: string;
  readonly signal: AbortSignal;
}

/**
 * The objects below `root` in byte order of their whole keys. Keys are ASCII, so comparing strings compares bytes; a
 * directory sorts as `name/`, because `a-b` comes before `a/b`. What is not an object's name (a `.part`, `lost+found`)
 * is passed over; what vanishes while we walk was removed.
 */
export async function* listDirectory(
  root: string,
  bounds: ListingBounds,
  directoryKey = '',
): AsyncGenerator<StoredObject> {
  bounds.signal.throwIfAborted();
  const entries = (await readEntries(join(root, directoryKey)))
    .filter((entry) => (entry.isFile() || entry.isDirectory()) && objectKeyFault(entry.name) === undefined)
    .map((entry) => `${directoryKey}${entry.name}${entry.isDirectory() ? '/' : ''}`)
    .sort((a, b) => (a < b ? -1 : 1));
  for (const key of entries) {
    bounds.signal.throwIfAborted();
    if (key.endsWith('/')) {
      if (mayHoldMatches(key, bounds)) yield* listDirectory(root, bounds, key);
    } else if (key.startsWith(bounds.prefix) && key > bounds.after) {
      const sizeBytes = await sizeOf(join(root, key));
      if (sizeBytes !== undefined) yield { key, sizeBytes };
    }
  }
}

function mayHoldMatches(directoryKey: string, { prefix, after }: ListingBounds): boolean {
  const towardsPrefix = directoryKey.startsWith(prefix) || prefix.startsWith(directoryKey);
  return towardsPrefix && (directoryKey > after || after.startsWith(directoryKey));
}

async function readEntries(path: string): Promise<Dirent[]> {
  try {
    return await readdir(path, { withFileTypes: true });
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
