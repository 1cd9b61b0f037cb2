/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { setTimeout as wait } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { openGlassBrowser, type GlassBrowser, type GlassCounter } from './glass-browser.ts';
import type { GlassEvent, GlassFrame } from './glass-probe.ts';
import { cameraNames, numberOf, SentFrames } from './glass-sent-frames.ts';
import { startGlassSystem, type GlassSystem } from './glass-system.ts';
import { quantile, rounded } from './statistics.ts';

const answerWithinMs = 10_000;
const frameMs = 40;

interface Shown {
  readonly ms: number;
  readonly buffered: boolean;
  /** How far what was shown is from what was clicked on, by the burnt-in number. */
  readonly offMs: number | undefined;
}

/** Records for a while with the whole system, then clicks at random places of the timeline as an investigator. */
export async function seekClicks(options: { readonly seconds: number; readonly clicks: number }) {
  const system = await startGlassSystem(2);
  try {
    const recordedFromMs = Date.now();
    await wait(options.seconds * 1000);
    const glass = await openGlassBrowser(system, 'supervisor');
    try {
      const [counter] = glass.counters;
      if (counter === undefined) throw new Error('the demo system has no counter');
      const toMs = Date.now() - 4000;
      const page = await openPlayback(
        glass,
        system.origin,
        counter.id,
        (recordedFromMs + toMs) / 2,
        options.seconds,
      );
      const shown: Shown[] = [];
      for (let click = 0; click < options.clicks; click += 1) {
        const answer = await clickOnce(page, recordedFromMs, toMs, { system, glass, counter });
        if (answer !== undefined) shown.push(answer);
        await wait(200 + Math.random() * 600);
      }
      const off = shown.flatMap(({ offMs }) => (offMs === undefined ? [] : [offMs]));
      return {
        recordedSeconds: options.seconds,
        clicks: options.clicks,
        missing: options.clicks - shown.length,
        clickToPictureMs: spread(shown),
        whereBufferedMs: spread(shown.filter(({ buffered }) => buffered)),
        whereFetchedMs: spread(shown.filter(({ buffered }) => !buffered)),
        fetched: shown.filter(({ buffered }) => !buffered).length,
        shownFromClickedMs: {
          read: off.length,
          p50: rounded(quantile(off, 0.5), 0),
          p95: rounded(quantile(off, 0.95), 0),
        },
      };
    } finally {
      await glass.close();
    }
  } finally {
    await system.stop();
  }
}

/** The playback page of a counter, reason stated, its first picture shown and all that was recorded on the timeline. */
async function openPlayback(
  { context }: GlassBrowser,
  origin: string,
  counterId: string,
  atMs: number,
  recordedSeconds: number,
): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${origin}/playback?counter=${counterId}&at=${Math.round(atMs)}`);
  await page.locator('form.playback-reason textarea').first().fill('bench of the timeline');
  await page.keyboard.press('Control+Enter');
  await page.waitForFunction(
    () => [...document.querySelectorAll('video')].some(({ readyState }) => readyState >= 2),
    undefined,
    { timeout: 60_000 },
  );
  // Zooms: day, hour, minute, second, between − and +.
  const zoom = page.locator('.timeline-zoom button');
  await zoom.nth(3).click();
  for (let shownS = 60; shownS < recordedSeconds; shownS *= 2) await zoom.first().click();
  await page.evaluate(() => {
    if (window.__glass) window.__glass.reading = true;
  });
  await wait(1500);
  return page;
}

interface Truth {
  readonly system: GlassSystem;
  readonly glass: GlassBrowser;
  readonly counter: GlassCounter;
}

async function clickOnce(page: Page, fromMs: number, toMs: number, truth: Truth): Promise<Shown | undefined> {
  const stage = page.locator('.timeline-stage');
  const box = await stage.boundingBox();
  const [viewFrom, viewTo] = await stage.evaluate((element) => [
    Number(element.getAttribute('aria-valuemin')),
    Number(element.getAttribute('aria-valuemax')),
  ]);
  if (box === null || viewFrom === undefined || viewTo === undefined) throw new Error('there is no timeline');
  const from = Math.max(fromMs, viewFrom) + 500;
  const clickedMs = from + Math.random() * (Math.min(toMs, viewTo) - 500 - from);
  const x = box.x + ((clickedMs - viewFrom) / (viewTo - viewFrom)) * box.width;
  await page.evaluate(async () => void (await window.__glass?.take()));
  await page.mouse.click(x, box.y + box.height * 0.6);
  const frames: GlassFrame[] = [];
  const events: GlassEvent[] = [];
  for (const endAt = performance.now() + answerWithinMs; performance.now() < endAt;) {
    await wait(50);
    const taken = await page.evaluate(async () => window.__glass?.take());
    frames.push(...(taken?.frames ?? []));
    events.push(...(taken?.events ?? []));
    const pressed = events.find(({ kind }) => kind === 'pointerdown');
    const sought = events.find(({ kind, atMs }) => kind === 'seeking' && atMs >= (pressed?.atMs ?? Infinity));
    // Not by the instant of `seeking`: a busy page may be told of it later than the frame is shown.
    const picture = frames.find(
      ({ displayedAtMs, mediaTimeS }) =>
        displayedAtMs >= (pressed?.atMs ?? Infinity) &&
        Math.abs(mediaTimeS - (sought?.mediaTimeS ?? Infinity)) < (1.5 * frameMs) / 1000,
    );
    if (pressed === undefined || sought === undefined || picture === undefined) continue;
    return {
      ms: picture.displayedAtMs - pressed.atMs,
      buffered: sought.buffered,
      offMs: await offBy(picture, clickedMs, truth),
    };
  }
  console.error(`a click was not answered: ${await describe(page, events)}`);
  return undefined;
}

/** For whoever has to find out why. */
async function describe(page: Page, events: readonly GlassEvent[]): Promise<string> {
  const videos = await page.evaluate(() =>
    [...document.querySelectorAll('video')].map(({ currentTime, seeking, readyState, buffered }) => ({
      currentTime,
      seeking,
      readyState,
      buffered: Array.from({ length: buffered.length }, (_, index) => [
        buffered.start(index),
        buffered.end(index),
      ]),
    })),
  );
  return JSON.stringify({ events, videos });
}

async function offBy(
  picture: GlassFrame,
  clickedMs: number,
  { system, glass, counter }: Truth,
): Promise<number | undefined> {
  const number = numberOf(picture);
  const camera = (await cameraNames(system.control, [counter])).get(picture.sourceId);
  if (number === undefined || camera === undefined || glass.counters.length === 0) return undefined;
  const sent = await SentFrames.of(system.control, camera, 'main', clickedMs - 20_000, clickedMs + 20_000);
  const sentAt = sent.nearest(number, clickedMs);
  // A click lies within a frame, which began up to a frame earlier.
  return sentAt === undefined
    ? undefined
    : Math.max(0, Math.abs(clickedMs - frameMs / 2 - sentAt) - frameMs / 2);
}

function spread(shown: readonly Shown[]) {
  const times = shown.map(({ ms }) => ms);
  return {
    p50: rounded(quantile(times, 0.5), 0),
    p95: rounded(quantile(times, 0.95), 0),
    max: rounded(quantile(times, 1), 0),
  };
}
