import { describe, expect, test } from '@jest/globals';
import {
  aacPayload,
  g711Payload,
  LARGEST_PAYLOAD_BYTES,
  picturePayloads,
  type RtpPayload,
} from './rtp-payload.ts';

const bytesOf = (payload: RtpPayload | undefined) => Buffer.concat(payload?.pieces ?? []);
const nal = (header: readonly number[], length: number) =>
  Buffer.concat([Buffer.from(header), Buffer.alloc(length - header.length, 0x55)]);

describe('H.264 payloads (RFC 6184)', () => {
  test('NAL units that fit go alone; only the last packet of the frame is marked', () => {
    const unit = { nals: [nal([0x67], 20), nal([0x68], 5), nal([0x65], 900)], isKeyframe: true };
    const payloads = picturePayloads('h264', unit);
    expect(payloads.map(({ marker }) => marker)).toEqual([false, false, true]);
    expect(bytesOf(payloads[0])).toEqual(unit.nals[0]);
  });

  test('a long NAL unit becomes FU-A: start, middle, end, and gives back what went in', () => {
    const idr = nal([0x65], 4000);
    const payloads = picturePayloads('h264', { nals: [idr], isKeyframe: true });
    expect(payloads.map((payload) => bytesOf(payload).subarray(0, 2).toString('hex'))).toEqual([
      '7c85',
      '7c05',
      '7c45',
    ]);
    expect(payloads.map(({ marker }) => marker)).toEqual([false, false, true]);
    for (const payload of payloads)
      expect(bytesOf(payload).length).toBeLessThanOrEqual(LARGEST_PAYLOAD_BYTES);
    const joined = Buffer.concat(payloads.map((payload) => bytesOf(payload).subarray(2)));
    expect(Buffer.concat([Buffer.from([0x65]), joined])).toEqual(idr);
  });

  test('the reference bits of a P slice are kept in the FU indicator', () => {
    const [first] = picturePayloads('h264', { nals: [nal([0x41], 2000)], isKeyframe: false });
    expect(bytesOf(first).subarray(0, 2).toString('hex')).toBe('5c81');
  });
});

describe('H.265 payloads (RFC 7798)', () => {
  test('a long NAL unit becomes FUs with the two-byte header and the type in the FU header', () => {
    const idr = nal([0x26, 0x01], 3000);
    const payloads = picturePayloads('h265', { nals: [idr], isKeyframe: true });
    const heads = payloads.map((payload) => bytesOf(payload).subarray(0, 3).toString('hex'));
    expect(heads).toEqual(['620193', '620113', '620153']);
    const joined = Buffer.concat(payloads.map((payload) => bytesOf(payload).subarray(3)));
    expect(Buffer.concat([idr.subarray(0, 2), joined])).toEqual(idr);
  });
});

test('an AAC frame gets one AU header with its size (RFC 3640, AAC-hbr)', () => {
  const payload = aacPayload(Buffer.alloc(300, 1));
  // 16 bits of headers, then 300 << 3 = 0x0960.
  expect(bytesOf(payload).subarray(0, 4).toString('hex')).toBe('00100960');
  expect(payload.marker).toBe(true);
});

test('G.711 goes as it is, unmarked', () => {
  expect(bytesOf(g711Payload(Buffer.alloc(320, 0xd5)))).toEqual(Buffer.alloc(320, 0xd5));
  expect(g711Payload(Buffer.alloc(320)).marker).toBe(false);
});
