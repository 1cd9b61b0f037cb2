import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { errnoOf } from '@minhbach/shared/file-operations';

const pieceBytes = 256 * 1024;

/**
 * SHA-256 of a file, hex; `undefined` when there is no such file, `aborted` when it was not read to its end because of
 * `signal`. `afterPiece` is waited for after each piece: whoever reads slowly leaves the disk to others.
 */
export async function hashOfFile(
  path: string,
  of: { readonly signal?: AbortSignal; readonly afterPiece?: (bytes: number) => Promise<void> } = {},
): Promise<string | undefined> {
  let file;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const hash = createHash('sha256');
    const piece = Buffer.alloc(pieceBytes);
    for (;;) {
      const { bytesRead } = await file.read(piece, 0, piece.length);
      if (bytesRead === 0) return hash.digest('hex');
      hash.update(piece.subarray(0, bytesRead));
      await of.afterPiece?.(bytesRead);
      if (of.signal?.aborted === true) return 'aborted';
    }
  } finally {
    await file.close();
  }
}
