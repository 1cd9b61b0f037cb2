import { mapLine } from './media-playlist.ts';
import { dateTime, playlistHead, seconds } from './playlist-text.ts';
import type { PresentationItem } from './presentation.ts';

/** The media playlist of one rendition of a `presentation`. Its segments are served with their decode times shifted. */
export function renditionPlaylist(items: readonly PresentationItem[]): string {
  const lines = playlistHead(items.reduce((longest, item) => Math.max(longest, item.durationMs), 0));
  let captureId: string | undefined;
  for (const item of items) {
    for (let count = 0; count < item.discontinuities; count += 1) lines.push('#EXT-X-DISCONTINUITY');
    if (item.kind === 'gap') {
      lines.push(
        `#EXT-X-PROGRAM-DATE-TIME:${dateTime(item.at)}`,
        '#EXT-X-GAP',
        `#EXTINF:${seconds(item.durationMs)},`,
        'gap.m4s',
      );
      continue;
    }
    const { piece, shiftTicks } = item;
    if (piece.captureId !== captureId) {
      lines.push(mapLine({ uri: `${piece.segmentId}.init.mp4` }));
      captureId = piece.captureId;
    }
    lines.push(
      `#EXT-X-PROGRAM-DATE-TIME:${dateTime(piece.startUtcMs)}`,
      `#EXTINF:${seconds(item.durationMs)},`,
      `${piece.segmentId}.m4s?bytes=${piece.bytes}&shift=${shiftTicks}`,
    );
  }
  lines.push('#EXT-X-ENDLIST', '');
  return lines.join('\n');
}
