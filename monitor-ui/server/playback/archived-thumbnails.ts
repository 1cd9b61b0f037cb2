import { thumbnailObjectKey, type ObjectStore } from '@minhbach/shared/object-store';
import type { FootagePlace } from '../catalogue/index.ts';

/** Several times what recorders make; what is larger is none. */
const maxBytes = 64 * 1024;
/** The recorder is asked instead, rather than that the person waits for an archive that does not answer. */
const waitMs = 2_000;
const jpegStart = Buffer.from([0xff, 0xd8, 0xff]);

/**
 * Small pictures that recorders on thin lines put into the archive ahead of the footage. Nothing vouches for them: they are
 * for finding, and only as long as the footage itself is not there.
 */
export class ArchivedThumbnails {
  readonly #archive: Pick<ObjectStore, 'get'> | undefined;

  constructor(archive: Pick<ObjectStore, 'get'> | undefined) {
    this.#archive = archive;
  }

  /** JPEG of the segment's first keyframe; `undefined` when the archive has none or does not give it. */
  async of({ recorderId, piece }: FootagePlace, signal: AbortSignal): Promise<Buffer | undefined> {
    if (this.#archive === undefined || !piece.mime.startsWith('video/')) return undefined;
    const { sourceId, segmentId, startUtcMs } = piece;
    const key = thumbnailObjectKey({ recorderId, sourceId, segmentId, startUtcMs });
    const parts: Buffer[] = [];
    let sizeBytes = 0;
    try {
      const waiting = AbortSignal.any([signal, AbortSignal.timeout(waitMs)]);
      for await (const part of (await this.#archive.get(key, { signal: waiting })) as AsyncIterable<Buffer>) {
        sizeBytes += part.length;
        if (sizeBytes > maxBytes) return undefined;
        parts.push(part);
      }
    } catch {
      // Whatever is wrong with the archive: the footage can still be asked for where it is.
      signal.throwIfAborted();
      return undefined;
    }
    const jpeg = Buffer.concat(parts);
    return jpeg.subarray(0, jpegStart.length).equals(jpegStart) ? jpeg : undefined;
  }
}
