import type { FootagePiece } from '../catalogue/index.ts';
import { jointMs } from '../catalogue/index.ts';
import { dateTime, playlistHead, seconds } from './playlist-text.ts';

/** Where the playlist's entries point, relative to the playlist. */
export interface PieceAddress {
  /** `BYTERANGE` is written when given. */
  readonly init: {
    readonly uri: string;
    readonly bytes?: { readonly length: number; readonly offset: number };
  };
  readonly media: {
    readonly uri: string;
    readonly bytes?: { readonly length: number; readonly offset: number };
  };
}

/** The stored bytes themselves. An open segment's address carries how much of it is meant, so that it never changes. */
function storedAddress(piece: FootagePiece): PieceAddress {
  const uri = piece.sealed ? `${piece.segmentId}.mp4` : `${piece.segmentId}.mp4?bytes=${piece.bytes}`;
  return {
    init: { uri, bytes: { length: piece.initBytes, offset: 0 } },
    media: { uri, bytes: { length: piece.bytes - piece.initBytes, offset: piece.initBytes } },
  };
}

/**
 * The media playlist (RFC 8216) of one source's footage, in order. Media time runs on over gaps, dates jump: the
 * date of every segment is stated. A new capture has an init segment and a timeline of its own, hence a discontinuity;
 * so has a hole within a capture. `mapEach`: every segment has its own init segment (working copies).
 */
export function mediaPlaylist(
  pieces: readonly FootagePiece[],
  addressOf: (piece: FootagePiece) => PieceAddress = storedAddress,
  options: { readonly mapEach?: boolean; readonly remark?: string } = {},
): string {
  const lines = playlistHead(pieces.reduce((longest, piece) => Math.max(longest, durationMsOf(piece)), 0));
  if (options.remark) lines.push(`# ${options.remark}`);
  let previous: FootagePiece | undefined;
  for (const piece of pieces) {
    const newCapture = previous?.captureId !== piece.captureId;
    if (previous && (newCapture || piece.startUtcMs - previous.endUtcMs >= jointMs))
      lines.push('#EXT-X-DISCONTINUITY');
    const { init, media } = addressOf(piece);
    if (newCapture || options.mapEach) lines.push(mapLine(init));
    lines.push(
      `#EXT-X-PROGRAM-DATE-TIME:${dateTime(piece.startUtcMs)}`,
      `#EXTINF:${seconds(durationMsOf(piece))},`,
    );
    if (media.bytes) lines.push(`#EXT-X-BYTERANGE:${media.bytes.length}@${media.bytes.offset}`);
    lines.push(media.uri);
    previous = piece;
  }
  lines.push('#EXT-X-ENDLIST', '');
  return lines.join('\n');
}

export function mapLine(init: PieceAddress['init']): string {
  const range = init.bytes ? `,BYTERANGE="${init.bytes.length}@${init.bytes.offset}"` : '';
  return `#EXT-X-MAP:URI="${init.uri}"${range}`;
}

function durationMsOf(piece: FootagePiece): number {
  return Math.max(1, piece.endUtcMs - piece.startUtcMs);
}
