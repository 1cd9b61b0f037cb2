/**
 * Binary messages on `/uplink/media`, recorder to monitor. Big-endian:
 * `u8 kind, u8 flags, u16 metaBytes, u32 channel, meta (JSON, UTF-8), payload`.
 * A thing longer than 16 KB travels as several messages; only the first carries meta.
 */
export const mediaFrameKinds = { liveInit: 1, liveFragment: 2, liveSkip: 3, footage: 4 } as const;
export type MediaFrameKind = (typeof mediaFrameKinds)[keyof typeof mediaFrameKinds];
export const mediaPiecePayloadBytes = 16 * 1024;

const headerBytes = 8;
const firstFlag = 1;
const lastFlag = 2;

export interface MediaPiece {
  readonly kind: MediaFrameKind;
  readonly channel: number;
  readonly first: boolean;
  readonly last: boolean;
  /** JSON text of the thing's meta on its first piece, else empty. */
  readonly meta: string;
  readonly payload: Uint8Array;
}

export function encodeMediaPiece(piece: MediaPiece): Uint8Array {
  const meta = new TextEncoder().encode(piece.meta);
  const bytes = new Uint8Array(headerBytes + meta.length + piece.payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, piece.kind);
  view.setUint8(1, (piece.first ? firstFlag : 0) | (piece.last ? lastFlag : 0));
  view.setUint16(2, meta.length);
  view.setUint32(4, piece.channel);
  bytes.set(meta, headerBytes);
  bytes.set(piece.payload, headerBytes + meta.length);
  return bytes;
}

/** `undefined` for bytes that are no such message. The payload is a view, not a copy. */
export function decodeMediaPiece(bytes: Uint8Array): MediaPiece | undefined {
  if (bytes.length < headerBytes) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kind = Object.values(mediaFrameKinds).find((known) => known === view.getUint8(0));
  const metaEnd = headerBytes + view.getUint16(2);
  if (kind === undefined || metaEnd > bytes.length) return undefined;
  const flags = view.getUint8(1);
  return {
    kind,
    channel: view.getUint32(4),
    first: (flags & firstFlag) !== 0,
    last: (flags & lastFlag) !== 0,
    meta: new TextDecoder().decode(bytes.subarray(headerBytes, metaEnd)),
    payload: bytes.subarray(metaEnd),
  };
}
