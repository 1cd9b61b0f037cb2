import { describe, expect, it } from '@jest/globals';
import { SoundSchedule } from './sound-schedule.ts';

const rateHz = 16_000;
const framesPerMs = rateHz / 1000;
/** Frame 0 is heard at this instant; capture times and instants are of one scale here. */
const zeroAtMs = 1000;
const heardAtMs = (frame: number) => zeroAtMs + frame / framesPerMs;
const pieceMs = 64;

function schedule(wantedMs = 300) {
  const sound = new SoundSchedule(rateHz);
  return {
    sound,
    give(capturedAtMs: number, earliestFrame: number, wanted = wantedMs) {
      const placement = sound.place({
        capturedAtMs,
        earliestFrame,
        safeMs: wanted,
        pictureMs: undefined,
        heardAtMs,
      });
      if (placement.kind === 'play') {
        const frames = Math.round((pieceMs * framesPerMs) / placement.rate);
        sound.played(placement.startFrame, frames, capturedAtMs, pieceMs);
      }
      return placement;
    },
  };
}

describe('SoundSchedule', () => {
  it('begins so long after capture as is wanted, and drops what is older', () => {
    const { give, sound } = schedule();
    expect(give(600, 0)).toEqual({ kind: 'drop' });
    const first = give(800, 0);
    expect(first).toEqual({ kind: 'play', startFrame: 100 * framesPerMs, rate: 1, seam: 'set' });
    expect(sound.capturedAt(0)).toBeUndefined();
    expect(sound.capturedAt(132 * framesPerMs)).toBeCloseTo(832, 6);
  });

  it('puts piece behind piece without a hole', () => {
    const { give } = schedule();
    give(800, 0);
    expect(give(864, 0)).toMatchObject({ startFrame: 164 * framesPerMs, rate: 1, seam: 'none' });
  });

  it('hurries when late and dawdles when early, gently', () => {
    const late = schedule();
    late.give(800, 0);
    expect(late.give(864, 0, 250)).toMatchObject({ rate: expect.closeTo(1.015, 6) });
    expect(late.give(928, 0, 100)).toMatchObject({ rate: 1.03 });
    const early = schedule();
    early.give(800, 0);
    expect(early.give(864, 0, 600)).toMatchObject({ rate: 0.97, seam: 'none' });
  });

  it('is set where it belongs when that is too far to be steered to', () => {
    const early = schedule();
    early.give(800, 0);
    expect(early.give(864, 0, 900)).toMatchObject({ rate: 1, seam: 'set' });
  });

  it('says when it ran dry, and what is heard meanwhile is the last that was', () => {
    const { give, sound } = schedule();
    give(800, 0);
    expect(give(864, 300 * framesPerMs)).toMatchObject({ startFrame: 300 * framesPerMs, seam: 'dry' });
    expect(sound.capturedAt(250 * framesPerMs)).toBe(864);
    expect(sound.capturedAt(300 * framesPerMs)).toBe(864);
  });

  it('keeps a hole in the footage a hole', () => {
    const { give } = schedule();
    give(800, 0);
    expect(give(1364, 0)).toMatchObject({ startFrame: 664 * framesPerMs, seam: 'set' });
  });

  it('plays nothing twice when a link begins again with what came last', () => {
    const { give } = schedule();
    for (const capturedAtMs of [800, 864, 928]) give(capturedAtMs, 0);
    expect(give(800, 0)).toEqual({ kind: 'drop' });
    expect(give(992, 0)).toMatchObject({ seam: 'none' });
  });

  it('is set, not steered, when more than a second away', () => {
    const { give } = schedule();
    give(800, 0);
    expect(give(864, 0, 1500)).toMatchObject({ startFrame: 1364 * framesPerMs, seam: 'set' });
  });

  it('waits for a later picture, never for an earlier one or none, also when capture is told in UTC', () => {
    const utcMs = 1_764_000_000_000;
    const startFor = (pictureMs: number | undefined) => {
      const piece = { capturedAtMs: utcMs + 800, earliestFrame: 0, safeMs: 300 - utcMs, heardAtMs };
      return new SoundSchedule(rateHz).place({ ...piece, pictureMs });
    };
    expect(startFor(undefined)).toMatchObject({ startFrame: 100 * framesPerMs });
    expect(startFor(250 - utcMs)).toMatchObject({ startFrame: 100 * framesPerMs });
    expect(startFor(500 - utcMs)).toMatchObject({ startFrame: 300 * framesPerMs });
  });
});
