import type { UtcMs } from '@minhbach/shared/units-of-measure';

/** `#EXTINF` wants seconds; milliseconds are all we know. */
export function seconds(durationMs: number): string {
  const wholeMs = Math.round(durationMs);
  return `${Math.floor(wholeMs / 1000)}.${String(wholeMs % 1000).padStart(3, '0')}`;
}

export function dateTime(at: UtcMs): string {
  return new Date(at).toISOString();
}

/** RFC 8216 §4.2: a quoted string holds no quote and no line break, and has no escapes for them. */
export function quoted(text: string): string {
  return `"${text.replaceAll('"', '”').replaceAll(/[\r\n]+/g, ' ')}"`;
}

/** The first lines of a media playlist that is complete. `maxDurationMs`: its longest segment. */
export function playlistHead(maxDurationMs: number, version: 7 | 8 = 7): string[] {
  return [
    '#EXTM3U',
    `#EXT-X-VERSION:${version}`,
    '#EXT-X-PLAYLIST-TYPE:VOD',
    '#EXT-X-INDEPENDENT-SEGMENTS',
    `#EXT-X-TARGETDURATION:${Math.max(1, Math.ceil(maxDurationMs / 1000))}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
  ];
}
