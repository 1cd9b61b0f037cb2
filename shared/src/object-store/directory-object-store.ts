import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { requireDigest, sha256OfStream } from './body-digest.ts';
import { withErrors } from './body-errors.ts';
import { abortedError, boundedCall } from './bounded-call.ts';
import { listDirectory } from './directory-listing.ts';
import { probeDirectory } from './directory-probe.ts';
import { fileError } from './file-error.ts';
import {
  errnoOf,
  linkUnlessTaken,
  makeContentDurable,
  makeDirectoryDurably,
  makeNamesDurable,
  removeName,
  writeNewFileDurably,
} from '../file-operations/index.ts';
import { removeOldParts } from './leftover-parts.ts';
import { requireKeyPrefix, requireObjectKey } from './object-key.ts';
import { readInto } from './read-into.ts';
import {
  ObjectStoreError,
  type GetOptions,
  type ObjectStore,
  type PutOptions,
  type RetentionOptions,
  type ScanOptions,
  type StoredObject,
  type StoreProbe,
} from './object-store.ts';

export interface DirectoryObjectStoreOptions {
  /** Must exist. */
  readonly path: string;
  readonly deadlineMs?: number;
  /** A `.part` older than this belongs to no writer any more. */
  readonly leftoverAgeMs?: number;
}

/** Read-only from birth: nobody edits an object by accident. */
const objectMode = 0o440;

/** Of one read of a scan: each costs a turn of a thread. */
const pieceBytes = 256 * 1024;

/** How many directories we remember to have made durable; one is left behind per source and hour. */
const rememberedDirectories = 4096;

/** Read at once: with Node's 64 KB, asking costs three times what reading does. */
const readBytes = 256 * 1024;

/**
 * The archive as a directory tree, one file per object, never overwritten. Not WORM: who may write here may delete
 * here. Bound to the file system it was opened on: when another one lies under the path (a disk that was not mounted),
 * every call rejects with `unavailable`.
 */
export class DirectoryObjectStore implements ObjectStore {
  readonly #root: string;
  readonly #rootIdentity: string;
  readonly #deadlineMs: number;
  readonly #leftoverAgeMs: number;
  readonly #durableDirectories = new Set<string>();
  /** Where a part lay that was too young to be taken away, and when it will not be (`Date.now`). */
  readonly #lookAgainAt = new Map<string, number>();

  private constructor(options: DirectoryObjectStoreOptions, rootIdentity: string) {
    this.#root = options.path;
    this.#rootIdentity = rootIdentity;
    this.#deadlineMs = options.deadlineMs ?? 60_000;
    this.#leftoverAgeMs = options.leftoverAgeMs ?? 3_600_000;
  }

  static async open(options: DirectoryObjectStoreOptions): Promise<DirectoryObjectStore> {
    return new DirectoryObjectStore(options, await identityOf(options.path));
  }

