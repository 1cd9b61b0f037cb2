import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from '@jest/globals';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { timelineSchema, type Counter } from '@minhbach/shared/protocol';
import type { Page } from 'playwright-core';
import { GOP_SECONDS, LAP_FRAMES, MAIN_FRAMES_PER_SECOND } from '../../scripts/virtual-camera/index.ts';
import { seriousViolations, signInOn, startBrowser, type TestBrowser } from '../support/browser.ts';
import { demoPassword, startDemo, type DemoSystem } from '../support/demo-system.ts';
import {
  frameMs,
  framesAstray,
  framesBetween,
  hoveredNumber,
  offsetsFromLead,
  openPlayback,
  pictureThere,
  restingFrame,
  shownFrame,
} from '../support/playback-page.ts';
import { signedIn, type Caller } from '../support/signed-in.ts';
import { until } from '../support/until.ts';

/** Generous: only a page that never gets there takes this long, also on a busy machine. */
const limitMs = 30_000;
/** Of the cameras of the demo: every so many frames is a keyframe, from the first of a lap on. */
const gopFrames = GOP_SECONDS * MAIN_FRAMES_PER_SECOND;
const shots = process.env['MINHBACH_SCREENSHOTS'];

describe('playback of a counter with two cameras and a microphone', () => {
  let demo: DemoSystem;
  let browser: TestBrowser;
  let page: Page;
  let supervisor: Caller;
  let counterId: string;
  let recordedFromMs = 0;

  const shot = async (name: string) => {
    if (shots === undefined) return;
    await mkdir(shots, { recursive: true });
    await page.screenshot({ path: join(shots, `${name}.png`) });
  };

  beforeAll(async () => {
    demo = await startDemo({ cameras: 4, segmentMs: 15_000 });
    supervisor = await signedIn(demo.origin, 'supervisor', demoPassword);
    const counters: readonly Counter[] = (await supervisor.call('GET', '/counters')).body.items;
    const counter = counters.find(({ sources }) => sources.length === 3);
    if (counter === undefined) throw new Error('the demo has no counter with three sources');
    counterId = counter.id;
    // Long enough to seek about in: sealed segments and an open one for every source.
    await until(async () => {
      const to = Date.now();
      const { body } = await supervisor.call(
        'GET',
        `/counters/${counterId}/timeline?from=${to - 600_000}&to=${to}`,
      );
      const { sources } = timelineSchema.parse(body);
      recordedFromMs = Math.max(
        ...sources.map(({ spans }) => spans.find(({ kind }) => kind === 'footage')?.from ?? to),
      );
      return to - recordedFromMs > 40_000;
    }, 200_000);
    browser = await startBrowser();
    const first = await browser.page();
    await signInOn(first, demo.origin, 'supervisor', demoPassword);
    await first.close();
  }, 500_000);

  // A page of its own for each test, in Vietnamese: what one leaves open, or fails at, is nothing to the next.
  beforeEach(async () => {
    page = await browser.page();
    page.setDefaultTimeout(45_000);
    await page.addInitScript(() => localStorage.removeItem('minh-bach.language'));
  });

  afterEach(async () => {
    await page.close();
  });

  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    await demo?.[Symbol.asyncDispose]();
  }, 30_000);

  it('asks for a reason before anything is shown, and takes no empty one', async () => {
    await page.goto(`${demo.origin}/playback?counter=${counterId}`);
    await page.locator('.playback-reason button[type="submit"]').click();
    await page.getByText('Lý do có từ 5 đến 1000 ký tự.').waitFor();
    expect(await page.locator('video').count()).toBe(0);
    expect(await seriousViolations(page)).toEqual([]);
  }, 60_000);

  it('plays: the camera’s own frame numbers advance with the time stated for them', async () => {
    await openPlayback(page, demo.origin, counterId, recordedFromMs + 8000);
    await play(page);
    const before = await shownFrame(page);
    await until(async () => {
      const after = await shownFrame(page);
      return framesBetween(before, after) > 25 && framesAstray(before, after) <= 2;
    }, limitMs);
    await shot('playing-vi');
  }, 90_000);

  it('keeps the other angle and the sound within 40 ms of the picture', async () => {
    await openPlayback(page, demo.origin, counterId, recordedFromMs + 8000);
    await play(page);
    const worst = async () => {
      const samples = await offsetsFromLead(page);
      const sources = samples[0]?.length ?? 0;
      return Array.from({ length: sources }, (_, source) =>
        median(samples.map((sample) => Math.abs(sample[source] ?? Number.NaN))),
      );
    };
    await until(async () => {
      const offsetsMs = await worst();
      return offsetsMs.length === 2 && offsetsMs.every((offsetMs) => offsetMs <= frameMs);
    }, 90_000);
  }, 150_000);

  it('steps by single frames, on and back', async () => {
    await openPlayback(page, demo.origin, counterId, recordedFromMs + 12_020);
    const start = await restingFrame(page);
    for (const [key, expected] of [
      ['.', 1],
      ['.', 2],
      [',', 1],
    ] as const) {
      await page.keyboard.press(key);
      await until(async () => framesBetween(start, await shownFrame(page)) === expected, limitMs);
    }
  }, 150_000);

  it('shows the moment that was clicked on the timeline', async () => {
    await openPlayback(page, demo.origin, counterId, recordedFromMs + 12_000);
    const before = await shownFrame(page);
    const stage = page.getByRole('slider', { name: 'Dòng thời gian' });
    const box = await stage.boundingBox();
    if (box === null) throw new Error('no timeline');
    const wantedMs = recordedFromMs + 34_000;
    const [from, to] = [
      Number(await stage.getAttribute('aria-valuemin')),
      Number(await stage.getAttribute('aria-valuemax')),
    ];
    const x = box.x + ((wantedMs - from) / (to - from)) * box.width;
    const nearMs = (1.5 * (to - from)) / box.width;
    await page.mouse.move(x, box.y + box.height / 2);
    const small = await hoveredNumber(page);
    expect(small % gopFrames).toBe(0);
    const aheadMs = (wantedMs % 86_400_000) - before.stampMs;
    const wanted = { number: before.number + Math.round(aheadMs / frameMs), stampMs: 0 };
    expect(within(framesBetween({ number: small, stampMs: 0 }, wanted), nearMs / frameMs, gopFrames)).toBe(
      true,
    );
    await page.mouse.click(x, box.y + box.height / 2);
    await until(async () => {
      await pictureThere(page);
      const shown = await shownFrame(page);
      return near(shown.stampMs, wantedMs, nearMs) && framesAstray(before, shown) < 2;
    }, limitMs);
  }, 90_000);

  it('plays at a quarter of the speed; L presses on to sixteen times, by keyframes alone; J turns round, K stops', async () => {
    await openPlayback(page, demo.origin, counterId, recordedFromMs + 8000);
    const speed = page.getByRole('combobox', { name: 'Tốc độ' });
    const video = page.locator('.playback-lead video');
    const rate = () => video.evaluate((element: HTMLVideoElement) => element.playbackRate);
    const keyframesOnly = page.getByText('Chỉ hiện khung chính · tắt tiếng');
    const isMuted = () =>
      page.locator('.playback-stage audio').evaluate((audio: HTMLAudioElement) => audio.muted);

    await speed.selectOption('0.25');
    await until(async () => (await rate()) === 0.25 && !(await paused(page)), limitMs);
    const slow = await shownFrame(page);
    await until(async () => {
      const now = await shownFrame(page);
      return framesBetween(slow, now) > 3 && framesAstray(slow, now) <= 2;
    }, limitMs);

    for (const expected of ['1', '2', '4']) {
      await page.keyboard.press('l');
      await until(async () => (await speed.inputValue()) === expected, limitMs);
      await until(async () => (await rate()) === Number(expected), limitMs);
      expect(await keyframesOnly.count()).toBe(0);
      expect(await isMuted()).toBe(false);
    }
    for (const expected of ['8', '16']) {
      await page.keyboard.press('l');
      await until(async () => (await speed.inputValue()) === expected, limitMs);
      await keyframesOnly.waitFor();
      expect(await isMuted()).toBe(true);
    }
    const shown = new Set<number>();
    await until(async () => {
      const { number } = await shownFrame(page);
      // What was on screen when the keyframes began may be any frame.
      if (shown.size > 0 || number % gopFrames === 0) shown.add(number);
      return shown.size > 3;
    }, limitMs);
    expect([...shown].filter((number) => number % gopFrames !== 0)).toEqual([]);

    await page.keyboard.press('j');
    await until(async () => (await speed.inputValue()) === '-1', limitMs);
    const turned = await shownFrame(page);
    await until(async () => (await shownFrame(page)).stampMs < turned.stampMs, limitMs);
    await page.keyboard.press('k');
    await until(async () => (await keyframesOnly.count()) === 0 && (await paused(page)), limitMs);
    // From a stop it goes on at an even pace, neither backwards nor at a rush.
    await page.keyboard.press('k');
    await until(async () => (await speed.inputValue()) === '1' && !(await paused(page)), limitMs);
  }, 150_000);

  it('goes back by keyframes, muted, and says so', async () => {
    await openPlayback(page, demo.origin, counterId, recordedFromMs + 30_000);
    const before = await shownFrame(page);
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.getByText('Chỉ hiện khung chính · tắt tiếng').waitFor();
    expect(
      await page.locator('.playback-stage audio').evaluate((audio: HTMLAudioElement) => audio.muted),
    ).toBe(true);
    await until(async () => (await shownFrame(page)).stampMs <= before.stampMs - 2000, limitMs);
    await page.keyboard.press('k');
    await until(() => paused(page), limitMs);
  }, 90_000);

  it('skips time without footage, and says which', async () => {
    await openPlayback(page, demo.origin, counterId, recordedFromMs + 12_000);
    await page.keyboard.press('Home');
    await page.keyboard.press('k');
    await page.getByText(/Đã bỏ qua .* không có dữ liệu/).waitFor();
    await until(async () => !(await paused(page)), limitMs);
    await page.keyboard.press('k');
    await shot('gap-vi');
  }, 90_000);

  it('marks a span and bookmarks it; the incident is listed, plays from there and is in the audit', async () => {
    await openPlayback(page, demo.origin, counterId, recordedFromMs + 20_000);
    const isBegin = async () => near((await shownFrame(page)).stampMs, recordedFromMs + 20_000, 200);
    // The first picture there may be one before the moment asked for: that would be marked.
    await until(isBegin, limitMs);
    await page.keyboard.press('i');
    await page.keyboard.press('ArrowRight');
    await pictureThere(page);
    await page.keyboard.press('o');
    await page.keyboard.press('b');
    await page.locator('.playback-bookmark').waitFor();
    await page.keyboard.press('4');
    await page.locator('.playback-bookmark button[type="submit"]').click();
    await page.getByText('Đã lưu dấu sự việc.').waitFor();
    await page.goto(`${demo.origin}/incidents`);
    await page.locator('.incident-row', { hasText: 'Vắng mặt' }).first().click();
    const playIt = page.getByRole('dialog').getByText('Xem lại đoạn này');
    await playIt.waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await shot('incidents-vi');
    await playIt.click();
    await page.locator('.playback-lead video').waitFor();
    await until(async () => {
      await pictureThere(page);
      return isBegin();
    }, limitMs);
    await auditHolds(demo.origin, ['bookmarked']);
  }, 150_000);

  it('is whole in English and at the width of a phone, without serious findings of axe-core', async () => {
    await openPlayback(page, demo.origin, counterId, recordedFromMs + 20_000);
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByText('Your viewing is recorded').first().waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await shot('playback-en');
    await page.setViewportSize({ width: 390, height: 844 });
    const widthPx = () =>
      page.evaluate(() => document.querySelector('#content')?.scrollWidth ?? Number.POSITIVE_INFINITY);
    await until(async () => (await widthPx()) <= 390, limitMs);
    expect(await seriousViolations(page)).toEqual([]);
    await shot('playback-390');
    expect(browser.pageFaults).toEqual([]);
  }, 90_000);

  it('leaves in the audit what was played and why', async () => {
    await openPlayback(page, demo.origin, counterId, recordedFromMs + 20_000);
    await page.goto('about:blank');
    await auditHolds(demo.origin, ['play-granted', 'footage-fetched', 'played']);
  }, 90_000);
});

async function auditHolds(origin: string, wanted: readonly string[]): Promise<void> {
  const auditor = await signedIn(origin, 'auditor', demoPassword);
  await until(async () => {
    const { body } = await auditor.call('GET', '/audit?limit=200');
    const entries: readonly { readonly kind: string }[] = body.items;
    const kinds = new Set(entries.map(({ kind }) => kind));
    return wanted.every((kind) => kinds.has(kind));
  }, limitMs);
}

/** From rest to moving pictures. */
async function play(page: Page): Promise<void> {
  await page.keyboard.press('k');
  await until(async () => (await shownFrame(page)).stampMs > 0 && !(await paused(page)), limitMs);
}

/** Whether so many frames of a lap lie within 0..`most`, give or take. */
const within = (frames: number, give: number, most: number): boolean =>
  frames <= most + give || frames >= LAP_FRAMES - give;

/** The page states a time of day, without the day. */
const near = (stampMs: number, utcMs: number, withinMs: number): boolean =>
  Math.abs(stampMs - (utcMs % 86_400_000)) < withinMs;

const paused = (page: Page): Promise<boolean> =>
  page.locator('.playback-lead video').evaluate((video: HTMLVideoElement) => video.paused);

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
