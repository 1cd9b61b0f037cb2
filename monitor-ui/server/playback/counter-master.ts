import type { FootagePiece, KnownSource } from '../catalogue/index.ts';
import { notFound } from '../problem/index.ts';
import type { Grant } from './grants.ts';
import { codecOf, masterPlaylist, type MasterRendition } from './master-playlist.ts';
import { piecesOf, sourcesOf, type PlaybackParts } from './playback-parts.ts';
import { presentation } from './presentation.ts';
import { renditionPlaylist } from './rendition-playlist.ts';

type Copy = 'h264' | undefined;

interface Rendition {
  readonly source: KnownSource;
  readonly pieces: readonly FootagePiece[];
}

/** The multivariant playlist of a counter: `camera` (or the first that has footage) and every microphone that has. */
export function counterMaster(
  parts: PlaybackParts,
  grant: Grant,
  camera: KnownSource | undefined,
  copy: Copy,
): string {
  const { picture, sounds } = renditionsOf(parts, grant, camera);
  const main = picture ?? sounds[0];
  if (main === undefined) return masterPlaylist(undefined, []);
  const describe = ({ source, pieces }: Rendition): MasterRendition => {
    const copied = copy === 'h264' && source.kind === 'camera';
    return {
      name: source.name,
      uri: `${source.id}/index.m3u8?timeline=${main.source.id}${copied ? '&copy=h264' : ''}`,
      codec: copied ? copyCodec : (codecOf(pieces[0]?.mime ?? '') ?? source.codec),
      bitsPerSecond: bitsPerSecond(pieces),
    };
  };
  return masterPlaylist(picture && describe(picture), sounds.map(describe));
}

/** One rendition's playlist within the master of `camera`. */
export function renditionOf(
  parts: PlaybackParts,
  grant: Grant,
  camera: KnownSource,
  source: KnownSource,
  copy: Copy,
): string {
  const { picture, sounds } = renditionsOf(parts, grant, camera.kind === 'camera' ? camera : undefined);
  const all = [...(picture ? [picture] : []), ...sounds];
  const index = all.findIndex((rendition) => rendition.source.id === source.id);
  const items = presentation(all.map(({ pieces }) => pieces))[index];
  if (items === undefined) throw notFound('source');
  return renditionPlaylist(items, copy === 'h264' && source.kind === 'camera');
}

/** Constrained baseline, level 4.0: what the working copies are made to be. */
const copyCodec = 'avc1.42c028';

function renditionsOf(
  parts: PlaybackParts,
  grant: Grant,
  camera: KnownSource | undefined,
): { picture: Rendition | undefined; sounds: Rendition[] } {
  const all = sourcesOf(parts, grant)
    .map((source) => ({ source, pieces: piecesOf(parts, grant, source) }))
    .filter(({ pieces }) => pieces.length > 0);
  const cameras = all.filter(({ source }) => source.kind === 'camera');
  return {
    picture: camera ? cameras.find(({ source }) => source.id === camera.id) : cameras[0],
    sounds: all.filter(({ source }) => source.kind === 'microphone'),
  };
}

function bitsPerSecond(pieces: readonly FootagePiece[]): number {
  const rates = pieces.map(
    (piece) => (piece.bytes * 8000) / Math.max(500, piece.endUtcMs - piece.startUtcMs),
  );
  return Math.max(1, ...rates);
}
