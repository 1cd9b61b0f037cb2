import { dirname } from 'node:path';
import { makeNamesDurable, moveDurably } from '@minhbach/shared/file-operations';
import { createGrowingFile, type CreateFile, type GrowingFile } from './growing-file.ts';
import { SegmentDigest, type SegmentDigests } from './segment-digest.ts';

/** More than this does not wait for `flush`. */
const batchBytes = 1024 * 1024;
/** At a power cut about this much of what was written is lost (and what was not yet written). */
const syncMs = 1_500;
/** Of two calls of `flush`, the one nearer to the time a sync is due makes it. */
const syncToleranceMs = 90;
/** A disk that lets this much pile up has failed; memory must not grow with it. */
const maxPendingBytes = 32 * 1024 * 1024;

/** A segment's file while it grows: one ordered queue of writes and syncs, hashed on the way. */
export class SegmentFile {
  readonly path: string;
  #monotonicNowMs: () => number;
  #onFailed: (error: unknown) => void;
  #handle: GrowingFile | undefined;
  #digest = new SegmentDigest();
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #lastSyncMs: number;
  #acceptedBytes = 0;
  #writtenBytes = 0;
  #syncedBytes = 0;
  #tail: Promise<void>;
  #draining = false;
  #failure: { readonly error: unknown } | undefined;

  /** Creates `path`, which must not exist, and makes its name durable before anything is written to it. */
  constructor(of: {
    readonly path: string;
    readonly monotonicNowMs: () => number;
    /** Called once, when a write or sync failed; the file takes nothing more. */
    readonly onFailed: (error: unknown) => void;
    readonly createFile?: CreateFile | undefined;
  }) {
    this.path = of.path;
    this.#monotonicNowMs = of.monotonicNowMs;
    this.#onFailed = of.onFailed;
    this.#lastSyncMs = of.monotonicNowMs();
    this.#tail = this.#guarded(async () => {
      this.#handle = await (of.createFile ?? createGrowingFile)(of.path);
      await makeNamesDurable(dirname(of.path));
    });
  }

  /** Bytes in the file now, readable by others. */
  get writtenBytes(): number {
    return this.#writtenBytes;
  }

  get acceptedBytes(): number {
    return this.#acceptedBytes;
  }

  get failed(): boolean {
    return this.#failure !== undefined;
  }

  /** One leaf (init segment or fragment). Returns at once; the bytes must not change afterwards. */
  append(leaf: Uint8Array): void {
    if (this.#failure !== undefined) return;
    this.#digest.append(leaf);
    this.#acceptedBytes += leaf.length;
    this.#pending.push(leaf);
    this.#pendingBytes += leaf.length;
    if (this.#pendingBytes > maxPendingBytes)
      this.#fail(new Error('the disk did not keep up with the footage'));
    else if (this.#pendingBytes >= batchBytes) this.flush();
  }

  /**
   * Starts a write of what waits, and a sync when one is due. To be called several times a second, for all files in the
   * same turn: writes that begin together wake the disk's threads, and us, once for all.
   */
  flush(): void {
    if (this.#draining || this.#failure !== undefined) return;
    const nowMs = this.#monotonicNowMs();
    const syncs = nowMs - this.#lastSyncMs >= syncMs - syncToleranceMs;
    const unsynced = this.#writtenBytes > this.#syncedBytes;
    if (this.#pendingBytes === 0 && !(syncs && unsynced)) return;
    this.#draining = true;
    this.#tail = this.#guarded(async () => {
      await this.#writePending();
      if (!syncs) return;
      const bytes = this.#writtenBytes;
      await this.#open().datasync();
      this.#syncedBytes = bytes;
      this.#lastSyncMs = nowMs;
    }).finally(() => {
      this.#draining = false;
    });
  }

  /**
   * Writes out, fsyncs, closes and moves the file. When it resolves, the whole file is on the disk under `to`, and only
   * there. Rejects with what failed; the file is then wherever it got to.
   */
  async sealAs(to: string): Promise<SegmentDigests & { readonly bytes: number }> {
    await this.#tail;
    if (this.#failure !== undefined) throw this.#failure.error;
    await this.#writePending();
    await this.#open().sync();
    await this.#close();
    await moveDurably(this.path, to);
    return { bytes: this.#acceptedBytes, ...this.#digest.digests() };
  }

  /** Waits for what is under way and closes, writing nothing more. Never rejects. */
  async abandon(): Promise<void> {
    this.#failure ??= { error: new Error('abandoned') };
    await this.#tail;
    await this.#close().catch(() => undefined);
  }

  async #writePending(): Promise<void> {
    while (this.#pending.length > 0) {
      let batch = this.#pending;
      let batchLeftBytes = this.#pendingBytes;
      this.#pending = [];
      this.#pendingBytes = 0;
      while (batchLeftBytes > 0) {
        const takenBytes = await this.#open().write(batch, this.#writtenBytes);
        this.#writtenBytes += takenBytes;
        batchLeftBytes -= takenBytes;
        if (batchLeftBytes > 0) batch = rest(batch, takenBytes);
      }
    }
  }

  #open(): GrowingFile {
    if (this.#handle === undefined) throw new Error(`${this.path} is not open`);
    return this.#handle;
  }

  async #close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }

  async #guarded(step: () => Promise<void>): Promise<void> {
    const before = this.#tail as Promise<void> | undefined;
    await before;
    if (this.#failure !== undefined) return;
    try {
      await step();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = { error };
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#onFailed(error);
  }
}

/** What a short write left of a batch. */
function rest(batch: readonly Uint8Array[], skipBytes: number): Uint8Array[] {
  const left: Uint8Array[] = [];
  let skip = skipBytes;
  for (const part of batch) {
    if (skip < part.length) left.push(skip > 0 ? part.subarray(skip) : part);
    skip = Math.max(0, skip - part.length);
  }
  return left;
}
