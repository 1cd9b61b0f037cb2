import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Counter } from '@minhbach/shared/protocol';
import type { Page } from 'playwright-core';
import { installGlassProbe } from '../../scripts/bench/glass-probe.ts';
import { seriousViolations, signInOn, startBrowser, type TestBrowser } from '../support/browser.ts';
import { demoPassword, startDemo, type DemoSystem } from '../support/demo-system.ts';
import { signedIn, type Caller } from '../support/signed-in.ts';
import {
  agesAstray,
  columnsOf,
  expectSoon,
  isMain,
  isSub,
  meterMoves,
  players,
  putClockAhead,
  soundClocks,
  streams,
  tileLimitMs,
  type Measured,
} from '../support/wall-page.ts';

/** By how much the clock of the browser is wrong in these tests: nothing on the wall may go by it. */
const browserAheadMs = 3_600_000;
/** Where to leave pictures of the wall, for a person to look at. */
const pictures = process.env['MINHBACH_SCREENSHOTS'];

describe('the wall', () => {
  let demo: DemoSystem;
  let browser: TestBrowser;
  let page: Page;
  let monitor: Caller;
  let control: string;
  let socketCut = false;

  beforeAll(async () => {
    demo = await startDemo({ cameras: 4 });
    monitor = await signedIn(demo.origin, 'monitor', demoPassword);
    const cameras = JSON.parse(await readFile(join(demo.dataDirectory, 'virtual-cameras.json'), 'utf8'));
    control = cameras.control;
    browser = await startBrowser();
    page = await browser.page();
    await page.addInitScript(putClockAhead, browserAheadMs);
    await page.addInitScript(installGlassProbe);
    await page.routeWebSocket(/socket\.io/, (socket) => {
      const server = socket.connectToServer();
      socket.onMessage((message) => {
        if (!socketCut) server.send(message);
      });
    });
  }, 300_000);

  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    await demo?.[Symbol.asyncDispose]();
  }, 30_000);

  it('says what is wrong with a sign-in, in the language chosen, and then lets in', async () => {
    await page.goto(`${demo.origin}/`);
    await page.fill('input[autocomplete="username"]', 'monitor');
    await page.fill('input[autocomplete="current-password"]', 'sai-mat-khau-roi');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('Tên đăng nhập hoặc mật khẩu không đúng.').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'English' }).click();
    await page.keyboard.press('Tab');
    await page.fill('input[autocomplete="current-password"]', 'wrong again, sir');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('The user name or the password is wrong.').waitFor();
    await page.getByRole('button', { name: 'Tiếng Việt' }).click();
    await signInOn(page, demo.origin, 'monitor', demoPassword);
    await page.waitForURL(`${demo.origin}/wall`);
  }, 60_000);

  it('shows every counter live, moving and of a stated age', async () => {
    await page.goto(`${demo.origin}/wall?measure`);
    await page.waitForFunction(
      () =>
        document.querySelectorAll('.tile').length === 3 || document.querySelectorAll('.tile').length === 4,
    );
    // One after the other: on a busy machine a picture may pause, and then says no age.
    for (const age of await page.locator('.tile .tile-age').all()) {
      await expectSoon(
        async () => (await age.textContent()) ?? '',
        (said) => /^(trễ )?\d+,\d s$/.test(said),
      );
    }
    const before = await players(page);
    await page.waitForFunction(
      (counts) => {
        const { pictures } = (window as unknown as Measured).__minhBachLive;
        return counts.every(
          ({ sourceId, framesShown }) =>
            (pictures.get(sourceId)?.stats().framesShown ?? 0) > framesShown + 10,
        );
      },
      before,
      { timeout: tileLimitMs },
    );
    for (const { ageMs } of await players(page)) expect(ageMs).toBeGreaterThan(0);
    expect(browser.pageFaults).toEqual([]);
  }, 400_000);

  it('tells the age of a picture by the server’s clock, true to the number the camera burnt into it', async () => {
    expect(await page.evaluate(() => Date.now())).toBeGreaterThan(Date.now() + browserAheadMs / 2);
    await expectSoon(
      () => players(page),
      (all) => all.every(({ ageMs }) => ageMs > 0 && ageMs < 2000),
    );
    const counters: readonly Counter[] = (await monitor.call('GET', '/counters')).body.items;
    await expectSoon(
      () => agesAstray(page, control, counters),
      (astrayMs) => astrayMs.length >= 10 && astrayMs.every((ms) => Math.abs(ms) < 250),
    );
  }, 400_000);

  it('never crops a picture', async () => {
    const fits = await page.$$eval('.tile > video', (videos) =>
      videos.map((video) => getComputedStyle(video).objectFit),
    );
    expect(new Set(fits)).toEqual(new Set(['contain']));
  });

  it('plays sound on exactly one tile, and its meter moves', async () => {
    await page.keyboard.press('1');
    await page.keyboard.press('m');
    await meterMoves(page);
    await expectSoon(
      () => soundClocks(page),
      (clocks) => clocks.length === 1,
    );
    // The page decoded it itself: its media element, there for browsers that cannot, was given nothing to play.
    expect(await soundClocks(page)).toEqual(['output-timestamp']);
    expect(await page.locator('audio').getAttribute('src')).toBeNull();
    expect(await page.locator('audio').count()).toBe(1);
    await page.keyboard.press('2');
    await page.keyboard.press('m');
    await page.waitForFunction(() => document.querySelector('[data-counter]:nth-child(2) audio') !== null);
    expect(await page.locator('audio').count()).toBe(1);
    await page.keyboard.press('m');
    expect(await page.locator('audio').count()).toBe(0);
  }, 400_000);

  it('goes by keys: arrows choose, Enter enlarges to the main stream, G changes the grid', async () => {
    const chosen = () =>
      page.$$eval('.tile', (tiles) => tiles.findIndex((tile) => tile.ariaCurrent === 'true'));
    const size = () => page.locator('.wall-tiles').getAttribute('data-size');
    await page.keyboard.press('1');
    for (const [key, expected] of [
      ['ArrowLeft', 0],
      ['ArrowRight', 1],
      ['ArrowDown', 2],
      ['ArrowUp', 0],
      ['3', 2],
      ['ArrowLeft', 1],
    ] as const) {
      await page.keyboard.press(key);
      await expectSoon(chosen, (index) => index === expected);
    }
    await expectSoon(
      () => streams(page),
      (all) => all.length === 3 && all.every(isSub),
    );
    await shot(page, 'wall-4-vi');
    const counterId = await page.locator('.tile').nth(1).getAttribute('data-counter');
    await page.keyboard.press('Enter');
    await expectSoon(
      () => streams(page),
      ([only, ...others]) => only?.counterId === counterId && isMain(only) && others.length === 0,
    );
    expect(await size()).toBe('1');
    await shot(page, 'wall-focus-vi');
    await page.keyboard.press('Enter');
    await expectSoon(
      () => streams(page),
      (all) => all.length === 3 && all.every(isSub),
    );
    for (const [grid, columns] of [
      ['9', 3],
      ['16', 4],
      ['1', 1],
      ['4', 2],
    ] as const) {
      await page.keyboard.press('g');
      await expectSoon(size, (now) => now === grid);
      await page
        .getByRole('group', { name: 'Số ô' })
        .locator(`[aria-pressed="true"]`, { hasText: grid })
        .waitFor();
      expect(await columnsOf(page)).toBe(columns);
      if (grid === '16') await shot(page, 'wall-16-vi');
    }
  }, 400_000);

  it('shows the main stream with sound on the tile that was clicked, where it is', async () => {
    const click = (index: number) =>
      page
        .locator('.tile')
        .nth(index)
        .click({ position: { x: 40, y: 60 } });
    const heard = () =>
      page
        .locator('.tile audio')
        .evaluateAll((all) => all.map((one) => one.closest('.tile')?.getAttribute('data-counter')));
    const [first, second] = await streams(page);
    await click(1);
    await expectSoon(
      () => streams(page),
      (all) => all.map(isMain).join() === 'false,true,false',
    );
    expect(await heard()).toEqual([second?.counterId]);
    await meterMoves(page);
    await shot(page, 'wall-clicked-vi');
    await click(0);
    await expectSoon(
      () => streams(page),
      (all) => all.map(isMain).join() === 'true,false,false',
    );
    expect(await heard()).toEqual([first?.counterId]);
    await page
      .locator('.tile')
      .first()
      .dblclick({ position: { x: 40, y: 60 } });
    await page.locator('.wall-tiles[data-size="1"]').waitFor();
    expect(await heard()).toEqual([first?.counterId]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('m');
    await expectSoon(
      () => streams(page),
      (all) => all.length === 3 && all.every(isSub),
    );
    expect(await heard()).toEqual([]);
  }, 400_000);

  it('patrols: one counter after the other, enlarged; the keys are told on ?, and Escape ends the tour', async () => {
    const shownCounter = () => page.locator('.tile').getAttribute('data-counter');
    await page.keyboard.press('1');
    await page.keyboard.press('p');
    await page.getByRole('button', { name: 'Đang tuần tra', pressed: true }).waitFor();
    await page.locator('.wall-tiles[data-size="1"]').waitFor();
    const before = await shownCounter();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Phím tắt của tường' }).waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await shot(page, 'wall-help-vi');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await expectSoon(shownCounter, (now) => now !== before);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Tuần tra', exact: true, pressed: false }).waitFor();
    await page.locator('.wall-tiles[data-size="4"]').waitFor();
  }, 200_000);

  it('plays sound through a media element where the browser cannot decode it for the page', async () => {
    const plain = await browser.page();
    try {
      await plain.addInitScript(() => Reflect.deleteProperty(globalThis, 'AudioDecoder'));
      await plain.goto(`${demo.origin}/wall?measure`);
      await plain.locator('.tile[data-state="recording"], .tile[data-state="late"]').first().waitFor({
        timeout: tileLimitMs,
      });
      await plain.keyboard.press('1');
      await plain.keyboard.press('m');
      await meterMoves(plain);
      await expectSoon(
        () => soundClocks(plain),
        (clocks) => clocks.length === 1,
      );
      expect(await soundClocks(plain)).toEqual(['element-time']);
    } finally {
      await plain.close();
    }
  }, 400_000);

  it('bookmarks in two keystrokes while the wall goes on', async () => {
    const [before] = await players(page);
    await page.keyboard.press('1');
    await page.keyboard.press('b');
    await page.getByRole('dialog').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.keyboard.press('2');
    await page.locator('[data-incident]').getByText('Vòi vĩnh').first().waitFor();
    const { body } = await monitor.call('GET', '/incidents');
    expect(body.items[0]).toMatchObject({ category: 'soliciting', own: true });
    expect(body.items[0].to - body.items[0].from).toBe(60_000);
    expect(Math.abs(body.items[0].from + 30_000 - Date.now())).toBeLessThan(browserAheadMs / 2);
    await page.waitForFunction(
      (shown) =>
        ([...(window as unknown as Measured).__minhBachLive.pictures.values()][0]?.stats().framesShown ?? 0) >
        shown,
      before?.framesShown ?? 0,
    );
  }, 60_000);

  it('keeps the note of a bookmark and says why, when it cannot be stored', async () => {
    await page.keyboard.press('b');
    await page.getByRole('dialog').getByRole('textbox').fill('cán bộ che ống kính');
    socketCut = true;
    await page.route('**/api/v1/incidents', (route) => route.abort());
    await page.keyboard.press('Control+Enter');
    await page.getByRole('dialog').getByRole('alert').waitFor();
    expect(await page.getByRole('dialog').getByRole('textbox').inputValue()).toBe('cán bộ che ống kính');
    await page.unroute('**/api/v1/incidents');
    await page.keyboard.press('Control+Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    socketCut = false;
    const { body } = await monitor.call('GET', '/incidents');
    expect(body.items.map((incident: { note?: string }) => incident.note)).toContain('cán bộ che ống kính');
  }, 60_000);

  it('freezes ten seconds back and returns to now', async () => {
    await page.keyboard.press('1');
    const sourceId = await page
      .locator('[data-counter]')
      .first()
      .locator('video')
      .getAttribute('data-source');
    const look = () =>
      page.evaluate((id) => {
        const player = (window as unknown as Measured).__minhBachLive.pictures.get(id ?? '');
        const shownMs = player?.shownCapturedAtMs ?? Number.NaN;
        return { shownMs, nowMs: shownMs + (player?.ageMs() ?? Number.NaN), atMs: performance.now() };
      }, sourceId);
    // A tile that was just put back on the wall has nothing yet to go back to.
    await page.waitForFunction(() => {
      const video = document.querySelector<HTMLVideoElement>('.tile video');
      return video !== null && video.buffered.length > 0 && video.currentTime - video.buffered.start(0) > 10;
    });
    const live = await look();
    await page.keyboard.press('Space');
    await page.locator('[data-state="frozen"]').waitFor();
    const frozen = await expectSoon(look, ({ shownMs }) => shownMs < live.shownMs - 7_000);
    const pressed = await look();
    await page.keyboard.press('Space');
    // How late pictures come is the machine's; that the picture is of now, and did not play its way there, is the page's.
    await expectSoon(look, ({ shownMs }) => shownMs > pressed.nowMs - 4_000);
    const playedOn = await page.evaluate(
      ([id, sinceMs, fromMs]) =>
        (window as unknown as Measured).__minhBachLive.pictures
          .get(id ?? '')
          ?.stats()
          .frames.filter(({ displayedAtMs }) => displayedAtMs > sinceMs)
          .filter(({ capturedAtMs }) => capturedAtMs > fromMs + 1_000 && capturedAtMs < fromMs + 5_000)
          .length,
      [sourceId, pressed.atMs, frozen.shownMs] as const,
    );
    expect(playedOn).toBe(0);
    expect((await streams(page)).every(isSub)).toBe(true);
  }, 400_000);

  it('draws the watermark anew when it is taken out or hidden', async () => {
    const mark = page.locator('[data-watermark]').first();
    await mark.evaluate((element) => element.remove());
    await page.waitForFunction(
      () =>
        document.querySelectorAll('[data-watermark]').length === document.querySelectorAll('.tile').length,
    );
    await page.addStyleTag({
      content: '[data-watermark] { display: none !important; opacity: 0 !important }',
    });
    await mark.evaluate((element) => element.setAttribute('style', 'display:none'));
    await page.waitForFunction(() => {
      const element = document.querySelector('[data-watermark]');
      return element !== null && getComputedStyle(element).display === 'block';
    });
  }, 30_000);

  it('says which camera went silent and why, and leaves the others alone', async () => {
    const tile = page.locator('[data-counter]').first();
    const { cameras } = (await (await fetch(`${control}/cameras`)).json()) as { cameras: { name: string }[] };
    const name = encodeURIComponent(cameras[0]?.name ?? '');
    const fault = (body: object) =>
      fetch(`${control}/cameras/${name}/faults`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
    await fault({ kind: 'refuse-connections' });
    await page.waitForFunction(
      () =>
        ['lost', 'still'].includes(
          document.querySelector('[data-counter]')?.getAttribute('data-state') ?? '',
        ),
      undefined,
      { timeout: 30_000 },
    );
    await tile.getByText(/Mất hình \d\d:\d\d:\d\d/).waitFor({ timeout: 30_000 });
    expect(await page.locator('[data-counter]').nth(1).getAttribute('data-state')).not.toBe('lost');
    await fault({ kind: 'reset' });
    await page
      .locator('[data-counter]')
      .first()
      .and(page.locator('[data-state="recording"], [data-state="late"]'))
      .waitFor({ timeout: 60_000 });
  }, 150_000);

  it('raises what went silent in the tray; A and Enter own it, and the figures above say it too', async () => {
    await page.locator('.working[data-working="4"][data-declared="4"]').waitFor({ timeout: 60_000 });
    const { cameras } = (await (await fetch(`${control}/cameras`)).json()) as { cameras: { name: string }[] };
    const fault = (body: object) =>
      fetch(`${control}/cameras/${encodeURIComponent(cameras[1]?.name ?? '')}/faults`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
    await fault({ kind: 'refuse-connections' });
    await page.locator('.working:not([data-working="4"])').waitFor({ timeout: 30_000 });
    await page.getByText(/[0-3]\/4 camera đang ghi/).waitFor();
    const standing = page.locator('[data-alarm]', { hasText: 'đang diễn ra' });
    await standing
      .filter({ has: page.locator('[data-own]') })
      .first()
      .waitFor({ timeout: 30_000 });
    expect(await seriousViolations(page)).toEqual([]);
    const before = await page.locator('[data-own]').count();
    await page.keyboard.press('a');
    await page.keyboard.press('Enter');
    await page.waitForFunction((count) => document.querySelectorAll('[data-own]').length < count, before);
    await page.keyboard.press('Escape');
    const { body } = await monitor.call('GET', '/alarms?owner=me');
    expect(body.items.length).toBeGreaterThan(0);
    await fault({ kind: 'reset' });
    await page.locator('.working[data-working="4"]').waitFor({ timeout: 60_000 });
  }, 150_000);

  it('changes the angle of a counter with two cameras', async () => {
    const button = page.getByRole('button', { name: /Đổi góc camera/ }).first();
    const video = page.locator('.tile', { has: button }).locator('video');
    const before = await video.getAttribute('data-source');
    await page.locator('.tile', { has: button }).click({ position: { x: 40, y: 60 } });
    await page.keyboard.press('c');
    await expectSoon(
      () => video.getAttribute('data-source'),
      (after) => after !== before,
    );
  }, 150_000);

  it('has nothing serious for axe, also in English and on a phone', async () => {
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByText('Your viewing is recorded').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await shot(page, 'wall-en');
    await using phone = await startBrowser({ width: 390, height: 844, phone: true });
    const small = await phone.page();
    await signInOn(small, demo.origin, 'monitor', demoPassword);
    await small.locator('.tile').first().waitFor();
    expect(await seriousViolations(small)).toEqual([]);
    await shot(small, 'wall-phone-vi');
    const sideways = await small.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(sideways).toBeLessThanOrEqual(0);
    const heights = await small.$$eval('.tile-action, .wall-footer button:not([hidden])', (buttons) =>
      buttons.map((button) => button.getBoundingClientRect().height).filter((height) => height > 0),
    );
    expect(Math.min(...heights)).toBeGreaterThanOrEqual(44);
    await lookAtAlarms(small, demo.origin);
    await lookAtAlarms(page, demo.origin);
  }, 120_000);
});

async function shot(page: Page, name: string): Promise<void> {
  if (pictures === undefined) return;
  await mkdir(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `${name}.png`) });
}

/** The page of alarms with one opened: nothing serious for axe, no wider than the screen. */
async function lookAtAlarms(page: Page, origin: string): Promise<void> {
  await page.goto(`${origin}/alarms?state=all`);
  await page.locator('.alarm-row').first().click();
  await page.locator('.alarm-panel').waitFor();
  expect(await seriousViolations(page)).toEqual([]);
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(sideways).toBeLessThanOrEqual(0);
}
