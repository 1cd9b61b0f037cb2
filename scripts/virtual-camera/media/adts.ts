import { VirtualCameraError } from '../virtual-camera-error.ts';

type AdtsFrame = { readonly payload: Buffer };
export type AdtsStream = {
  readonly frames: readonly AdtsFrame[];
  /** AudioSpecificConfig (ISO/IEC 14496-3), two bytes. */
  readonly config: Buffer;
};

/** Reads an ADTS stream (ISO/IEC 13818-7, 6.2): fixed header of 7 bytes, no CRC. */
export function readAdts(stream: Buffer): AdtsStream {
  const frames: AdtsFrame[] = [];
  let config: Buffer | undefined;
  let offset = 0;
  while (offset + 7 <= stream.length) {
    if (stream.readUInt16BE(offset) >> 4 !== 0xfff) {
      throw new VirtualCameraError('media-unreadable', `no ADTS frame at byte ${offset}`);
    }
    const headerBytes = (stream.readUInt8(offset + 1) & 1) === 1 ? 7 : 9;
    const frameBytes = (stream.readUIntBE(offset + 3, 3) >> 5) & 0x1fff;
    const profile = stream.readUInt8(offset + 2) >> 6;
    const rateIndex = (stream.readUInt8(offset + 2) >> 2) & 0xf;
    const channels = ((stream.readUInt8(offset + 2) & 1) << 2) | (stream.readUInt8(offset + 3) >> 6);
    if (config === undefined) {
      config = Buffer.alloc(2);
      config.writeUInt16BE(((profile + 1) << 11) | (rateIndex << 7) | (channels << 3));
    }
    frames.push({ payload: stream.subarray(offset + headerBytes, offset + frameBytes) });
    offset += frameBytes;
  }
  if (config === undefined) throw new VirtualCameraError('media-unreadable', 'an ADTS stream without frames');
  return { frames, config };
}