  async put(key: string, body: Buffer, options: PutOptions): Promise<StoredObject> {
    requireObjectKey(key);
    if (options.retainUntil !== undefined) {
      throw cannotHold(`put ${key}`);
    }
    await options.pace?.take(body.length, options.signal).catch((error: unknown) => {
      throw options.signal.aborted ? abortedError(`put ${key}`, options.signal) : error;
    });
    return this.#call(`put ${key}`, options.signal, async (signal) => {
      requireDigest(key, body, options.sha256);
      const path = join(this.#root, key);
      const directory = dirname(path);
      await this.#ensureDirectory(directory);
      await this.#lookAgain();
      const part = join(directory, `.${basename(path)}.${randomUUID().slice(0, 8)}.part`);
      try {
        await this.#writePart(part, body, signal);
        signal.throwIfAborted();
        if (!(await linkUnlessTaken(part, path)))
          await requireSameBytes(key, path, body.length, options.sha256);
      } finally {
        await removeName(part);
      }
      await makeNamesDurable(directory);
      return { key, sizeBytes: body.length };
    });
  }

  async get(key: string, options: GetOptions): Promise<Readable> {
    requireObjectKey(key);
    const what = `get ${key}`;
    return this.#call(what, options.signal, async (signal) => {
      const file = options.versionId === undefined ? await this.#openObject(key) : undefined;
      if (file === undefined) throw notFound(key, options.versionId);
      try {
        const { size } = await file.stat();
        const range = clipRange(key, size, options.range);
        signal.throwIfAborted();
        const { into } = options;
        const { start = 0, end = size - 1 } = range;
        const stream =
          into !== undefined && into.length > end - start
            ? readInto(file, { start, end }, into, options.signal)
            : file.createReadStream({ ...range, signal: options.signal, highWaterMark: readBytes });
        return withErrors(stream, (error) =>
          options.signal.aborted ? abortedError(what, options.signal) : fileError(what, error),
        );
      } catch (error) {
        await file.close();
        throw error;
      }
    });
  }

  async scan(key: string, { versionId, look, signal }: ScanOptions): Promise<void> {
    requireObjectKey(key);
    const what = `get ${key}`;
    const file = await this.#call(what, signal, async () =>
      versionId === undefined ? this.#openObject(key) : undefined,
    );
    if (file === undefined) throw notFound(key, versionId);
    try {
      const memory = Buffer.allocUnsafeSlow(pieceBytes);
      for (;;) {
        const { bytesRead } = await file.read(memory, 0, memory.length);
        if (signal.aborted) throw abortedError(what, signal);
        if (bytesRead === 0 || !look(memory.subarray(0, bytesRead))) return;
      }
    } catch (error) {
      throw fileError(what, error);
    } finally {
      await file.close();
    }
  }

  async stat(
    key: string,
    options: { versionId?: string | undefined; signal: AbortSignal },
  ): Promise<StoredObject | undefined> {
    requireObjectKey(key);
    return this.#call(`stat ${key}`, options.signal, async () => {
      if (options.versionId !== undefined) return undefined;
      await using file = await this.#openObject(key);
      return file && { key, sizeBytes: (await file.stat()).size };
    });
  }

  async *list(
    prefix: string,
    options: { after?: string; signal: AbortSignal },
  ): AsyncGenerator<StoredObject> {
    requireKeyPrefix(prefix);
    await this.#call(`list ${prefix}`, options.signal, async () => undefined);
    try {
      yield* listDirectory(this.#root, { prefix, after: options.after ?? '', signal: options.signal });
    } catch (error) {
      if (options.signal.aborted) throw abortedError(`list ${prefix}`, options.signal);
      throw fileError(`list ${prefix}`, error);
    }
  }

  async remove(
    key: string,
    options: { versionId?: string | undefined; signal: AbortSignal },
  ): Promise<'removed' | 'held'> {
    requireObjectKey(key);
    return this.#call<'removed'>(`remove ${key}`, options.signal, async () => {
      const path = join(this.#root, key);
      if (options.versionId !== undefined) return 'removed';
      try {
        await removeName(path);
        await makeNamesDurable(dirname(path));
      } catch (error) {
        // A parent is missing or is itself an object, or other objects lie below: there was no such object.
        if (!['ENOENT', 'ENOTDIR', 'EISDIR'].includes(errnoOf(error) ?? '')) throw error;
      }
      return 'removed';
    });
  }

  async extendRetention(key: string, { until }: RetentionOptions): Promise<void> {
    requireObjectKey(key);
    throw cannotHold(`retain ${key} until ${new Date(until).toISOString()}`);
  }

  async probe(options: { signal: AbortSignal }): Promise<StoreProbe> {
    return this.#call('probe', options.signal, (signal) => probeDirectory(this.#root, signal));
  }

  async close(): Promise<void> {
    this.#durableDirectories.clear();
    this.#lookAgainAt.clear();
  }

  async #call<Result>(
    what: string,
    caller: AbortSignal,
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    return boundedCall({ what, signal: caller, deadlineMs: this.#deadlineMs }, async (signal) => {
      try {
        if ((await identityOf(this.#root)) !== this.#rootIdentity) throw otherDisk(this.#root);
        return await work(signal);
      } catch (error) {
        throw fileError(what, error);
      }
    });
  }

  async #ensureDirectory(directory: string): Promise<void> {
    if (this.#durableDirectories.has(directory)) return;
    await makeDirectoryDurably(this.#root, directory);
    await this.#clearParts(directory);
    if (this.#durableDirectories.size >= rememberedDirectories) this.#durableDirectories.clear();
    this.#durableDirectories.add(directory);
  }

  async #clearParts(directory: string): Promise<void> {
    const young = await removeOldParts(directory, this.#leftoverAgeMs);
    if (young.length > 0) this.#lookAgainAt.set(directory, Date.now() + this.#leftoverAgeMs);
  }

  /** A writer that was killed and begins again finds its part still young; nobody may come to that directory later. */
  async #lookAgain(): Promise<void> {
    for (const [directory, atMs] of this.#lookAgainAt) {
      if (atMs > Date.now()) continue;
      this.#lookAgainAt.delete(directory);
      await this.#clearParts(directory).catch((error: unknown) => {
        if (errnoOf(error) !== 'ENOENT') throw error;
      });
    }
  }

  async #writePart(part: string, body: Buffer, signal: AbortSignal): Promise<void> {
    try {
      await writeNewFileDurably(part, body, { mode: objectMode, signal });
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error;
      // Somebody cleared away an empty directory that we remembered.
      this.#durableDirectories.delete(dirname(part));
      await this.#ensureDirectory(dirname(part));
      await writeNewFileDurably(part, body, { mode: objectMode, signal });
    }
  }

  async #openObject(key: string): Promise<FileHandle | undefined> {
    let file: FileHandle;
    try {
      file = await open(join(this.#root, key), constants.O_RDONLY | constants.O_NOFOLLOW);
    } catch (error) {
      if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return undefined;
      throw error;
    }
    if ((await file.stat()).isFile()) return file;
    await file.close();
    return undefined;
  }
}

