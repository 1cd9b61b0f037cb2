import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';

/** Asked of the disk at once. */
const pieceBytes = 1024 * 1024;

/**
 * The bytes `start`..`end` (inclusive) of an open file, each piece lying in `into` where it belongs: no memory is made for
 * them. Ends early where the file does, or when `signal` aborts; closes the file.
 */
export function readInto(
  file: FileHandle,
  { start, end }: { readonly start: number; readonly end: number },
  into: Uint8Array,
  signal: AbortSignal,
): Readable {
  let at = start;
  const stream = new Readable({
    ...{ highWaterMark: pieceBytes, signal },
    read() {
      const length = Math.min(pieceBytes, end + 1 - at);
      if (length <= 0) {
        stream.push(null);
        return;
      }
      file.read(into, at - start, length, at).then(
        ({ bytesRead }) => {
          const piece = into.subarray(at - start, at - start + bytesRead);
          at += bytesRead;
          stream.push(bytesRead === 0 ? null : piece);
        },
        (error: Error) => stream.destroy(error),
      );
    },
    destroy(error, done) {
      file.close().then(
        () => done(error),
        (fault: Error) => done(error ?? fault),
      );
    },
  });
  return stream;
}
