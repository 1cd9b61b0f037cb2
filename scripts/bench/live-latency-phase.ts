/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { setTimeout as wait } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import type { GlassBrowser } from './glass-browser.ts';
import type { GlassFrame } from './glass-probe.ts';
import { cameraNames, numberOf, SentFrames } from './glass-sent-frames.ts';
import type { GlassSystem } from './glass-system.ts';
import { quantile, rounded } from './statistics.ts';

interface WallPhase {
  readonly system: GlassSystem;
  readonly glass: GlassBrowser;
  /** Measured, after `settle` seconds that are not. */
  readonly seconds: number;
  readonly settle: number;
  readonly grid: number;
  readonly sound: 'off' | 'on' | 'in-step';
}

const firstPicturesWithinMs = 120_000;
const drainEveryMs = 10_000;
const steeringStepsPerS = 10;
const unreadMs = 10_000;
/** At 25 pictures a second (12.5 in the small stream) somebody looking sees this. */
const visibleHoldMs = 250;

/** A fresh page on the wall with this grid and sound, watched for a while. */
export async function watchWall(phase: WallPhase) {
  const { system, glass, grid, sound } = phase;
  const page = await openWall(system, glass, grid, sound);
  try {
    await wait(phase.settle * 1000);
    const withoutReading = await agesOver(page, unreadMs);
    await page.evaluate(async () => {
      await window.__glass?.take();
      if (window.__glass) window.__glass.reading = true;
    });
    const whileReading = await agesOver(page, Math.min(unreadMs, phase.seconds * 1000));
    const before = await playerStats(page);
    const startedAt = performance.now();
    const frames: GlassFrame[] = [];
    const longTasksMs: number[] = [];
    while (performance.now() - startedAt < phase.seconds * 1000) {
      await wait(Math.min(drainEveryMs, phase.seconds * 1000 - (performance.now() - startedAt)));
      const taken = await page.evaluate(async () => window.__glass?.take());
      frames.push(...(taken?.frames ?? []));
      longTasksMs.push(...(taken?.longTasksMs ?? []));
    }
    const minutes = (performance.now() - startedAt) / 60_000;
    const after = await playerStats(page);
    const latencies = await latenciesOf(frames, phase);
    const offsets = after.soundOffsetsMs.slice(-Math.round(minutes * 60 * steeringStepsPerS));
    return {
      pictureMs: spread(latencies),
      framesShown: frames.length,
      framesRead: latencies.length,
      pictureStallsPerMinute: rounded((after.pictureStalls - before.pictureStalls) / minutes),
      pictureHoldsPerMinute: rounded(holdsOf(frames).length / minutes),
      longestHoldMs: rounded(Math.max(0, ...holdsOf(frames)), 0),
      pictureJumpsPerMinute: rounded((after.pictureJumps - before.pictureJumps) / minutes),
      // What reading the strips costs: the page's own reckoning of the picture's age, in two stretches of ten seconds.
      ageByMarksMs: { withoutReading: spread(withoutReading), whileReading: spread(whileReading) },
      mainThread: {
        longTasksPerMinute: rounded(longTasksMs.length / minutes),
        longestMs: rounded(Math.max(0, ...longTasksMs), 0),
      },
      ...(sound === 'off'
        ? {}
        : {
            soundStallsPerMinute: rounded((after.soundStalls - before.soundStalls) / minutes),
            soundSeeksPerMinute: rounded((after.soundSeeks - before.soundSeeks) / minutes),
            soundMeasuredBy: after.soundClock,
            soundBehindPictureMs: spread(offsets),
            soundApartFromPictureMs: spread(offsets.map(Math.abs)),
          }),
    };
  } finally {
    await page.close();
  }
}

