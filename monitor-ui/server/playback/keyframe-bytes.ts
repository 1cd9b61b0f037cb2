import type { Readable } from 'node:stream';
import {
  BoxSplitter,
  MediaError,
  readFragment,
  readInitSegment,
  type InitSegment,
} from '@minhbach/shared/media';

/**
 * Init segment and the one fragment that starts with the last keyframe at or before `atTicks`: enough for a still.
 * Reads `stream` from its first byte, no further than needed, and destroys it. `undefined` when no keyframe came.
 */
export async function keyframeBytes(stream: Readable, atTicks: number): Promise<Buffer | undefined> {
  const splitter = new BoxSplitter();
  let init: { readonly bytes: Buffer; readonly facts: InitSegment } | undefined;
  let found: Buffer | undefined;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      for (const piece of splitter.push(chunk)) {
        const bytes = Buffer.from(piece.bytes);
        if (piece.kind === 'init') {
          init = { bytes, facts: readInitSegment(bytes) };
          continue;
        }
        if (init === undefined) throw new MediaError('a fragment before the init segment', 0);
        const fragment = readFragment(bytes, init.facts);
        if (found !== undefined && fragment.tfdt > atTicks) return Buffer.concat([init.bytes, found]);
        if (fragment.startsWithKeyframe) found = bytes;
      }
    }
  } finally {
    stream.destroy();
  }
  return init && found && Buffer.concat([init.bytes, found]);
}
