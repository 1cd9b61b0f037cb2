import { BoxReader, type Box } from './box-reader.ts';
import { aacChannels, codecString } from './codec-string.ts';
import { MediaError } from './media-error.ts';

interface CommonInit {
  readonly trackId: number;
  /** Ticks per second of every time in the track's fragments. */
  readonly timescale: number;
  /** RFC 6381. */
  readonly codec: string;
  /** For `MediaSource.isTypeSupported` and HLS. */
  readonly mime: string;
  readonly hasEditList: boolean;
  /** `media_time` of the first edit that is not empty: ticks players skip at the start. 0 without an edit list. */
  readonly editMediaTimeTicks: number;
  /** From `trex`: what holds where a fragment says nothing. */
  readonly defaultDurationTicks: number;
  readonly defaultSizeBytes: number;
  readonly defaultFlags: number;
}
export interface PictureInit extends CommonInit {
  readonly trackKind: 'picture';
  readonly widthPx: number;
  readonly heightPx: number;
}
export interface SoundInit extends CommonInit {
  readonly trackKind: 'sound';
  readonly sampleRateHz: number;
  readonly channels: number;
}
export type InitSegment = PictureInit | SoundInit;

/** Reads `ftyp` + `moov` with exactly one track (ISO/IEC 14496-12). Throws `MediaError` for anything else. */
export function readInitSegment(bytes: Uint8Array): InitSegment {
  const reader = new BoxReader(bytes);
  const moov = reader.require(['moov'], 0, bytes.length);
  const tracks = [...reader.boxes(moov.bodyStart, moov.end)].filter((box) => box.type === 'trak');
  const [track] = tracks;
  if (track === undefined || tracks.length !== 1) {
    throw new MediaError(`${tracks.length} tracks where one was due`, moov.start);
  }
  const tkhd = reader.require(['tkhd'], track.bodyStart, track.end);
  const trackId = reader.u32(tkhd.bodyStart + (reader.u8(tkhd.bodyStart) === 1 ? 20 : 12));
  const mdia = reader.require(['mdia'], track.bodyStart, track.end);
  const mdhd = reader.require(['mdhd'], mdia.bodyStart, mdia.end);
  const timescale = reader.u32(mdhd.bodyStart + (reader.u8(mdhd.bodyStart) === 1 ? 20 : 12));
  if (timescale === 0) throw new MediaError('a timescale of 0', mdhd.start);
  const common = { trackId, timescale, ...editOf(reader, track), ...defaultsOf(reader, moov, trackId) };

  const hdlr = reader.require(['hdlr'], mdia.bodyStart, mdia.end);
  const handler = reader.fourCharacters(hdlr.bodyStart + 8);
  const stsd = reader.require(['minf', 'stbl', 'stsd'], mdia.bodyStart, mdia.end);
  const [entry] = reader.boxes(stsd.bodyStart + 8, stsd.end);
  if (entry === undefined) throw new MediaError('no sample entry', stsd.start);
  if (handler === 'vide') {
    const codec = codecString(reader, entry, entry.bodyStart + 78);
    return {
      ...common,
      trackKind: 'picture',
      codec,
      mime: `video/mp4; codecs="${codec}"`,
      widthPx: reader.u16(entry.bodyStart + 24),
      heightPx: reader.u16(entry.bodyStart + 26),
    };
  }
  if (handler === 'soun') {
    const codec = codecString(reader, entry, entry.bodyStart + 28);
    return {
      ...common,
      trackKind: 'sound',
      codec,
      mime: `audio/mp4; codecs="${codec}"`,
      channels: aacChannels(reader, entry, entry.bodyStart + 28) || reader.u16(entry.bodyStart + 16),
      sampleRateHz: reader.u32(entry.bodyStart + 24) / 65536,
    };
  }
  throw new MediaError(`a track of kind ${JSON.stringify(handler)}`, hdlr.start);
}

function editOf(reader: BoxReader, track: Box) {
  const edts = reader.find('edts', track.bodyStart, track.end);
  const elst = edts && reader.find('elst', edts.bodyStart, edts.end);
  if (elst === undefined) return { hasEditList: false, editMediaTimeTicks: 0 };
  const wide = reader.u8(elst.bodyStart) === 1;
  const entryBytes = wide ? 20 : 12;
  const count = reader.u32(elst.bodyStart + 4);
  for (let entry = 0; entry < count; entry += 1) {
    const at = elst.bodyStart + 8 + entry * entryBytes;
    if (at + entryBytes > elst.end) throw new MediaError('an edit list longer than its box', elst.start);
    const mediaTime = wide ? reader.i64(at + 8) : reader.i32(at + 4);
    if (mediaTime >= 0) return { hasEditList: true, editMediaTimeTicks: mediaTime };
  }
  return { hasEditList: true, editMediaTimeTicks: 0 };
}

function defaultsOf(reader: BoxReader, moov: Box, trackId: number) {
  const mvex = reader.require(['mvex'], moov.bodyStart, moov.end);
  for (const trex of reader.boxes(mvex.bodyStart, mvex.end)) {
    if (trex.type !== 'trex' || reader.u32(trex.bodyStart + 4) !== trackId) continue;
    return {
      defaultDurationTicks: reader.u32(trex.bodyStart + 12),
      defaultSizeBytes: reader.u32(trex.bodyStart + 16),
      defaultFlags: reader.u32(trex.bodyStart + 20),
    };
  }
  throw new MediaError(`no trex box for track ${trackId}`, mvex.start);
}
