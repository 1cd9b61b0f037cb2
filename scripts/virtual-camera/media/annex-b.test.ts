import { expect, test } from '@jest/globals';
import { readAdts } from './adts.ts';
import { accessUnits, nalUnits } from './annex-b.ts';

test('start codes of three and four bytes, and trailing zeros, are no part of a NAL unit', () => {
  const stream = Buffer.from([0, 0, 0, 1, 0x67, 1, 2, 0, 0, 1, 0x68, 3, 0, 0, 0, 1, 0x65, 0x88, 0]);
  expect(nalUnits(stream).map((nal) => nal.toString('hex'))).toEqual(['670102', '6803', '6588']);
});

test('parameter sets belong to the frame that follows; slices of one frame stay together', () => {
  const nals = ['67', '68', '6588', '6540', '419a', '419a'].map((hex) => Buffer.from(hex, 'hex'));
  const units = accessUnits('h264', nals);
  expect(units.map((unit) => unit.nals.length)).toEqual([4, 1, 1]);
  expect(units.map((unit) => unit.isKeyframe)).toEqual([true, false, false]);
});

test('H.265 frames begin where the first slice segment flag is set', () => {
  const nals = ['400101', '420101', '440101', '260180', '260100', '020180'].map((hex) =>
    Buffer.from(hex, 'hex'),
  );
  const units = accessUnits('h265', nals);
  expect(units.map((unit) => unit.nals.length)).toEqual([5, 1]);
  expect(units.map((unit) => unit.isKeyframe)).toEqual([true, false]);
});

test('ADTS frames are cut out, and the decoder configuration made from their header', () => {
  // AAC LC, 16 kHz (index 8), mono, 9 bytes: 7 of header and 2 of payload.
  const frame = Buffer.from([0xff, 0xf1, 0x60, 0x40, 0x01, 0x3f, 0xfc, 0xaa, 0xbb]);
  const { frames, config } = readAdts(Buffer.concat([frame, frame]));
  expect(frames.map(({ payload }) => payload.toString('hex'))).toEqual(['aabb', 'aabb']);
  expect(config.toString('hex')).toBe('1408');
});
