import type { Box, BoxReader } from './box-reader.ts';
import { MediaError } from './media-error.ts';

const hex = (value: number) => value.toString(16).padStart(2, '0');

/** RFC 6381 for a sample entry whose child boxes fill `from..to`. Throws for codecs this system does not carry. */
export function codecString(reader: BoxReader, entry: Box, from: number): string {
  switch (entry.type) {
    case 'avc1':
    case 'avc3': {
      const { bodyStart } = reader.require(['avcC'], from, entry.end);
      return `${entry.type}.${[1, 2, 3].map((at) => hex(reader.u8(bodyStart + at))).join('')}`;
    }
    case 'hvc1':
    case 'hev1':
      return `${entry.type}.${hevcParameters(reader, reader.require(['hvcC'], from, entry.end).bodyStart)}`;
    case 'mp4a':
      return mp4aCodec(reader, reader.require(['esds'], from, entry.end));
    default:
      throw new MediaError(`unsupported sample entry ${JSON.stringify(entry.type)}`, entry.start);
  }
}

/** ISO/IEC 14496-15 Annex E.3. */
function hevcParameters(reader: BoxReader, at: number): string {
  const first = reader.u8(at + 1);
  const space = ['', 'A', 'B', 'C'][first >> 6] ?? '';
  let compatibility = 0;
  const flags = reader.u32(at + 2);
  for (let bit = 0; bit < 32; bit += 1) if ((flags >>> bit) & 1) compatibility |= 1 << (31 - bit);
  const constraints = [6, 7, 8, 9, 10, 11].map((offset) => reader.u8(at + offset));
  while (constraints.at(-1) === 0) constraints.pop();
  return [
    `${space}${first & 31}`,
    (compatibility >>> 0).toString(16),
    `${first & 32 ? 'H' : 'L'}${reader.u8(at + 12)}`,
    ...constraints.map((byte) => byte.toString(16)),
  ].join('.');
}

/** ISO/IEC 14496-1 §7.2.6: ES descriptor (3) > decoder config (4) > decoder specific info (5). */
function mp4aCodec(reader: BoxReader, esds: Box): string {
  const { objectType, info } = decoderConfig(reader, esds);
  if (objectType !== 0x40) return `mp4a.${hex(objectType)}`;
  const bits = reader.u16(info.start);
  const audioObjectType = bits >> 11;
  return `mp4a.40.${audioObjectType === 31 ? 32 + ((bits >> 5) & 63) : audioObjectType}`;
}

/**
 * Channels by the AudioSpecificConfig (ISO/IEC 14496-3 §1.6.2.1); 0 when only the frames tell. The sample entry's own
 * count is a constant 2 in what ffmpeg writes.
 */
export function aacChannels(reader: BoxReader, entry: Box, from: number): number {
  const { info } = decoderConfig(reader, reader.require(['esds'], from, entry.end));
  const bits = reader.u16(info.start);
  return ((bits >> 7) & 15) === 15 ? 0 : (bits >> 3) & 15;
}

/** Where the decoder specific info stands. */
export function decoderInfo(reader: BoxReader, esds: Box): { readonly start: number; readonly end: number } {
  return decoderConfig(reader, esds).info;
}

function decoderConfig(reader: BoxReader, esds: Box) {
  const es = descriptor(reader, esds.bodyStart + 4, esds.end, 3);
  const flags = reader.u8(es.start + 2);
  let at = es.start + 3;
  if (flags & 0x80) at += 2;
  if (flags & 0x40) at += 1 + reader.u8(at);
  if (flags & 0x20) at += 2;
  const config = descriptor(reader, at, es.end, 4);
  const objectType = reader.u8(config.start);
  return { objectType, info: descriptor(reader, config.start + 13, config.end, 5) };
}

function descriptor(
  reader: BoxReader,
  from: number,
  to: number,
  tag: number,
): { start: number; end: number } {
  if (reader.u8(from) !== tag) throw new MediaError(`descriptor ${tag} is missing`, from);
  let sizeBytes = 0;
  let at = from + 1;
  for (let length = 0; length < 4; length += 1) {
    const byte = reader.u8(at);
    at += 1;
    sizeBytes = sizeBytes * 128 + (byte & 127);
    if (byte < 128) break;
  }
  if (at + sizeBytes > to) throw new MediaError(`descriptor ${tag} does not fit`, from);
  return { start: at, end: at + sizeBytes };
}
