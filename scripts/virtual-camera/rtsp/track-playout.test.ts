import { expect, test } from '@jest/globals';
import type { MediaTrack } from '../media/media-track.ts';
import { TrackPlayout } from './track-playout.ts';
import { layOut } from './wire-unit.ts';

const NO_FAULTS = {
  timestampJumpMs: 0,
  timestampSpeed: undefined,
  dropEveryNth: undefined,
  badLine: undefined,
};
const track: MediaTrack = {
  medium: 'video',
  payloadType: 96,
  encodingName: 'H264',
  clockRate: 90_000,
  kilobitsPerSecond: 2000,
  ticksPerUnit: 3600,
  unitsPerEntry: 50,
  numberStep: 1,
  units: Array.from({ length: 1000 }, (_, index) =>
    layOut([{ pieces: [Buffer.from([index & 0xff])], marker: true }], 96, index % 50 === 0),
  ),
};

test('unit n is due n frames after the epoch, and an entry is a keyframe not before the moment asked for', () => {
  const playout = new TrackPlayout(track, 1000);
  expect(playout.dueAtMs(25)).toBe(2000);
  expect(playout.unitFrom(2000)).toBe(25);
  expect(playout.unitFrom(2000.1)).toBe(26);
  expect(playout.entryFrom(3000)).toBe(50);
  expect(playout.entryFrom(3001)).toBe(100);
});

test('timestamps run on across laps and wrap at 32 bits, frame numbers start again with each lap', () => {
  const playout = new TrackPlayout(track, 0);
  const difference =
    (playout.timestampOf(1000, NO_FAULTS) - playout.timestampOf(999, NO_FAULTS) + 2 ** 32) % 2 ** 32;
  expect(difference).toBe(3600);
  expect(playout.pick(999).lapIndex).toBe(999);
  expect(playout.pick(1000).lapIndex).toBe(0);
  for (const unit of [0, 1_200_000, 10_000_000]) {
    const timestamp = playout.timestampOf(unit, NO_FAULTS);
    expect(timestamp).toBeGreaterThanOrEqual(0);
    expect(timestamp).toBeLessThan(2 ** 32);
  }
});

test('a timestamp jump moves all timestamps by that much, backwards too', () => {
  const playout = new TrackPlayout(track, 0);
  const plain = playout.timestampOf(5, NO_FAULTS);
  const jumped = playout.timestampOf(5, { ...NO_FAULTS, timestampJumpMs: -50_000 });
  expect((plain - jumped + 2 ** 32) % 2 ** 32).toBe(4_500_000);
});

test('an overlay is sent from its start to the keyframe at which overlays are ended', () => {
  const playout = new TrackPlayout(track, 0);
  const wire = track.units[7] ?? layOut([], 96, false);
  playout.addOverlay({ startUnit: 50, endUnit: Infinity, pick: () => ({ wire, lapIndex: undefined }) });
  expect(playout.pick(49).lapIndex).toBe(49);
  expect(playout.pick(50).wire).toBe(wire);
  playout.endOverlays(playout.dueAtMs(120));
  expect(playout.pick(149).wire).toBe(wire);
  expect(playout.pick(150).lapIndex).toBe(150);
});

test('sequence numbers go on from unit to unit; every nth packet is left out', () => {
  const playout = new TrackPlayout(track, 0);
  const sent = [1, 2, 3, 4].map((unit) => {
    const { wire } = playout.pick(unit);
    return (
      playout.packets(unit, wire, new Set([0]), { ...NO_FAULTS, dropEveryNth: 2 }).get(0) ?? Buffer.alloc(0)
    );
  });
  expect(sent.map(({ length }) => length)).toEqual([17, 0, 17, 0]);
  const [first, , third] = sent;
  const number = (bytes: Buffer | undefined) => bytes?.readUInt16BE(6) ?? NaN;
  expect((number(third) - number(first) + 65_536) % 65_536).toBe(2);
  expect(playout.packetCount).toBe(4);
});

test('timestamps can run faster than time, stand still or run backwards from a moment on', () => {
  const playout = new TrackPlayout(track, 0);
  const speed = (factor: number) => ({ ...NO_FAULTS, timestampSpeed: { factor, sinceMs: 1000 } });
  const ticks = (unit: number, factor: number) =>
    (playout.timestampOf(unit, speed(factor)) - playout.timestampOf(0, NO_FAULTS) + 2 ** 32) % 2 ** 32;
  expect(ticks(25, 10)).toBe(90_000);
  expect(ticks(50, 10)).toBe(11 * 90_000);
  expect(ticks(50, 0)).toBe(90_000);
  expect(ticks(50, -1)).toBe(0);
});
