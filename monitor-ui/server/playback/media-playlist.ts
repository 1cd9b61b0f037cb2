import type { FootagePiece } from '../catalogue/index.ts';
import { jointMs, segmentCuts } from '../catalogue/index.ts';
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
 * A sealed segment whose keyframes' places are known is listed as several ranges of its file, so that a player fetches
 * seconds, not the whole of it, to show one picture.
 */
export function mediaPlaylist(
  pieces: readonly FootagePiece[],
  addressOf: (piece: FootagePiece) => PieceAddress = storedAddress,
  options: { readonly mapEach?: boolean; readonly remark?: string } = {},
): string {
  const lines: string[] = [];
  let longestMs = 0;
  let previous: FootagePiece | undefined;
  for (const piece of pieces) {
    const newCapture = previous?.captureId !== piece.captureId;
    if (previous && (newCapture || piece.startUtcMs - previous.endUtcMs >= jointMs))
      lines.push('#EXT-X-DISCONTINUITY');
    const { init, media } = addressOf(piece);
    if (newCapture || options.mapEach) lines.push(mapLine(init));
    // One date for each stored segment; within it players count on from there (RFC 8216 §4.3.2.6).
    lines.push(`#EXT-X-PROGRAM-DATE-TIME:${dateTime(piece.startUtcMs)}`);
    // One string for each range: a day has some 20,000 of them.
    for (const { durationMs, bytes } of rangesOf(piece, media)) {
      if (durationMs > longestMs) longestMs = durationMs;
      const range = bytes ? `#EXT-X-BYTERANGE:${bytes.length}@${bytes.offset}\n` : '';
      lines.push(`#EXTINF:${seconds(durationMs)},\n${range}${media.uri}`);
    }
    previous = piece;
  }
  const remark = options.remark ? [`# ${options.remark}`] : [];
  return [...playlistHead(longestMs), ...remark, ...lines, '#EXT-X-ENDLIST', ''].join('\n');
}

export function mapLine(init: PieceAddress['init']): string {
  const range = init.bytes ? `,BYTERANGE="${init.bytes.length}@${init.bytes.offset}"` : '';
  return `#EXT-X-MAP:URI="${init.uri}"${range}`;
}

interface MediaRange {
  readonly durationMs: number;
  readonly bytes: PieceAddress['media']['bytes'];
}

/** The ranges to list for a piece: from cut to cut where the stored bytes are meant, else all of it. */
function rangesOf(piece: FootagePiece, { bytes }: PieceAddress['media']): MediaRange[] {
  const { cuts } = piece;
  const durationMs = durationMsOf(piece);
  if (bytes === undefined || cuts === undefined) return [{ durationMs, bytes }];
  const endByte = bytes.offset + bytes.length;
  return segmentCuts(cuts).map(({ atMs, offset }, index, all) => {
    const next = all[index + 1];
    return {
      durationMs: (next?.atMs ?? durationMs) - atMs,
      bytes: { offset, length: (next?.offset ?? endByte) - offset },
    };
  });
}

function durationMsOf(piece: FootagePiece): number {
  return Math.max(1, piece.endUtcMs - piece.startUtcMs);
}
