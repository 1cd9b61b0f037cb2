import { describe, expect, it } from '@jest/globals';
import { CaptureTimeline } from './capture-timeline.ts';
import { placeFragment } from './placement.ts';

const base = 1_790_000_000_000;
function timelineOf(...entries: readonly (readonly [number, number])[]): CaptureTimeline {
  const timeline = new CaptureTimeline();
  for (const [startS, capturedAtMs] of entries) timeline.add(startS, capturedAtMs);
  return timeline;
}

describe('CaptureTimeline', () => {
  it('reads capture time from media time and back', () => {
    const timeline = timelineOf([60, base], [60.1, base + 100], [60.2, base + 200]);
    expect(timeline.capturedAt(60.14)).toBeCloseTo(base + 140, 3);
    expect(timeline.mediaTimeAt(base + 250)).toBeCloseTo(60.25, 6);
    expect(timeline.capturedAt(59)).toBeUndefined();
    expect(timeline.mediaTimeAt(base - 1)).toBeUndefined();
  });

  it('forgets what was overwritten', () => {
    const timeline = timelineOf([60, base], [60.1, base + 100], [60.2, base + 200], [60.1, base + 130]);
    expect(timeline.capturedAt(60.2)).toBeCloseTo(base + 230, 3);
  });

  it('jumps over an outage that the media does not show', () => {
    const timeline = timelineOf([60, base], [61, base + 6000]);
    expect(timeline.capturedAt(61.5)).toBeCloseTo(base + 6500, 3);
  });
});

describe('where a fragment goes', () => {
  const timeline = timelineOf([60, base], [61, base + 1000]);

  it('starts a timeline a little after zero', () => {
    const placed = {
      ownStartS: 812,
      capturedAtMs: base,
      offsetS: undefined,
      bufferedEndS: undefined,
      timeline,
    };
    expect(placeFragment(placed)).toBe(60);
  });

  it('follows its own time within a capture', () => {
    const placed = { ownStartS: 12.04, capturedAtMs: base + 2000, offsetS: 50, bufferedEndS: 62, timeline };
    expect(placeFragment(placed)).toBeCloseTo(62.04, 6);
  });

  it('closes a hole left by skipped fragments', () => {
    const placed = { ownStartS: 18, capturedAtMs: base + 8000, offsetS: 50, bufferedEndS: 62, timeline };
    expect(placeFragment(placed)).toBe(62);
  });

  it('puts a new stream that overlaps where its capture time belongs', () => {
    const placed = {
      ownStartS: 3,
      capturedAtMs: base + 1500,
      offsetS: undefined,
      bufferedEndS: 62,
      timeline,
    };
    expect(placeFragment(placed)).toBeCloseTo(61.5, 6);
  });

  it('lets a new capture after an outage follow directly', () => {
    const placed = {
      ownStartS: 0,
      capturedAtMs: base + 9000,
      offsetS: undefined,
      bufferedEndS: 62,
      timeline,
    };
    expect(placeFragment(placed)).toBe(62);
  });
});
