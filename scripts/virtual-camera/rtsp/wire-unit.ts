import type { RtpPayload } from './rtp-payload.ts';

/** RTSP's interleaved frame header (RFC 2326, 10.12) and the fixed RTP header (RFC 3550, 5.1). */
const INTERLEAVED_BYTES = 4;
const RTP_BYTES = 12;
const HEADERS_BYTES = INTERLEAVED_BYTES + RTP_BYTES;

/**
 * All packets of one frame or one packet of sound, laid out ready to be written to a TCP connection;
 * channel, sequence number, timestamp and SSRC are still zero. Made once per file, shared by all cameras.
 */
export type WireUnit = {
  readonly template: Buffer;
  readonly packetOffsets: readonly number[];
  readonly payloadBytes: number;
  readonly isKeyframe: boolean;
};

export function layOut(payloads: readonly RtpPayload[], payloadType: number, isKeyframe: boolean): WireUnit {
  const payloadBytes = payloads.reduce((sum, payload) => sum + bytesOf(payload), 0);
  const template = Buffer.alloc(payloadBytes + payloads.length * HEADERS_BYTES);
  const packetOffsets: number[] = [];
  let offset = 0;
  for (const payload of payloads) {
    packetOffsets.push(offset);
    template[offset] = 0x24;
    template.writeUInt16BE(RTP_BYTES + bytesOf(payload), offset + 2);
    template[offset + 4] = 0x80;
    template[offset + 5] = (payload.marker ? 0x80 : 0) | payloadType;
    offset += HEADERS_BYTES;
    for (const piece of payload.pieces) offset += piece.copy(template, offset);
  }
  return { template, packetOffsets, payloadBytes, isKeyframe };
}

export type PacketNumbers = {
  readonly channel: number;
  readonly firstSequenceNumber: number;
  readonly timestamp: number;
  readonly ssrc: number;
};

/** The unit's packets with their headers filled in. `isDropped(i)` leaves the i-th out; its number stays used. */
export function address(
  unit: WireUnit,
  numbers: PacketNumbers,
  isDropped?: (index: number) => boolean,
): Buffer {
  const bytes = Buffer.allocUnsafe(unit.template.length);
  unit.template.copy(bytes);
  let sequenceNumber = numbers.firstSequenceNumber;
  for (const offset of unit.packetOffsets) {
    bytes[offset + 1] = numbers.channel;
    bytes.writeUInt16BE(sequenceNumber & 0xffff, offset + 6);
    bytes.writeUInt32BE(numbers.timestamp, offset + 8);
    bytes.writeUInt32BE(numbers.ssrc, offset + 12);
    sequenceNumber += 1;
  }
  return isDropped === undefined ? bytes : withoutDropped(unit, bytes, isDropped);
}

function withoutDropped(unit: WireUnit, bytes: Buffer, isDropped: (index: number) => boolean): Buffer {
  const kept = unit.packetOffsets.flatMap((offset, index) =>
    isDropped(index) ? [] : [bytes.subarray(offset, unit.packetOffsets[index + 1] ?? bytes.length)],
  );
  return Buffer.concat(kept);
}

function bytesOf(payload: RtpPayload): number {
  return payload.pieces.reduce((sum, piece) => sum + piece.length, 0);
}