async function requireSameBytes(key: string, path: string, sizeBytes: number, sha256: string): Promise<void> {
  await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  const seen = await file.stat();
  if (!seen.isFile()) {
    throw new ObjectStoreError('bad-key', `put ${key}: other objects lie below this key`, {
      retryable: false,
    });
  }
  const same =
    seen.size === sizeBytes &&
    (await sha256OfStream(file.createReadStream({ autoClose: false }))).sha256 === sha256;
  if (!same) {
    throw new ObjectStoreError('exists', `put ${key}: other bytes are stored under this key`, {
      retryable: false,
    });
  }
  await makeContentDurable(file);
}

function clipRange(
  key: string,
  sizeBytes: number,
  range: GetOptions['range'],
): { start?: number; end?: number } {
  if (range === undefined) return {};
  const { firstByte, lastByte } = range;
  if (!(firstByte >= 0 && firstByte <= lastByte && firstByte < sizeBytes)) {
    throw new ObjectStoreError('range', `get ${key}: bytes ${firstByte}-${lastByte} of ${sizeBytes}`, {
      retryable: false,
    });
  }
  return { start: firstByte, end: Math.min(lastByte, sizeBytes - 1) };
}

function cannotHold(what: string): ObjectStoreError {
  return new ObjectStoreError(
    'lock-not-enforced',
    `${what}: a directory cannot hold objects against deletion`,
    {
      retryable: false,
    },
  );
}

function notFound(key: string, versionId: string | undefined): ObjectStoreError {
  const why = versionId === undefined ? 'no such object' : 'a directory keeps no versions';
  return new ObjectStoreError('not-found', `get ${key}: ${why}`, { retryable: false });
}

async function identityOf(path: string): Promise<string> {
  try {
    const seen = await stat(path);
    if (!seen.isDirectory()) throw Object.assign(new Error('not a directory'), { code: 'ENOTDIR' });
    return `${seen.dev}:${seen.ino}`;
  } catch (error) {
    throw new ObjectStoreError('unavailable', `the archive directory ${path} cannot be used`, {
      retryable: true,
      hint: 'mount its disk or make the directory',
      cause: error,
    });
  }
}

function otherDisk(path: string): ObjectStoreError {
  return new ObjectStoreError('unavailable', `the archive directory ${path} is not the one that was opened`, {
    retryable: true,
    hint: 'mount its disk again, then restart',
  });
}
