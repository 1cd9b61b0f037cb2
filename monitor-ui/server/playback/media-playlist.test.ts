import { describe, expect, it } from '@jest/globals';
import { parse, types } from 'hls-parser';
import {
  captureIdSchema,
  newId,
  segmentIdSchema,
  sourceIdSchema,
  utcMs,
} from '@minhbach/shared/units-of-measure';
import type { FootagePiece } from '../catalogue/index.ts';
import { mediaPlaylist } from './media-playlist.ts';
import { masterPlaylist } from './master-playlist.ts';
import { presentation } from './presentation.ts';
import { renditionPlaylist } from './rendition-playlist.ts';

const sourceId = newId(sourceIdSchema);
const t0 = Date.UTC(2026, 10, 22, 1);

function piece(
  start: number,
  end: number,
  captureId: FootagePiece['captureId'],
  tfdt = 0,
  sealed = true,
): FootagePiece {
  return {
    segmentId: newId(segmentIdSchema),
    sourceId,
    captureId,
    startUtcMs: utcMs(t0 + start),
    endUtcMs: utcMs(t0 + end),
    firstTfdt: tfdt,
    timescale: 1000,
    bytes: 5_000,
    initBytes: 800,
    mime: 'video/mp4; codecs="avc1.4d0028"',
    sealed,
  };
}

function parsed(text: string) {
  const playlist = parse(text);
  if (!(playlist instanceof types.MediaPlaylist)) throw new Error('not a media playlist');
  return playlist;
}

const [one, two] = [newId(captureIdSchema), newId(captureIdSchema)];

describe('mediaPlaylist', () => {
  const pieces = [piece(0, 60_000, one), piece(60_000, 119_400, one), piece(150_000, 171_234, two, 0, false)];
  const playlist = parsed(mediaPlaylist(pieces));

  it('states dates, durations and byte ranges, and ends', () => {
    expect(playlist).toMatchObject({ version: 7, endlist: true, playlistType: 'VOD', targetDuration: 60 });
    expect(playlist.segments.map(({ duration }) => duration)).toEqual([60, 59.4, 21.234]);
    expect(playlist.segments.map(({ programDateTime }) => programDateTime?.getTime())).toEqual(
      pieces.map(({ startUtcMs }) => startUtcMs),
    );
    expect(playlist.segments[0]?.byterange).toEqual({ length: 4_200, offset: 800 });
    expect(playlist.segments[0]?.map).toMatchObject({ byterange: { length: 800, offset: 0 } });
  });

  it('is discontinuous exactly where a capture begins, with an init segment of its own', () => {
    expect(playlist.segments.map(({ discontinuity }) => Boolean(discontinuity))).toEqual([
      false,
      false,
      true,
    ]);
    expect(playlist.segments[2]?.map?.uri).toBe(`${pieces[2]?.segmentId}.mp4?bytes=5000`);
    expect(playlist.segments[1]?.map?.uri).toBe(`${pieces[0]?.segmentId}.mp4`);
  });

  it('is a playlist also when there is nothing', () => {
    expect(mediaPlaylist([])).toContain('#EXT-X-ENDLIST');
  });
});

describe('mediaPlaylist of segments with known keyframes', () => {
  const cut = { ...piece(0, 10_400, one), cuts: '[0,800,4000,2000,8000,3500]' };
  const text = mediaPlaylist([cut, piece(10_400, 15_000, one), piece(20_000, 24_000, two)]);

  it('lists ranges from keyframe to keyframe under the date of their segment', () => {
    expect(text.split('\n').slice(5, 18)).toEqual([
      '#EXT-X-MEDIA-SEQUENCE:0',
      `#EXT-X-MAP:URI="${cut.segmentId}.mp4",BYTERANGE="800@0"`,
      '#EXT-X-PROGRAM-DATE-TIME:2026-11-22T01:00:00.000Z',
      '#EXTINF:4.000,',
      '#EXT-X-BYTERANGE:1200@800',
      `${cut.segmentId}.mp4`,
      '#EXTINF:4.000,',
      '#EXT-X-BYTERANGE:1500@2000',
      `${cut.segmentId}.mp4`,
      '#EXTINF:2.400,',
      '#EXT-X-BYTERANGE:1500@3500',
      `${cut.segmentId}.mp4`,
      '#EXT-X-PROGRAM-DATE-TIME:2026-11-22T01:00:10.400Z',
    ]);
  });

  it('covers the bytes after the init segment exactly, and is discontinuous only at the capture', () => {
    const playlist = parsed(text);
    expect(playlist.targetDuration).toBe(5);
    let at = cut.initBytes;
    for (const { byterange, uri } of playlist.segments.slice(0, 3)) {
      expect(uri).toBe(`${cut.segmentId}.mp4`);
      expect(byterange?.offset).toBe(at);
      at += byterange?.length ?? 0;
    }
    expect(at).toBe(cut.bytes);
    expect(playlist.segments.map(({ discontinuity }) => Boolean(discontinuity))).toEqual([
      false,
      false,
      false,
      false,
      true,
    ]);
  });
});

