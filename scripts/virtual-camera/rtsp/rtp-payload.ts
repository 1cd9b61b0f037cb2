import type { AccessUnit, PictureCodec } from '../media/annex-b.ts';

/** A payload of one RTP packet, in pieces to be laid one after the other. */
export type RtpPayload = { readonly pieces: readonly Buffer[]; readonly marker: boolean };

/** Payloads stay below an Ethernet frame, as on a camera's network, although TCP would take more. */
export const LARGEST_PAYLOAD_BYTES = 1400;

const H264_FU_A = 28;
const H265_FU = 49;

/** RFC 6184 (single NAL unit and FU-A) and RFC 7798 (single NAL unit and FU); the last packet of a frame is marked. */
export function picturePayloads(codec: PictureCodec, unit: AccessUnit): readonly RtpPayload[] {
  const payloads: RtpPayload[] = [];
  for (const [index, nal] of unit.nals.entries()) {
    const isLastNal = index === unit.nals.length - 1;
    if (nal.length <= LARGEST_PAYLOAD_BYTES) {
      payloads.push({ pieces: [nal], marker: isLastNal });
      continue;
    }
    const headerBytes = codec === 'h264' ? 1 : 2;
    const pieceBytes = LARGEST_PAYLOAD_BYTES - headerBytes - 1;
    for (let start = headerBytes; start < nal.length; start += pieceBytes) {
      const end = Math.min(start + pieceBytes, nal.length);
      const isEnd = end === nal.length;
      const header = fragmentHeader(codec, nal, start === headerBytes, isEnd);
      payloads.push({ pieces: [header, nal.subarray(start, end)], marker: isLastNal && isEnd });
    }
  }
  return payloads;
}

function fragmentHeader(codec: PictureCodec, nal: Buffer, isStart: boolean, isEnd: boolean): Buffer {
  const first = nal.readUInt8(0);
  const flags = (isStart ? 0x80 : 0) | (isEnd ? 0x40 : 0);
  if (codec === 'h264') return Buffer.from([(first & 0xe0) | H264_FU_A, flags | (first & 0x1f)]);
  return Buffer.from([(first & 0x81) | (H265_FU << 1), nal.readUInt8(1), flags | ((first >> 1) & 0x3f)]);
}

/** RFC 3640, mode AAC-hbr: one AU-header of 16 bits (13 size, 3 index) before one whole AAC frame. */
export function aacPayload(frame: Buffer): RtpPayload {
  const header = Buffer.alloc(4);
  header.writeUInt16BE(16, 0);
  header.writeUInt16BE(frame.length << 3, 2);
  return { pieces: [header, frame], marker: true };
}

/** RFC 3551: G.711 samples as they are. */
export function g711Payload(samples: Buffer): RtpPayload {
  return { pieces: [samples], marker: false };
}
