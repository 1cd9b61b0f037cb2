import { expect } from '@jest/globals';
import type { Counter } from '@minhbach/shared/protocol';
import type { Page } from 'playwright-core';
import { cameraNames, numberOf, SentFrames } from '../../scripts/bench/glass-sent-frames.ts';

export const tileLimitMs = 120_000;

interface Shown {
  readonly capturedAtMs: number;
  readonly ageMs: number | undefined;
  readonly displayedAtMs: number;
}

/** What a page opened with `?measure` offers. */
export interface Measured {
  readonly __minhBachLive: {
    readonly pictures: Map<
      string,
      {
        stats(): { readonly framesShown: number; readonly frames: readonly Shown[] };
        ageMs(): number;
        readonly shownCapturedAtMs: number;
      }
    >;
    readonly sounds: Map<
      string,
      { stats(): { readonly clock: string; readonly offsetsMs: readonly number[] } | undefined }
    >;
  };
}

/** Runs in the page, before anything of it. */
export function putClockAhead(byMs: number): void {
  const real = Date;
  globalThis.Date = class extends real {
    constructor(...given: unknown[]) {
      super(...((given.length === 0 ? [real.now() + byMs] : given) as [number]));
    }
    static override now(): number {
      return real.now() + byMs;
    }
  } as unknown as DateConstructor;
}

/** What each tile's player says, by source. */
export async function players(page: Page) {
  return page.evaluate(() => {
    const { pictures } = (window as unknown as Measured).__minhBachLive;
    return [...pictures].map(([sourceId, player]) => ({
      sourceId,
      framesShown: player.stats().framesShown,
      ageMs: player.ageMs(),
    }));
  });
}

interface ShownStream {
  readonly counterId: string | null;
  /** What the tile says of the stream it shows. */
  readonly mark: string | null;
  readonly widthPx: number;
}

/** What each tile shows and says it shows, in order. */
export async function streams(page: Page): Promise<readonly ShownStream[]> {
  return page.$$eval('.tile', (tiles) =>
    tiles.map((tile) => ({
      counterId: tile.getAttribute('data-counter'),
      mark: tile.querySelector('[data-stream]')?.textContent ?? null,
      widthPx: tile.querySelector('video')?.videoWidth ?? 0,
    })),
  );
}
export const isSub = ({ mark, widthPx }: ShownStream) =>
  widthPx === 640 && mark?.startsWith('luồng phụ') === true;
export const isMain = ({ mark, widthPx }: ShownStream) => widthPx === 1920 && mark === null;

/** How many tiles the grid has room for beside each other. */
export async function columnsOf(page: Page): Promise<number> {
  return page.locator('.wall-tiles').evaluate((grid) => {
    const tile = grid.querySelector('.tile');
    return Math.round(grid.clientWidth / (tile?.clientWidth ?? Number.NaN));
  });
}

/** By how much the age stated of each frame differs from what the camera's own log of sent frames makes it. */
export async function agesAstray(
  page: Page,
  control: string,
  counters: readonly Counter[],
): Promise<readonly number[]> {
  const seen = await page.evaluate(async () => {
    const glass = window.__glass;
    if (glass === undefined) throw new Error('no probe');
    await glass.take();
    glass.reading = true;
    await new Promise((resolve) => setTimeout(resolve, 1500));
    glass.reading = false;
    const { frames } = await glass.take();
    const { pictures: shown } = (window as unknown as Measured).__minhBachLive;
    return frames.map((frame) => ({
      ...frame,
      // The browser's own count of time since the page began is not put ahead.
      displayedUtcMs: performance.timeOrigin + frame.displayedAtMs,
      statedMs: shown
        .get(frame.sourceId)
        ?.stats()
        .frames.find(({ displayedAtMs }) => displayedAtMs === frame.displayedAtMs)?.ageMs,
    }));
  });
  const names = await cameraNames(control, counters);
  const astray: number[] = [];
  for (const [sourceId, camera] of names) {
    const shown = seen.filter((frame) => frame.sourceId === sourceId);
    const [first, last] = [shown[0], shown.at(-1)];
    if (first === undefined || last === undefined) continue;
    const stream = first.width === 1920 ? 'main' : 'sub';
    const sent = await SentFrames.of(
      control,
      camera,
      stream,
      first.displayedUtcMs - 39_000,
      last.displayedUtcMs,
    );
    for (const frame of shown) {
      const number = numberOf(frame);
      const sentAtMs = number === undefined ? undefined : sent.before(number, frame.displayedUtcMs);
      if (sentAtMs === undefined || frame.statedMs === undefined) continue;
      astray.push(frame.statedMs - (frame.displayedUtcMs - sentAtMs));
    }
  }
  return astray;
}

export async function meterMoves(page: Page): Promise<void> {
  await page.waitForFunction(
    () => Number(document.querySelector('[role=meter]')?.getAttribute('aria-valuenow')) > 0.2,
    undefined,
    { timeout: tileLimitMs },
  );
}

/** How each sound that is heard beside its picture was measured, which tells what plays it. */
export async function soundClocks(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const { sounds } = (window as unknown as Measured).__minhBachLive;
    return [...sounds.values()]
      .map((player) => player.stats())
      .flatMap((stats) => (stats === undefined || stats.offsetsMs.length === 0 ? [] : [stats.clock]));
  });
}

/** The first value that fits; fails with the last one when none does within the limit. */
export async function expectSoon<Value>(
  read: () => Promise<Value>,
  fits: (value: Value) => boolean,
): Promise<Value> {
  const endAtMs = performance.now() + tileLimitMs;
  let value = await read();
  while (!fits(value) && performance.now() < endAtMs) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    value = await read();
  }
  expect(fits(value) || value).toBe(true);
  return value;
}
