const NTP_EPOCH_OFFSET_SECONDS = 2_208_988_800;

export type SenderReport = {
  readonly channel: number;
  readonly ssrc: number;
  readonly wallClockMs: number;
  readonly timestamp: number;
  readonly packetCount: number;
  readonly octetCount: number;
};

/** An RTCP sender report (RFC 3550, 6.4.1) without report blocks, framed for an interleaved RTCP channel. */
export function senderReport(report: SenderReport): Buffer {
  const bytes = Buffer.alloc(32);
  const seconds = Math.floor(report.wallClockMs / 1000);
  bytes[0] = 0x24;
  bytes[1] = report.channel;
  bytes.writeUInt16BE(28, 2);
  bytes[4] = 0x80;
  bytes[5] = 200;
  bytes.writeUInt16BE(6, 6);
  bytes.writeUInt32BE(report.ssrc, 8);
  bytes.writeUInt32BE((seconds + NTP_EPOCH_OFFSET_SECONDS) % 2 ** 32, 12);
  bytes.writeUInt32BE(Math.floor(((report.wallClockMs - seconds * 1000) / 1000) * 2 ** 32), 16);
  bytes.writeUInt32BE(report.timestamp, 20);
  bytes.writeUInt32BE(report.packetCount % 2 ** 32, 24);
  bytes.writeUInt32BE(report.octetCount % 2 ** 32, 28);
  return bytes;
}
