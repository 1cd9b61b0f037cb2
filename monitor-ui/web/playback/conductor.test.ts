import { describe, expect, it } from '@jest/globals';
import { Conductor, type ClockEvent } from './conductor.ts';
import { placeUtc, unbrokenEnd, utcOfMedia, type MediaPiece } from './media-map.ts';
import type { Player } from './player.ts';

const t0 = Date.UTC(2026, 10, 22, 2);

/** An element that plays as one would: on a clock a little off, through discontinuities, seeking in `seekMs`. */
class Reel implements Player {
  readonly status = { state: 'ready' } as const;
  mediaS = 0;
  running = false;
  seeks = 0;
  #rate = 1;
  #seekLeftMs = 0;
  readonly sourceId: string;
  readonly kind: 'camera' | 'microphone';
  readonly #pieces: readonly MediaPiece[];
  readonly #seekMs: number;
  readonly #ppm: number;

  constructor(
    sourceId: string,
    kind: 'camera' | 'microphone',
    pieces: readonly MediaPiece[],
    seekMs = 60,
    ppm = 0,
  ) {
    this.sourceId = sourceId;
    this.kind = kind;
    this.#pieces = pieces;
    this.#seekMs = seekMs;
    this.#ppm = ppm;
  }
  get waiting() {
    return this.#seekLeftMs > 0;
  }
  get ended() {
    const last = this.#pieces.at(-1);
    return last !== undefined && this.mediaS >= last.start + last.duration - 0.001;
  }
  place(utcMs: number) {
    return placeUtc(this.#pieces, utcMs);
  }
  unbrokenEnd(utcMs: number) {
    return unbrokenEnd(this.#pieces, utcMs);
  }
  utcNow() {
    return utcOfMedia(this.#pieces, this.mediaS);
  }
  seek(mediaS: number) {
    if (Math.abs(mediaS - this.mediaS) < 0.0005) return;
    this.mediaS = mediaS;
    this.#seekLeftMs = this.#seekMs;
    this.seeks += 1;
  }
  run(rate: number) {
    this.running = true;
    this.#rate = rate;
  }
  halt() {
    this.running = false;
  }
  live(elapsedMs: number) {
    if (this.#seekLeftMs > 0) this.#seekLeftMs -= elapsedMs;
    else if (this.running) {
      const last = this.#pieces.at(-1);
      const end = last === undefined ? 0 : last.start + last.duration;
      this.mediaS = Math.min(end, this.mediaS + (elapsedMs / 1000) * this.#rate * (1 + this.#ppm / 1e6));
    }
  }
}

function stage(reels: readonly Reel[], startMs: number) {
  const events: ClockEvent[] = [];
  const shown = new Map<string, number[]>();
  let nowMs = 0;
  const conductor = new Conductor(startMs, {
    moved: () => undefined,
    changed: () => undefined,
    event: (event) => events.push(event),
    shown: (sourceId, utcMs) => shown.set(sourceId, [...(shown.get(sourceId) ?? []), utcMs]),
  });
  conductor.setPlayers(reels);
  const run = (durationMs: number, watch?: () => void) => {
    for (const endMs = nowMs + durationMs; nowMs < endMs; nowMs += 16) {
      for (const reel of reels) reel.live(16);
      conductor.tick(nowMs);
      watch?.();
    }
  };
  return { conductor, events, shown, run };
}

const minute = (start: number, utcMs: number): MediaPiece => ({
  start,
  duration: 60,
  programDateTime: utcMs,
});
const camera = (seekMs?: number, ppm?: number) =>
  new Reel('camera', 'camera', [minute(0, t0), minute(60, t0 + 64_000)], seekMs, ppm);
const other = (seekMs?: number, ppm?: number) =>
  new Reel(
    'other',
    'camera',
    [minute(0, t0 - 10_000), minute(60, t0 + 50_000), minute(120, t0 + 110_000)],
    seekMs,
    ppm,
  );
const sound = (ppm?: number) =>
  new Reel(
    'sound',
    'microphone',
    [minute(0, t0 + 300), minute(60, t0 + 60_300), minute(120, t0 + 120_300)],
    30,
    ppm,
  );

describe('Conductor', () => {
  it('keeps angles and sound within 40 ms of the leading picture, though their clocks differ', () => {
    const reels = [camera(80, 0), other(200, 400), sound(-600)] as const;
    const { conductor, run } = stage(reels, t0 + 5000);
    conductor.setShuttle({ playing: true, rate: 1 });
    run(3000);
    let worstMs = 0;
    run(40_000, () => {
      for (const reel of reels)
        worstMs = Math.max(worstMs, Math.abs((reel.utcNow() ?? 0) - conductor.positionMs));
    });
    expect(worstMs).toBeLessThan(40);
    expect(conductor.positionMs).toBeGreaterThan(t0 + 46_000);
  });

  it('runs on through a gap of the leading camera while others have footage', () => {
    const reels = [camera(), other(), sound()] as const;
    const { conductor, events, run } = stage(reels, t0 + 59_000);
    conductor.setShuttle({ playing: true, rate: 1 });
    run(3000);
    expect(conductor.positionMs - t0).toBeGreaterThan(61_000);
    expect(conductor.positionMs - t0).toBeLessThan(62_500);
    expect(reels[0].running).toBe(false);
    expect(reels[1].running).toBe(true);
    run(4000);
    expect(reels[0].running).toBe(true);
    expect(Math.abs((reels[0].utcNow() ?? 0) - conductor.positionMs)).toBeLessThan(40);
    expect(events).toEqual([]);
  });

  it('skips what nobody recorded, and says so', () => {
    const { conductor, events, run } = stage([camera()], t0 + 59_500);
    conductor.setShuttle({ playing: true, rate: 1 });
    run(2000);
    expect(events).toEqual([{ kind: 'skipped', fromMs: t0 + 60_001, toMs: t0 + 64_000 }]);
    expect(conductor.positionMs - t0).toBeGreaterThan(64_500);
  });

  it('plays a gap in its full length when skipping is off', () => {
    const { conductor, events, run } = stage([camera()], t0 + 59_500);
    conductor.setSkipGaps(false);
    conductor.setShuttle({ playing: true, rate: 1 });
    run(2500);
    expect(conductor.positionMs - t0).toBeGreaterThan(61_000);
    expect(conductor.positionMs - t0).toBeLessThan(62_200);
    expect(events).toEqual([]);
  });

  it('stops where all footage ends', () => {
    const { conductor, events, run } = stage([camera()], t0 + 123_000);
    conductor.setShuttle({ playing: true, rate: 2 });
    run(3000);
    expect(events.at(-1)?.kind).toBe('ended');
    expect(conductor.shuttle.playing).toBe(false);
  });

  it('shows keyframes only, paced by the wall clock, backwards and fast', () => {
    const reel = other(100);
    const { conductor, run, shown } = stage([reel], t0 + 50_000);
    const keyframes = Array.from({ length: 90 }, (_, index) => t0 - 10_000 + index * 2000);
    conductor.setKeyframes('other', keyframes);
    conductor.setShuttle({ playing: true, rate: -4 });
    run(5000);
    expect(Math.abs(conductor.positionMs - (t0 + 30_000))).toBeLessThan(300);
    expect(reel.running).toBe(false);
    const frames = shown.get('other') ?? [];
    expect(frames.length).toBeGreaterThan(8);
    expect(frames.every((atMs) => keyframes.includes(atMs))).toBe(true);
    expect([...frames].sort((a, b) => b - a)).toEqual(frames);
  });

  it('a seek while paused puts every element there and nothing runs', () => {
    const reels = [camera(), other(), sound()] as const;
    const { conductor, run } = stage(reels, t0 + 1000);
    conductor.seek(t0 + 70_000);
    run(500);
    for (const reel of reels) {
      expect(reel.running).toBe(false);
      expect(reel.utcNow()).toBeCloseTo(t0 + 70_000, 0);
    }
  });

  it('leaves the leading picture as it is when another source gets ready', () => {
    const reels = [camera(), other(), sound()] as const;
    const { conductor, run } = stage(reels, t0 + 1000);
    run(500);
    // What was loaded since has moved the playlist's times a little.
    for (const reel of reels) reel.mediaS += 0.004;
    conductor.align('sound');
    run(500);
    expect(reels.map((reel) => reel.seeks)).toEqual([1, 2, 2]);
    conductor.align('camera');
    expect(reels[0].seeks).toBe(2);
  });
});
