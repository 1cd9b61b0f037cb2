import { parse, types } from 'hls-parser';
import { wholePieces } from '@minhbach/shared/media';
import { readFrameNumbers, readSound } from './frame-numbers.ts';
import type { Caller } from './signed-in.ts';

/** The two ways to one source's footage: as a rendition of a counter's master playlist, and by its own playlist. */
export interface Playlists {
  readonly rendition: string;
  readonly own: string;
}

/** Where a player that was given these playlists puts something seen or heard, ms. */
export interface Places {
  /** UTC by the dates of the rendition. */
  readonly date: number;
  /** Media time, which all renditions of a master playlist share. */
  readonly media: number;
  /** UTC by the dates of the source's own playlist. */
  readonly ownDate: number;
}
export interface PlacedFrame extends Places {
  readonly number: number;
}

interface Piece {
  readonly utcMs: number;
  readonly init: Buffer;
  readonly media: Buffer;
}
interface Address {
  readonly uri: string;
  readonly byterange?: { readonly offset: number; readonly length: number };
}

const soundRateHz = 16_000;
/** Of a virtual camera's click, which peaks at 24 000; what coding leaves of it beside it stays far below. */
const clickLevel = 8_000;

/** The variant of a master playlist, and the sound renditions beside it. */
export async function renditionsOf(
  as: Caller,
  masterUrl: string,
): Promise<{ readonly picture: string; readonly sounds: readonly string[] }> {
  const master = parse(await textAt(as, masterUrl));
  if (!(master instanceof types.MasterPlaylist)) throw new Error('not a multivariant playlist');
  const [variant] = master.variants;
  if (variant === undefined) throw new Error('a master playlist without a variant');
  return {
    picture: beside(masterUrl, variant.uri),
    sounds: variant.audio.map(({ uri }) => beside(masterUrl, uri ?? '')),
  };
}

/** Every frame of a picture as a player would get it, from its second keyframe on. */
export async function placedFrames(as: Caller, playlists: Playlists): Promise<PlacedFrame[]> {
  const { bytes, places, keyframes } = await played(as, playlists);
  const numbers = await readFrameNumbers(bytes);
  if (numbers.length !== places.length)
    throw new Error(`${numbers.length} frames were decoded of ${places.length}`);
  // ffmpeg 5.1 hands the very first picture of a capture on without a time of its own.
  return places
    .map((place, index) => ({ ...place, number: numbers[index] ?? Number.NaN }))
    .slice(keyframes[1] ?? places.length);
}

/** Every click of a sound. */
export async function placedClicks(as: Caller, playlists: Playlists): Promise<Places[]> {
  const { bytes, places } = await played(as, playlists);
  const samples = await readSound(bytes, soundRateHz);
  const perFrame = samples.length / places.length;
  if (!Number.isInteger(perFrame)) throw new Error(`${samples.length} samples of ${places.length} frames`);
  const clicks: Places[] = [];
  let heardAt = Number.NEGATIVE_INFINITY;
  for (const [at, sample] of samples.entries()) {
    if (Math.abs(sample) < clickLevel) continue;
    const place = places[Math.floor(at / perFrame)];
    const intoMs = ((at % perFrame) * 1000) / soundRateHz;
    if (at - heardAt > soundRateHz / 2 && place !== undefined) {
      const { date, media, ownDate } = place;
      clicks.push({ date: date + intoMs, media: media + intoMs, ownDate: ownDate + intoMs });
    }
    heardAt = at;
  }
  return clicks;
}

/** The bytes a player gets, and for each coded frame in them where it is to be played. */
async function played(as: Caller, playlists: Playlists) {
  const pieces = await download(as, playlists.rendition);
  const frames = codedFrames(pieces);
  const own = codedFrames(await download(as, playlists.own));
  return {
    bytes: Buffer.concat([pieces[0]?.init ?? Buffer.alloc(0), ...pieces.map(({ media }) => media)]),
    places: frames.map(({ utcMs, mediaMs }, index): Places => {
      // Not there at the end of a segment that was still being written when the first playlist was asked for.
      return { date: utcMs, media: mediaMs, ownDate: own[index]?.utcMs ?? Number.NaN };
    }),
    keyframes: frames.flatMap(({ isKeyframe }, index) => (isKeyframe ? index : [])),
  };
}

/** Each coded frame's media time as it is served, and what the date of its segment makes of that. */
function codedFrames(pieces: readonly Piece[]) {
  return pieces.flatMap(({ utcMs, init, media }) => {
    const whole = wholePieces(Buffer.concat([init, media]));
    const first = whole?.fragments[0]?.fragment;
    if (whole === undefined || first === undefined) throw new Error('a segment without a fragment');
    const { timescale } = whole.init;
    return whole.fragments.flatMap(({ fragment }) =>
      Array.from({ length: fragment.samples }, (_, index) => {
        const ticks = fragment.tfdt + (index * fragment.durationTicks) / fragment.samples;
        return {
          utcMs: utcMs + ((ticks - first.tfdt) * 1000) / timescale,
          mediaMs: (ticks * 1000) / timescale,
          isKeyframe: index === 0 && fragment.startsWithKeyframe,
        };
      }),
    );
  });
}

/** All segments of a playlist whose footage is one capture's; one that has no date follows the one before (RFC 8216). */
async function download(as: Caller, playlistUrl: string): Promise<Piece[]> {
  const playlist = parse(await textAt(as, playlistUrl));
  if (!(playlist instanceof types.MediaPlaylist)) throw new Error('not a media playlist');
  const bytesAt = async ({ uri, byterange: range }: Address): Promise<Buffer> => {
    const headers = range ? { Range: `bytes=${range.offset}-${range.offset + range.length - 1}` } : {};
    const response = await as.fetch(beside(playlistUrl, uri), { headers });
    if (response.status !== (range ? 206 : 200)) throw new Error(`${uri}: ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  };
  const segments = playlist.segments.filter(({ gap }) => gap !== true);
  const [first] = segments;
  if (first === undefined) throw new Error('a playlist without footage');
  const init = await bytesAt(first.map);
  const pieces: Piece[] = [];
  let utcMs = Number.NaN;
  for (const segment of segments) {
    if (segment.map.uri !== first.map.uri) throw new Error('footage of several captures');
    if (segment.programDateTime !== undefined) utcMs = segment.programDateTime.getTime();
    pieces.push({ utcMs, init, media: await bytesAt(segment) });
    utcMs += segment.duration * 1000;
  }
  return pieces;
}

async function textAt(as: Caller, url: string): Promise<string> {
  const response = await as.fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response.text();
}

/** A playlist's address of something, as a path of the monitor. */
function beside(playlistUrl: string, uri: string): string {
  const { pathname, search } = new URL(uri, new URL(playlistUrl, 'http://monitor'));
  return pathname + search;
}
