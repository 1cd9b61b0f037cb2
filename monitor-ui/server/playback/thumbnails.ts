import { Readable } from 'node:stream';
import PQueue from 'p-queue';
import { segmentCuts, type FootagePiece, type FootagePlace } from '../catalogue/index.ts';
import type { UtcMs } from '@minhbach/shared/units-of-measure';
import type { ArchivedThumbnails } from './archived-thumbnails.ts';
import type { FootageBytes } from './footage-bytes.ts';
import { keyframeBytes } from './keyframe-bytes.ts';
import { runFfmpeg } from './run-ffmpeg.ts';

const cacheEntries = 300;
const queueLimit = 60;
const widthPx = 320;

export class BusyError extends Error {}

export interface SmallPicture {
  readonly jpeg: Buffer;
  /** Of footage that is on the way still: of that moment, not of the one asked for, until the footage is there. */
  readonly standsIn?: { readonly of: UtcMs } | undefined;
}

/** Small pictures of the moment under the pointer. At most two are made at once; the newest are remembered. */
export class Thumbnails {
  readonly #bytes: FootageBytes;
  readonly #archived: ArchivedThumbnails;
  readonly #ffmpegPath: string;
  readonly #queue = new PQueue({ concurrency: 2 });
  readonly #cache = new Map<string, Buffer>();

  constructor(bytes: FootageBytes, archived: ArchivedThumbnails, ffmpegPath = 'ffmpeg') {
    this.#bytes = bytes;
    this.#archived = archived;
    this.#ffmpegPath = ffmpegPath;
  }

  /**
   * JPEG of the keyframe at or before `at`, which lies in `piece`; `undefined` when that has none. `keyframeMs` are its
   * keyframes from its start, where known. Where the footage is not in the archive but its small picture is, that one: its
   * recorder's line is thin, or it is away. Throws `BusyError`, `FootageUnavailableError`, `FfmpegError`.
   */
  async at(
    place: FootagePlace,
    at: UtcMs,
    keyframeMs: readonly number[],
    signal: AbortSignal,
  ): Promise<SmallPicture | undefined> {
    const { piece } = place;
    const offsetMs = at - piece.startUtcMs;
    const wantedMs = keyframeMs.findLast((keyframe) => keyframe <= offsetMs) ?? offsetMs;
    const key = `${piece.segmentId} ${wantedMs}`;
    const cached = this.#cache.get(key);
    if (cached) return { jpeg: cached };
    if (place.state === 'sealed' && !place.inArchive) {
      const jpeg = await this.#archived.of(place, signal);
      if (jpeg) return { jpeg, standsIn: { of: piece.startUtcMs } };
    }
    if (this.#queue.size >= queueLimit) throw new BusyError('too many thumbnails are asked for at once');
    const jpeg = await this.#queue.add(() => this.#make(place, piece, wantedMs, signal), { signal });
    if (jpeg && piece.sealed) this.#remember(key, jpeg);
    return jpeg && { jpeg };
  }

  async #make(
    place: FootagePlace,
    piece: FootagePiece,
    wantedMs: number,
    signal: AbortSignal,
  ): Promise<Buffer | undefined> {
    const stream = Readable.from(this.#fromKeyframe(place, piece, wantedMs, signal));
    // A keyframe's offset was rounded to whole milliseconds; a tick too early would find the one before.
    const atTicks = piece.firstTfdt + ((wantedMs + 1) * piece.timescale) / 1000;
    const picture = await keyframeBytes(stream, atTicks);
    if (picture === undefined) return undefined;
    const parts: Buffer[] = [];
    await runFfmpeg({
      path: this.#ffmpegPath,
      arguments: thumbnailArguments,
      input: Readable.from([picture]),
      onBytes: (bytes) => parts.push(bytes),
      deadlineMs: 10_000,
      signal,
    });
    return parts.length > 0 ? Buffer.concat(parts) : undefined;
  }

  /** The init segment and what follows the last place before the moment where a player can begin, as far as it is read. */
  async *#fromKeyframe(
    place: FootagePlace,
    piece: FootagePiece,
    wantedMs: number,
    signal: AbortSignal,
  ): AsyncGenerator<Buffer> {
    const cuts = piece.cuts === undefined ? [] : segmentCuts(piece.cuts);
    const firstByte = cuts.findLast(({ atMs }) => atMs <= wantedMs)?.offset ?? piece.initBytes;
    yield* await this.#bytes.open(place, { firstByte: 0, lastByte: piece.initBytes - 1 }, signal);
    yield* await this.#bytes.open(place, { firstByte, lastByte: piece.bytes - 1 }, signal);
  }

  #remember(key: string, jpeg: Buffer): void {
    this.#cache.set(key, jpeg);
    for (const oldest of this.#cache.keys()) {
      if (this.#cache.size <= cacheEntries) return;
      this.#cache.delete(oldest);
    }
  }
}

const thumbnailArguments = [
  ...['-threads', '1', '-f', 'mp4', '-i', 'pipe:0', '-map', '0:v:0', '-frames:v', '1'],
  ...['-vf', `scale=${widthPx}:-2`, '-q:v', '5', '-f', 'mjpeg', 'pipe:1'],
];
