import { mediaFrameKinds, mediaPiecePayloadBytes } from '@minhbach/shared/protocol';
import type { Footage } from '../capture/index.ts';
import type { MediaOutlet } from './media-outlet.ts';

/** Sends footage in pieces of at most 16 KB whenever the line has room. Rejects when reading fails or it is cancelled. */
export async function sendFootage(
  channel: number,
  footage: Footage,
  outlet: MediaOutlet,
  signal: AbortSignal,
): Promise<void> {
  const meta = JSON.stringify({ totalBytes: footage.totalBytes });
  let first = true;
  const put = async (payload: Uint8Array, last: boolean): Promise<void> => {
    await outlet.roomForFootage();
    signal.throwIfAborted();
    const thing = { kind: mediaFrameKinds.footage, channel, meta: first ? meta : '', payload };
    outlet.sendPiece(thing, { first, last });
    first = false;
  };
  // One piece is held back, because the last one says that it is.
  let held: Uint8Array | undefined;
  for await (const bytes of footage.bytes) {
    for (let at = 0; at < bytes.length; at += mediaPiecePayloadBytes) {
      if (held !== undefined) await put(held, false);
      held = bytes.subarray(at, at + mediaPiecePayloadBytes);
    }
  }
  await put(held ?? new Uint8Array(), true);
}
