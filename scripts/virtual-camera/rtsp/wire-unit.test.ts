import { expect, test } from '@jest/globals';
import { senderReport } from './sender-report.ts';
import { address, layOut } from './wire-unit.ts';

const unit = layOut(
  [
    { pieces: [Buffer.from([1, 2]), Buffer.from([3])], marker: false },
    { pieces: [Buffer.from([4])], marker: true },
  ],
  96,
  true,
);
const numbers = { channel: 2, firstSequenceNumber: 0xffff, timestamp: 0x01020304, ssrc: 0xaabbccdd };

test('packets are framed for an interleaved channel, numbered on across the wrap, and share the timestamp', () => {
  expect(address(unit, numbers).toString('hex')).toBe(
    [
      '2402000f',
      '8060ffff',
      '01020304',
      'aabbccdd',
      '010203',
      '2402000d',
      '80e00000',
      '01020304',
      'aabbccdd',
      '04',
    ].join(''),
  );
});

test('a dropped packet is missing, its number stays used', () => {
  const kept = address(unit, numbers, (index) => index === 0);
  expect(kept.toString('hex')).toBe('2402000d80e0000001020304aabbccdd04');
});

test('addressing leaves the shared template as it was', () => {
  const before = Buffer.from(unit.template);
  address(unit, numbers);
  expect(unit.template).toEqual(before);
});

test('a sender report says the wall clock in NTP time (RFC 3550, 6.4.1)', () => {
  const report = senderReport({
    channel: 1,
    ssrc: 0x11223344,
    wallClockMs: 1_500,
    timestamp: 7,
    packetCount: 8,
    octetCount: 9,
  });
  expect(report.toString('hex')).toBe(
    ['2401001c', '80c80006', '11223344', '83aa7e81', '80000000', '00000007', '00000008', '00000009'].join(''),
  );
});
