import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import PQueue from 'p-queue';
import type { FootagePlace } from '../catalogue/index.ts';
import type { FootageBytes } from './footage-bytes.ts';
import { BusyError } from './thumbnails.ts';
import { transcodeSegment } from './transcode-segment.ts';

/** What a copy consists of, growing until `done` settles. */
class CopyInMaking {
  readonly init: Promise<Buffer>;
  readonly done: Promise<void>;
  readonly fragments: Buffer[] = [];
  #initReady: (init: Buffer) => void = () => undefined;
  #wake: () => void = () => undefined;
  #grown: Promise<void>;
  #over = false;

  constructor(work: (onPiece: (kind: 'init' | 'fragment', bytes: Buffer) => void) => Promise<void>) {
    this.#grown = this.#nextGrowth();
    const made = new Promise<Buffer>((resolve) => (this.#initReady = resolve));
    this.done = work((kind, bytes) => {
      if (kind === 'init') this.#initReady(bytes);
      else this.fragments.push(bytes);
      this.#grow();
    }).finally(() => {
      this.#over = true;
      this.#grow();
    });
    this.init = Promise.race([
      made,
      this.done.then(() => {
        throw new Error('a working copy without an init segment');
      }),
    ]);
    // Both are awaited by whoever asks; nobody may be asking when they fail.
    this.init.catch(() => undefined);
    this.done.catch(() => undefined);
  }

  /** Fragments as they are made; throws what the work failed with. */
  async *follow(): AsyncGenerator<Buffer> {
    for (let index = 0; ; index += 1) {
      while (index >= this.fragments.length && !this.#over) await this.#grown;
      const fragment = this.fragments[index];
      if (fragment === undefined) break;
      yield fragment;
    }
    await this.done;
  }

  #grow(): void {
    this.#wake();
    this.#grown = this.#nextGrowth();
  }

  #nextGrowth(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }
}

export interface WorkingCopiesOptions {
  /** Made when missing. Everything in it may be deleted at any time. */
  readonly directory: string;
  readonly capBytes?: number;
  readonly ffmpegPath?: string;
}

const queueLimit = 20;

/** H.264 copies of H.265 segments: made on demand one at a time, kept on disk up to a cap, oldest use first to go. */
export class WorkingCopies {
  readonly #bytes: FootageBytes;
  readonly #options: Required<WorkingCopiesOptions>;
  readonly #queue = new PQueue({ concurrency: 1 });
  readonly #making = new Map<string, CopyInMaking>();
  readonly #stopping = new AbortController();

  constructor(bytes: FootageBytes, options: WorkingCopiesOptions) {
    this.#bytes = bytes;
    this.#options = { capBytes: 2 * 1024 ** 3, ffmpegPath: 'ffmpeg', ...options };
  }

  async init(place: FootagePlace): Promise<Buffer> {
    const name = nameOf(place);
    return (await this.#stored(`${name}.init`)) ?? this.#copy(place, name).init;
  }

  /** Throws `BusyError`; the iteration throws `FootageUnavailableError` or `FfmpegError`. */
  async fragments(place: FootagePlace): Promise<AsyncIterable<Buffer> | Iterable<Buffer>> {
    const name = nameOf(place);
    const stored = await this.#stored(`${name}.m4s`);
    return stored ? [stored] : this.#copy(place, name).follow();
  }

  async close(): Promise<void> {
    this.#stopping.abort();
    this.#queue.clear();
    await this.#queue.onIdle();
  }

  #copy(place: FootagePlace, name: string): CopyInMaking {
    const making = this.#making.get(name);
    if (making) return making;
    if (this.#queue.size >= queueLimit) throw new BusyError('too many working copies are asked for at once');
    const copy = new CopyInMaking((onPiece) =>
      this.#queue.add(() => this.#transcode(place, onPiece), { signal: this.#stopping.signal }),
    );
    this.#making.set(name, copy);
    void copy.done
      .then(async () => this.#store(name, await copy.init, copy.fragments))
      .catch(() => undefined)
      .finally(() => this.#making.delete(name));
    return copy;
  }

  async #transcode(
    place: FootagePlace,
    onPiece: (kind: 'init' | 'fragment', bytes: Buffer) => void,
  ): Promise<void> {
    const { piece } = place;
    const { signal } = this.#stopping;
    const input = await this.#bytes.open(place, { firstByte: 0, lastByte: piece.bytes - 1 }, signal);
    await transcodeSegment({
      ffmpegPath: this.#options.ffmpegPath,
      input,
      firstTfdt: piece.firstTfdt,
      originalTimescale: piece.timescale,
      onPiece,
      signal,
    });
  }

  async #stored(fileName: string): Promise<Buffer | undefined> {
    const path = join(this.#options.directory, fileName);
    try {
      const bytes = await readFile(path);
      const now = new Date();
      await utimes(path, now, now);
      return bytes;
    } catch {
      return undefined;
    }
  }

  /** A copy that cannot be kept was still served: losing it costs making it again. */
  async #store(name: string, init: Buffer, fragments: readonly Buffer[]): Promise<void> {
    const { directory } = this.#options;
    await mkdir(directory, { recursive: true, mode: 0o700 });
    for (const [ending, bytes] of [
      ['init', init],
      ['m4s', Buffer.concat(fragments)],
    ] as const) {
      const path = join(directory, `${name}.${ending}`);
      await writeFile(`${path}.part`, bytes, { mode: 0o600 });
      await rename(`${path}.part`, path);
    }
    await this.#trim();
  }

  async #trim(): Promise<void> {
    const { directory, capBytes } = this.#options;
    const files = await Promise.all(
      (await readdir(directory)).map(async (fileName) => {
        const path = join(directory, fileName);
        const { size, mtimeMs } = await stat(path);
        return { path, size, mtimeMs };
      }),
    );
    let total = files.reduce((sum, file) => sum + file.size, 0);
    for (const file of files.sort((a, b) => a.mtimeMs - b.mtimeMs)) {
      if (total <= capBytes) return;
      await rm(file.path, { force: true });
      total -= file.size;
    }
  }
}

/** An open segment grows: a copy of what it was is another copy. */
function nameOf(place: FootagePlace): string {
  return `${place.piece.segmentId}-${place.piece.bytes}`;
}
