/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { setTimeout as wait } from 'node:timers/promises';
import type { GlassBrowser } from './glass-browser.ts';
import type { GlassEvent, GlassFrame } from './glass-probe.ts';
import type { GlassSystem } from './glass-system.ts';
import { openWall, spread } from './live-latency-phase.ts';

const answerWithinMs = 10_000;
const pollMs = 100;

/** Clicks on other counters of the tree, one full-size tile on screen: how long until its picture is there. */
export async function clicksToPicture(of: {
  readonly system: GlassSystem;
  readonly glass: GlassBrowser;
  readonly clicks: number;
}) {
  const page = await openWall(of.system, of.glass, 1, 'off');
  try {
    const rows = page.locator('.wall-counter');
    const count = await rows.count();
    if (count < 2) throw new Error('clicking from counter to counter takes at least two counters');
    const timesMs: number[] = [];
    let missing = 0;
    for (let click = 1; click <= of.clicks; click += 1) {
      // Not in step with the keyframes, which are two seconds apart.
      await wait(700 + Math.random() * 2000);
      await page.evaluate(async () => void (await window.__glass?.take()));
      await rows.nth(click % count).click();
      const frames: GlassFrame[] = [];
      const events: GlassEvent[] = [];
      let timeMs: number | undefined;
      for (
        const endAt = performance.now() + answerWithinMs;
        timeMs === undefined && performance.now() < endAt;
      ) {
        await wait(pollMs);
        const taken = await page.evaluate(async () => window.__glass?.take());
        frames.push(...(taken?.frames ?? []));
        events.push(...(taken?.events ?? []));
        timeMs = timeToPicture(frames, events);
      }
      if (timeMs === undefined) missing += 1;
      else timesMs.push(timeMs);
    }
    return { clicks: of.clicks, missing, firstPictureMs: spread(timesMs) };
  } finally {
    await page.close();
  }
}

/** From the press to the first frame of the video that appeared after it. */
function timeToPicture(frames: readonly GlassFrame[], events: readonly GlassEvent[]): number | undefined {
  const pressed = events.find(({ kind }) => kind === 'pointerdown');
  const appeared = events.find(({ kind, atMs }) => kind === 'video' && atMs >= (pressed?.atMs ?? Infinity));
  const first = frames.find(({ sourceId }) => sourceId === appeared?.sourceId);
  return first === undefined || pressed === undefined ? undefined : first.displayedAtMs - pressed.atMs;
}