describe('masterPlaylist', () => {
  it('names every sound, whatever people called them', () => {
    const sound = { uri: 'a.m3u8', codec: 'mp4a.40.2', bitsPerSecond: 32_000 };
    const text = masterPlaylist({ name: 'cam', uri: 'v.m3u8', codec: 'avc1.4d0028', bitsPerSecond: 2e6 }, [
      { ...sound, name: 'Quầy "1"\n#EXTM3U' },
      { ...sound, name: 'Mic' },
      { ...sound, name: 'Mic' },
    ]);
    const playlist = parse(text);
    if (!(playlist instanceof types.MasterPlaylist)) throw new Error('not a multivariant playlist');
    expect(playlist.variants).toHaveLength(1);
    expect(playlist.variants[0]).toMatchObject({ codecs: 'avc1.4d0028,mp4a.40.2', bandwidth: 2_032_000 });
    expect(playlist.variants[0]?.audio.map(({ name }) => name)).toEqual([
      'Quầy ”1” #EXTM3U',
      'Mic',
      'Mic (2)',
    ]);
  });
});

describe('presentation', () => {
  it('puts sources captured apart on one media timeline', () => {
    const camera = [piece(0, 60_000, one, 7_000), piece(60_000, 120_000, one, 67_000)];
    const microphone = [piece(500, 60_700, two, 90_000), piece(60_700, 119_900, two, 150_200)];
    const [video = [], audio = []] = presentation([camera, microphone]);
    expect(video.map((item) => item.kind === 'footage' && item.shiftTicks)).toEqual([-7_000, -7_000]);
    expect(audio.map((item) => (item.kind === 'footage' ? item.shiftTicks : item.durationMs))).toEqual([
      500, -89_500, -89_500,
    ]);
  });

  it('leaves out the time in which nobody has footage, and says where only one has none', () => {
    const [three, four] = [newId(captureIdSchema), newId(captureIdSchema)];
    const camera = [piece(0, 60_000, one), piece(90_000, 150_000, three)];
    const microphone = [piece(0, 60_000, two), piece(110_000, 150_000, four)];
    const [video = [], audio = []] = presentation([camera, microphone]);
    const total = (items: typeof video) => items.reduce((sum, { durationMs }) => sum + durationMs, 0);
    expect(total(video)).toBe(120_000);
    expect(total(audio)).toBe(120_000);
    expect(audio.map(({ kind }) => kind)).toEqual(['footage', 'gap', 'gap', 'footage']);
    // Second footage of the microphone: 60 s before the common gap, 20 s after the camera came back.
    expect(audio.at(-1)).toMatchObject({ kind: 'footage', shiftTicks: 80_000 });
    const count = (items: typeof video) => items.filter(({ discontinuity }) => discontinuity).length;
    expect([count(video), count(audio)]).toEqual([1, 1]);
    const playlist = parsed(renditionPlaylist(audio));
    expect(playlist.segments.map(({ gap }) => Boolean(gap))).toEqual([false, true, true, false]);
    expect(playlist.segments[1]?.discontinuity).toBe(true);
  });

  it('does not tear a seam for a correction of a few milliseconds, and does not let them add up', () => {
    const drifting = Array.from({ length: 10 }, (_, index) =>
      piece(index * 60_006, (index + 1) * 60_006, one, index * 60_000),
    );
    const [items = []] = presentation([drifting]);
    const shifts = items.map((item) => (item.kind === 'footage' ? item.shiftTicks : Number.NaN));
    expect(new Set(shifts).size).toBeLessThan(5);
    for (const [index, shift] of shifts.entries()) expect(Math.abs(shift - index * 6)).toBeLessThan(20);
  });
});
