import { describe, expect, it } from '@jest/globals';
import { SpeakerRenewal } from './speaker-renewal.ts';

/** Instants at which it was due, asked every 100 ms. */
function dueOver(aheadAtMs: (nowMs: number, renewals: number) => number, untilMs: number): number[] {
  const renewal = new SpeakerRenewal();
  const due: number[] = [];
  for (let nowMs = 0; nowMs <= untilMs; nowMs += 100) {
    if (renewal.isDue(aheadAtMs(nowMs, due.length), nowMs)) due.push(nowMs);
  }
  return due;
}

describe('a fresh output for sound', () => {
  it('is not wanted while little is made ahead, nor for a short excess', () => {
    expect(dueOver((nowMs) => (nowMs % 5000 < 1500 ? 700 : 40), 600_000)).toEqual([]);
  });

  it('is wanted once, two seconds after output made ahead grew and stayed', () => {
    expect(dueOver((_, renewals) => (renewals === 0 ? 740 : 40), 600_000)).toEqual([2000]);
  });

  it('is wanted again each time that comes back, at once when long ago', () => {
    const grown = (nowMs: number, renewals: number) =>
      (nowMs >= 5000 && renewals === 0) || (nowMs >= 300_000 && renewals === 1) ? 500 : 40;
    expect(dueOver(grown, 600_000)).toEqual([7000, 302_000]);
  });

  it('is tried a single time for a device that is slow by itself', () => {
    expect(dueOver(() => 260, 3_600_000)).toEqual([2000]);
  });

  it('is tried ever more seldom where it does not last', () => {
    const due = dueOver(
      (nowMs, renewals) => (nowMs === 0 || (renewals > 0 && nowMs % 9000 === 0) ? 40 : 600),
      3_600_000,
    );
    const pauses = due.slice(1).map((atMs, index) => atMs - (due[index] ?? 0));
    expect(pauses.slice(0, 3).every((pauseMs, index) => pauseMs > (pauses[index - 1] ?? 0))).toBe(true);
    expect(Math.max(...pauses)).toBeGreaterThanOrEqual(600_000);
  });
});
