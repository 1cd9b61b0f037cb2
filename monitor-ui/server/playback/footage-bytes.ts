import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { ObjectStoreError, type ObjectStore } from '@minhbach/shared/object-store';
import type { RecorderId } from '@minhbach/shared/units-of-measure';
import type { FootagePlace } from '../catalogue/index.ts';
import { UplinkError, type FootageRequest } from '../uplink/index.ts';

/** Inclusive, as in HTTP. */
export interface ByteSpan {
  readonly firstByte: number;
  readonly lastByte: number;
}

export interface FootageUplink {
  /** Throws `UplinkError` `offline`. */
  fetchFootage(recorderId: RecorderId, request: FootageRequest): Readable;
}

/** The footage exists but cannot be had now (or, `gone`, ever again). */
export class FootageUnavailableError extends Error {
  readonly code: 'recorder-away' | 'archive-away' | 'gone';

  constructor(
    code: 'recorder-away' | 'archive-away' | 'gone',
    message: string,
    options: { cause?: unknown } = {},
  ) {
    super(message, options);
    this.name = 'FootageUnavailableError';
    this.code = code;
  }
}

/** Reads stored bytes from wherever they are: the archive once they are proven to be there, else the recorder. */
export class FootageBytes {
  readonly #archive: Pick<ObjectStore, 'get'> | undefined;
  readonly #uplink: FootageUplink;

  constructor(archive: Pick<ObjectStore, 'get'> | undefined, uplink: FootageUplink) {
    this.#archive = archive;
    this.#uplink = uplink;
  }

  /** A stream whose first bytes are there already. Rejects with `FootageUnavailableError`; ends when `signal` aborts. `into` as the archive has it. */
  async open(place: FootagePlace, span: ByteSpan, signal: AbortSignal, into?: Uint8Array): Promise<Readable> {
    const archive = place.state === 'sealed' && place.inArchive ? this.#archive : undefined;
    if (place.state === 'sealed' && archive) {
      try {
        const options = { range: span, signal, versionId: place.versionId, into };
        return await started(await archive.get(place.objectKey, options), signal);
      } catch (error) {
        if (signal.aborted || !(error instanceof ObjectStoreError)) throw error;
        if (!place.inSpool) {
          throw new FootageUnavailableError(
            'archive-away',
            `the archive does not give this footage: ${error.code}`,
            {
              cause: error,
            },
          );
        }
      }
    }
    if (place.state === 'sealed' && !place.inSpool) {
      throw new FootageUnavailableError('gone', 'this footage is neither in the archive nor at the recorder');
    }
    return this.#fromRecorder(place, span, signal);
  }

  async #fromRecorder(place: FootagePlace, span: ByteSpan, signal: AbortSignal): Promise<Readable> {
    try {
      const stream = this.#uplink.fetchFootage(place.recorderId, {
        segmentId: place.piece.segmentId,
        ...span,
      });
      return await started(stream, signal);
    } catch (error) {
      if (signal.aborted || !(error instanceof UplinkError)) throw error;
      throw new FootageUnavailableError(
        error.code === 'footage-missing' ? 'gone' : 'recorder-away',
        error.code === 'footage-missing'
          ? 'the recorder does not have this footage any more'
          : 'this footage is still at the recorder, which does not answer now',
        { cause: error },
      );
    }
  }
}

/** Waits for the first bytes, so that what goes wrong early is still an answer and not a broken body. */
async function started(stream: Readable, signal: AbortSignal): Promise<Readable> {
  const abort = () => stream.destroy();
  signal.addEventListener('abort', abort, { once: true });
  stream.once('close', () => signal.removeEventListener('abort', abort));
  if (signal.aborted) abort();
  await once(stream, 'readable', { signal });
  return stream;
}