/** `?measure` on the wall, every tile moving, and the sound of the first one playing when asked for. */
export async function openWall(
  system: GlassSystem,
  { context, counters }: GlassBrowser,
  grid: number,
  sound: WallPhase['sound'],
): Promise<Page> {
  const page = await context.newPage();
  await page.addInitScript(
    ([size, inStep]) => {
      localStorage.setItem('minh-bach.wall-grid', size);
      localStorage.setItem('minh-bach.sound-in-step', inStep);
    },
    [String(grid), sound === 'in-step' ? 'yes' : 'no'] as const,
  );
  await page.goto(`${system.origin}/wall?measure`);
  const tiles = Math.min(grid, counters.length);
  await page
    .waitForFunction(
      (count) => {
        const players = [...(window.__minhBachLive?.pictures.values() ?? [])];
        return players.length === count && players.every((player) => player.stats().framesShown > 0);
      },
      tiles,
      { timeout: firstPicturesWithinMs },
    )
    .catch(async (cause: unknown) => {
      const states = await page.$$eval('.tile', (all) => all.map((tile) => tile.getAttribute('data-state')));
      throw new Error(`not all ${tiles} tiles had a picture in time: ${states.join(', ')}`, { cause });
    });
  if (sound !== 'off') {
    await page.keyboard.press('m');
    await page
      .waitForFunction(
        () =>
          [...(window.__minhBachLive?.sounds.values() ?? [])].some(
            (player) => (player.stats()?.offsetsMs.length ?? 0) > 0,
          ),
        undefined,
        { timeout: 60_000 },
      )
      .catch(async (cause: unknown) => {
        const said = await page.$$eval('.tile-sound', (all) => all.map((element) => element.textContent));
        const stats = await page.evaluate(() =>
          [...(window.__minhBachLive?.sounds.values() ?? [])].map((player) => player.stats()),
        );
        const what = `the tile says ${JSON.stringify(said)}, its player ${JSON.stringify(stats)}`;
        throw new Error(`there was no sound in time: ${what}`, { cause });
      });
  }
  return page;
}

/** Ages of the frames shown from now on, as the players reckon them, after so long. */
async function agesOver(page: Page, durationMs: number): Promise<readonly number[]> {
  const sinceMs = await page.evaluate(() => performance.now());
  await wait(durationMs);
  return page.evaluate(
    (since) =>
      [...(window.__minhBachLive?.pictures.values() ?? [])].flatMap((player) =>
        player
          .stats()
          .frames.flatMap(({ displayedAtMs, ageMs }) =>
            displayedAtMs < since || ageMs === undefined ? [] : [ageMs],
          ),
      ),
    sinceMs,
  );
}

async function playerStats(page: Page) {
  return page.evaluate(() => {
    const pictures = [...(window.__minhBachLive?.pictures.values() ?? [])].map((player) => player.stats());
    const sounds = [...(window.__minhBachLive?.sounds.values() ?? [])].flatMap(
      (player) => player.stats() ?? [],
    );
    const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
    return {
      pictureStalls: sum(pictures.map(({ stalls }) => stalls)),
      pictureJumps: sum(pictures.map(({ jumps }) => jumps)),
      soundClock: sounds.map(({ clock }) => clock).join(', '),
      soundStalls: sum(sounds.map(({ stalls }) => stalls)),
      soundSeeks: sum(sounds.map(({ seeks }) => seeks)),
      soundOffsetsMs: sounds.flatMap(({ offsetsMs }) => offsetsMs),
    };
  });
}

/** How old each frame that could be read was on screen, in milliseconds. */
async function latenciesOf(frames: readonly GlassFrame[], { system, glass }: WallPhase): Promise<number[]> {
  const names = await cameraNames(system.control, glass.counters);
  const latencies: number[] = [];
  for (const [sourceId, shown] of bySource(frames)) {
    const [first, last] = [shown[0], shown.at(-1)];
    const camera = names.get(sourceId);
    if (first === undefined || last === undefined || camera === undefined) continue;
    const sent = await SentFrames.of(
      system.control,
      camera,
      first.width === 1920 ? 'main' : 'sub',
      first.displayedUtcMs - 39_000,
      last.displayedUtcMs,
    );
    for (const frame of shown) {
      const number = numberOf(frame);
      const sentAt = number === undefined ? undefined : sent.before(number, frame.displayedUtcMs);
      if (sentAt !== undefined) latencies.push(frame.displayedUtcMs - sentAt);
    }
  }
  return latencies;
}

function bySource(frames: readonly GlassFrame[]): ReadonlyMap<string, readonly GlassFrame[]> {
  const found = new Map<string, GlassFrame[]>();
  for (const frame of frames) {
    const shown = found.get(frame.sourceId) ?? [];
    shown.push(frame);
    found.set(frame.sourceId, shown);
  }
  return found;
}

/** Times between two frames of a tile in which the picture visibly stood. */
function holdsOf(frames: readonly GlassFrame[]): number[] {
  return [...bySource(frames).values()].flatMap((shown) =>
    shown
      .map((frame, index) => frame.displayedAtMs - (shown[index - 1] ?? frame).displayedAtMs)
      .filter((apartMs) => apartMs > visibleHoldMs),
  );
}

/** p50, p95 and the largest, whole milliseconds. */
export function spread(values: readonly number[]) {
  return {
    p50: rounded(quantile(values, 0.5), 0),
    p95: rounded(quantile(values, 0.95), 0),
    max: rounded(quantile(values, 1), 0),
  };
}
