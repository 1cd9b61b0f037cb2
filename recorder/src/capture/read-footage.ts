import { open, type FileHandle } from 'node:fs/promises';
import { errnoOf } from '@minhbach/shared/file-operations';
import { RecordingError, type Footage } from './recording.ts';

const pieceBytes = 64 * 1024;

/**
 * Opens the first of `paths` that exists and gives a range of it (inclusive, cut to `totalBytes`). Once opened, moving or
 * dropping the file no longer matters. Rejects `not-found`, `range` or `io`.
 */
export async function readFootageFile(of: {
  readonly paths: readonly string[];
  readonly totalBytes: number;
  readonly firstByte: number;
  readonly lastByte: number;
  readonly signal: AbortSignal | undefined;
}): Promise<Footage> {
  const { totalBytes, firstByte, lastByte, signal } = of;
  if (firstByte < 0 || lastByte < firstByte || firstByte >= totalBytes) {
    throw new RecordingError('range', `bytes ${firstByte}-${lastByte} of ${totalBytes}`);
  }
  const handle = await openFirst(of.paths);
  return { totalBytes, bytes: pieces(handle, firstByte, Math.min(lastByte, totalBytes - 1) + 1, signal) };
}

async function* pieces(
  handle: FileHandle,
  from: number,
  to: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  try {
    for (let at = from; at < to;) {
      signal?.throwIfAborted();
      const buffer = Buffer.allocUnsafe(Math.min(pieceBytes, to - at));
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
      if (bytesRead === 0) throw new RecordingError('io', `the file ends at byte ${at}, before ${to}`);
      yield buffer.subarray(0, bytesRead);
      at += bytesRead;
    }
  } finally {
    await handle.close();
  }
}

async function openFirst(paths: readonly string[]): Promise<FileHandle> {
  for (const path of paths) {
    try {
      return await open(path, 'r');
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') continue;
      throw new RecordingError('io', `cannot read footage: ${errnoOf(error) ?? 'unknown'}`, { cause: error });
    }
  }
  throw new RecordingError('not-found', 'the file of this segment is gone');
}
