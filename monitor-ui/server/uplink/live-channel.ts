import {
  liveFragmentMetaSchema,
  liveInitMetaSchema,
  mediaFrameKinds,
  type LiveFragmentMeta,
  type LiveInitMeta,
  type MediaPiece,
} from '@minhbach/shared/protocol';
import type { ChannelSink } from './media-channels.ts';
import { UplinkError } from './uplink-error.ts';

export interface LiveListener {
  init(meta: LiveInitMeta, bytes: Buffer): void;
  /** One whole fragment. */
  fragment(meta: LiveFragmentMeta, bytes: Buffer): void;
  /** The recorder left fragments out; the next one starts at a keyframe. */
  skipped(): void;
  ended(reason: string): void;
}

/** A 16 MB keyframe exists in no camera; more than this is a broken or hostile recorder. */
const thingLimitBytes = 16 * 1024 * 1024;

/** Puts the pieces of one live stream together again. */
export class LiveChannelSink implements ChannelSink {
  readonly #listener: LiveListener;
  #meta: string | undefined;
  #kind: MediaPiece['kind'] | undefined;
  #parts: Uint8Array[] = [];
  #bytes = 0;

  constructor(listener: LiveListener) {
    this.#listener = listener;
  }

  piece(piece: MediaPiece): void {
    if (piece.first) {
      this.#meta = piece.meta;
      this.#kind = piece.kind;
      this.#parts = [];
      this.#bytes = 0;
    } else if (this.#meta === undefined || this.#kind !== piece.kind) {
      throw new UplinkError('protocol', 'a live piece continues what never began');
    }
    this.#parts.push(piece.payload);
    this.#bytes += piece.payload.length;
    if (this.#bytes > thingLimitBytes)
      throw new UplinkError('protocol', 'a live fragment of more than 16 MB');
    if (!piece.last) return;
    const [only] = this.#parts;
    const bytes =
      this.#parts.length === 1 && only
        ? Buffer.from(only.buffer, only.byteOffset, only.byteLength)
        : Buffer.concat(this.#parts);
    const meta = this.#meta ?? '';
    this.#meta = undefined;
    this.#parts = [];
    this.#whole(piece.kind, meta, bytes);
  }

  ended(reason: string): void {
    this.#listener.ended(reason);
  }

  #whole(kind: MediaPiece['kind'], meta: string, bytes: Buffer): void {
    switch (kind) {
      case mediaFrameKinds.liveInit:
        return this.#listener.init(parseMeta(liveInitMetaSchema, meta), bytes);
      case mediaFrameKinds.liveFragment:
        return this.#listener.fragment(parseMeta(liveFragmentMetaSchema, meta), bytes);
      case mediaFrameKinds.liveSkip:
        return this.#listener.skipped();
      case mediaFrameKinds.footage:
        throw new UplinkError('protocol', 'footage on a live channel');
    }
  }
}

function parseMeta<Meta>(schema: { parse(value: unknown): Meta }, text: string): Meta {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new UplinkError('protocol', 'a live piece whose meta is not what the protocol says', {
      cause: error,
    });
  }
}
