import { mapLine } from './media-playlist.ts';
import { dateTime, playlistHead, seconds } from './playlist-text.ts';
import type { PresentationItem } from './presentation.ts';
import { copyTimescale } from './transcode-segment.ts';
import { copyAddress, copyRemark } from './working-copy-address.ts';

/** The media playlist of one rendition of a `presentation`. Its segments are served with their decode times shifted. */
export function renditionPlaylist(items: readonly PresentationItem[], copied = false): string {
  const longestMs = items.reduce((longest, item) => Math.max(longest, item.durationMs), 0);
  // `EXT-X-GAP` came with version 8.
  const lines = playlistHead(longestMs, items.some(({ kind }) => kind === 'gap') ? 8 : 7);
  if (copied) lines.push(`# ${copyRemark}`);
  let captureId: string | undefined;
  for (const item of items) {
    if (item.discontinuity) lines.push('#EXT-X-DISCONTINUITY');
    if (item.kind === 'gap') {
      lines.push(
        `#EXT-X-PROGRAM-DATE-TIME:${dateTime(item.at)}`,
        '#EXT-X-GAP',
        `#EXTINF:${seconds(item.durationMs)},`,
        'gap.m4s',
      );
      continue;
    }
    const { piece } = item;
    if (copied || piece.captureId !== captureId) {
      lines.push(
        mapLine(
          copied ? copyAddress(piece).init : { uri: `${piece.segmentId}.init.mp4?bytes=${piece.bytes}` },
        ),
      );
      captureId = piece.captureId;
    }
    const media = copied ? copyAddress(piece).media.uri : `${piece.segmentId}.m4s?bytes=${piece.bytes}`;
    const timescale = copied ? copyTimescale : piece.timescale;
    lines.push(
      `#EXT-X-PROGRAM-DATE-TIME:${dateTime(piece.startUtcMs)}`,
      `#EXTINF:${seconds(item.durationMs)},`,
      `${media}&shift=${Math.round((item.shiftTicks / piece.timescale) * timescale)}`,
    );
  }
  lines.push('#EXT-X-ENDLIST', '');
  return lines.join('\n');
}
