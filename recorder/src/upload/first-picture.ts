import { createReadStream } from 'node:fs';
import { BoxSplitter, MediaError } from '@minhbach/shared/media';

/** Init segment and first fragment of a sealed picture, which begins with a keyframe. Reads no further than that. */
export async function firstPicture(path: string, signal: AbortSignal): Promise<readonly Uint8Array[]> {
  const splitter = new BoxSplitter();
  const pieces: Uint8Array[] = [];
  for await (const chunk of createReadStream(path, { signal }) as AsyncIterable<Buffer>) {
    for (const { kind, bytes } of splitter.push(chunk)) {
      pieces.push(bytes);
      if (kind === 'fragment') return pieces;
    }
  }
  throw new MediaError('there is no whole fragment in it', 0);
}
