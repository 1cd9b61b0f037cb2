import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CapturePlacer } from './index.ts';

const epoch = 1_700_000_000_000;

/** A camera whose clock runs `ppm` fast, fragments of 100 ms, delays as given; cut every `cutMs`. */
function record(of: { seconds: number; ppm: number; delay: (fragment: number) => number; cutMs: number }) {
  const placer = new CapturePlacer();
  const boundaries: { mediaMs: number; placed: number; truth: number }[] = [];
  let drifted: number | undefined;
  for (let fragment = 1; fragment <= of.seconds * 10; fragment += 1) {
    const mediaEndMs = fragment * 100;
    const truth = epoch + mediaEndMs * (1 - of.ppm / 1e6);
    placer.observe(mediaEndMs, truth + of.delay(fragment));
    if (mediaEndMs % of.cutMs === 0)
      boundaries.push({ mediaMs: mediaEndMs, placed: placer.settle(mediaEndMs), truth });
    if (fragment % 10 === 0 && placer.hasDrifted()) drifted ??= mediaEndMs;
  }
  return { placer, boundaries, drifted };
}

describe('CapturePlacer', () => {
  it('is not taken in by the burst at start-up', () => {
    // Probing held back 4 s of media, which then came at once; afterwards 20 ms of delay.
    const delay = (fragment: number) => (fragment <= 40 ? 4000 - fragment * 100 + 20 : 20);
    const { placer, boundaries } = record({ seconds: 60, ppm: 0, delay, cutMs: 60_000 });
    expect(boundaries[0]?.placed).toBeCloseTo(epoch + 60_020, 3);
    expect(placer.place(0)).toBeCloseTo(epoch + 20, 3);
    expect(placer.errorMs()).toBe(100);
  });

  it('follows a camera clock that runs wrong, without ever bending time by more than 500 ppm', () => {
    const { boundaries, drifted } = record({
      seconds: 1800,
      ppm: 200,
      delay: (n) => 5 + (n % 7),
      cutMs: 60_000,
    });
    for (const [index, boundary] of boundaries.entries()) {
      expect(Math.abs(boundary.placed - boundary.truth)).toBeLessThan(30);
      const before = boundaries[index - 1];
      if (before === undefined) continue;
      const stretch = (boundary.placed - before.placed) / (boundary.mediaMs - before.mediaMs) - 1;
      expect(Math.abs(stretch)).toBeLessThanOrEqual(500.001e-6);
    }
    expect(drifted).toBeUndefined();
  });

  it('gives up on a clock no bending can follow', () => {
    const { drifted } = record({ seconds: 1800, ppm: 2_000, delay: () => 5, cutMs: 60_000 });
    expect(drifted).toBeDefined();
    // 1500 ppm too much: a second is lost after some 11 minutes.
    expect(drifted).toBeLessThan(900_000);
  });

  it('notices media that runs ahead and media that falls behind, and forgives one late second', () => {
    const jump = (from: number, lateMs: number) =>
      record({ seconds: 30, ppm: 0, delay: (n) => (n >= from ? lateMs : 5), cutMs: 5_000 }).drifted;
    expect(jump(100, 1500)).toBeDefined();
    expect(jump(100, -1500)).toBeDefined();
    const hiccup = record({
      seconds: 30,
      ppm: 0,
      delay: (n) => (n > 100 && n < 120 ? 1800 : 5),
      cutMs: 5_000,
    });
    expect(hiccup.drifted).toBeUndefined();
  });

  it('never changes what it said about the past, and never lets time run backwards', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ delay: fc.integer({ min: 0, max: 3000 }), cut: fc.boolean() }), {
          minLength: 30,
        }),
        (fragments) => {
          const placer = new CapturePlacer();
          const said: [number, number][] = [];
          for (const [index, { delay, cut }] of fragments.entries()) {
            const mediaMs = (index + 1) * 100;
            placer.observe(mediaMs, epoch + mediaMs + delay);
            if (cut) said.push([mediaMs, placer.settle(mediaMs)]);
            for (const [past, utc] of said.slice(-40)) expect(placer.place(past)).toBeCloseTo(utc, 3);
          }
          for (const [index, [, utc]] of said.entries()) {
            expect(utc).toBeGreaterThan(said[index - 1]?.[1] ?? 0);
          }
        },
      ),
    );
  });

  it('knows what would be placed after it came', () => {
    const placer = new CapturePlacer();
    placer.observe(100, epoch + 100);
    expect(placer.isAhead(60_000, epoch + 200)).toBe(false);
    placer.settle(100);
    expect(placer.isAhead(1_100, epoch + 150)).toBe(false);
    expect(placer.isAhead(1_300, epoch + 150)).toBe(true);
  });
});
