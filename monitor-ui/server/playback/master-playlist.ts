import { quoted } from './playlist-text.ts';

export interface MasterRendition {
  readonly name: string;
  readonly uri: string;
  /** RFC 6381. */
  readonly codec: string | undefined;
  readonly bitsPerSecond: number;
}

/** Multivariant playlist: one picture, every sound as a rendition of it. Without a picture, the first sound stands in. */
export function masterPlaylist(
  picture: MasterRendition | undefined,
  sounds: readonly MasterRendition[],
): string {
  const lines = ['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-INDEPENDENT-SEGMENTS'];
  const names = uniqueNames(sounds.map((sound) => sound.name));
  const main = picture ?? sounds[0];
  if (picture) {
    for (const [index, sound] of sounds.entries()) {
      const first = index === 0 ? 'YES' : 'NO';
      lines.push(
        `#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME=${quoted(names[index] ?? sound.name)},DEFAULT=${first},AUTOSELECT=${first},URI="${sound.uri}"`,
      );
    }
  }
  if (main) {
    const grouped = picture ? sounds : [];
    const codecs = [...new Set([main, ...grouped].flatMap(({ codec }) => codec ?? []))].join(',');
    const bandwidth = main.bitsPerSecond + Math.max(0, ...grouped.map((sound) => sound.bitsPerSecond));
    const attributes = [
      `BANDWIDTH=${Math.max(1, Math.ceil(bandwidth))}`,
      ...(codecs ? [`CODECS="${codecs}"`] : []),
      ...(grouped.length > 0 ? ['AUDIO="sound"'] : []),
    ];
    lines.push(`#EXT-X-STREAM-INF:${attributes.join(',')}`, main.uri);
  }
  lines.push('');
  return lines.join('\n');
}

/** RFC 8216 §4.3.4.1.1: names in a group differ. */
function uniqueNames(names: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name} (${count})`;
  });
}

/** `codecs` parameter of a MIME type, or `undefined`. */
export function codecOf(mime: string): string | undefined {
  return /codecs="([^"\r\n]+)"/.exec(mime)?.[1];
}
