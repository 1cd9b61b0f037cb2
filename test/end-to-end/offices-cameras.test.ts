import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { startVirtualCamera, type VirtualCamera } from '../../scripts/virtual-camera/index.ts';
import { seriousViolations, signInOn, startBrowser, type TestBrowser } from '../support/browser.ts';
import { demoPassword, startDemo, type DemoSystem } from '../support/demo-system.ts';
import { framesAstray, framesBetween, openPlayback, shownFrame } from '../support/playback-page.ts';
import { caller, signedIn } from '../support/signed-in.ts';
import { until } from '../support/until.ts';

const cameraPassword = 'mật khẩu & <camera>';
const vietnameseDay = (daysAhead: number) =>
  new Date(Date.now() + daysAhead * 86_400_000 + 7 * 3_600_000).toISOString().slice(0, 10);
const newSite = 'Điểm <b>kiểm</b> thử 🏛';
const newCounter = 'Quầy 9 "một cửa"';

/* An administrator prepares a counter, a technician on a ladder fits a camera to it: through the pages alone. */
describe('offices and cameras', () => {
  let demo: DemoSystem;
  let camera: VirtualCamera;
  let h265: VirtualCamera;
  let h265Alone: VirtualCamera;
  let desk: TestBrowser;
  let phone: TestBrowser;

  beforeAll(async () => {
    demo = await startDemo({ cameras: 1 });
    const start = (options: object) =>
      startVirtualCamera({ password: cameraPassword, ...options }, new AbortController().signal);
    const modern = { picture: 'h265', sound: 'none' };
    [camera, h265, h265Alone] = await Promise.all([
      start({ name: 'Camera mới', serialNumber: 'offices-cameras-test', discovery: 'all' }),
      start({ ...modern, name: 'Camera H.265' }),
      start({ ...modern, name: 'Camera H.265 không luồng phụ', hasSubStream: false }),
    ]);
    desk = await startBrowser();
    phone = await startBrowser({ width: 390, height: 844, phone: true });
  }, 300_000);

  afterAll(async () => {
    await desk?.[Symbol.asyncDispose]();
    await phone?.[Symbol.asyncDispose]();
    for (const each of [camera, h265, h265Alone]) await each?.close();
    await demo?.[Symbol.asyncDispose]();
  }, 60_000);

  it('lets an administrator make a site, a counter, a person and an enrolment code', async () => {
    const page = await desk.page();
    await signInOn(page, demo.origin, 'admin', demoPassword);
    await page.goto(`${demo.origin}/offices?tab=sites`);

    await page.getByRole('button', { name: 'Thêm điểm' }).click();
    await page.getByRole('button', { name: 'Lưu' }).click();
    await page.getByText('Tên có từ 1 đến 200 ký tự.').waitFor();
    await page.getByRole('dialog').getByLabel('Tên', { exact: true }).fill(newSite);
    await choose(page, 'Đơn vị', /đơn vị A/);
    await page.getByRole('button', { name: 'Lưu' }).click();
    await page.getByRole('heading', { name: newSite }).waitFor();

    await page.getByRole('button', { name: /Thêm quầy ở Trung tâm Phục vụ/ }).click();
    await page.getByRole('dialog').getByLabel('Tên', { exact: true }).fill(newCounter);
    await page.getByRole('button', { name: 'Lưu' }).click();
    await page.getByRole('listitem').filter({ hasText: newCounter }).waitFor();
    expect(await seriousViolations(page)).toEqual([]);

    await page.goto(`${demo.origin}/offices?tab=people`);
    await page.getByRole('button', { name: 'Thêm người' }).click();
    await field(page, 'Họ và tên').fill('Trần Thị Kiểm Thử');
    await field(page, 'Tên đăng nhập').fill('admin');
    await choose(page, 'Vai trò', 'kỹ thuật');
    await choose(page, 'Đơn vị', /đơn vị A/);
    await field(page, 'Mật khẩu đầu tiên').fill('mười hai ký tự');
    await page.getByRole('button', { name: 'Lưu' }).click();
    await page.getByText('Tên đăng nhập này đã có người dùng.').waitFor();
    expect(await field(page, 'Họ và tên').inputValue()).toBe('Trần Thị Kiểm Thử');
    await field(page, 'Tên đăng nhập').fill('kiem.thu');
    await page.getByRole('button', { name: 'Lưu' }).click();
    await page.getByRole('cell', { name: 'Trần Thị Kiểm Thử kiem.thu' }).waitFor();
    const made = await signedIn(demo.origin, 'kiem.thu', 'mười hai ký tự');
    expect((await made.call('GET', '/me')).body.person.role).toBe('technician');

    await page.goto(`${demo.origin}/offices?tab=recorders`);
    await page.getByRole('button', { name: 'Ghi danh máy ghi' }).click();
    await choose(page, 'Điểm đặt máy ghi', newSite);
    await page.getByRole('button', { name: 'Tạo mã' }).click();
    const code = await page.locator('.offices-code pre').first().innerText();
    expect(code).toMatch(/^mb1\.[\w-]{43}\.[\w-]{22,64}$/);
    const lines = await page.locator('.offices-code pre').last().innerText();
    expect(lines).toContain(`url: ${demo.origin.replace('http', 'ws')}`);
    expect(lines).toContain(`enrolmentCode: ${code}`);
    expect(await seriousViolations(page)).toEqual([]);
    expect(desk.pageFaults).toEqual([]);
  }, 120_000);

  it('states the duty of a counter: from its first day, and from the next day once it has served', async () => {
    const page = await desk.page();
    const admin = await signedIn(demo.origin, 'admin', demoPassword);
    const { body } = await admin.call('GET', '/counters');
    const counter = body.items.find(({ name }: { name: string }) => name === newCounter);
    await page.goto(`${demo.origin}/offices?tab=duty&counter=${counter.id}`);
    await page.getByRole('button', { name: 'Cả ngày đêm' }).click();
    await page.getByRole('button', { name: 'Lưu lịch' }).click();
    await page.getByText(`Đã lưu lịch trực: ${newCounter}`).waitFor();
    const duty = async () => (await admin.call('GET', `/counters/${counter.id}/duty`)).body;
    const first = await duty();
    expect(first.weekly).toHaveLength(7);
    // The counter was made above, perhaps on the other side of a midnight in Vietnam.
    expect([vietnameseDay(0), vietnameseDay(1)]).toContain(first.effectiveFrom);
    const nextDay = vietnameseDay(1);
    const again = await admin.call('PUT', `/counters/${counter.id}/duty`, {
      weekly: first.weekly,
      holidays: [],
    });
    expect(again.status).toBe(200);
    expect([nextDay, vietnameseDay(1)]).toContain((await duty()).effectiveFrom);
    expect(await seriousViolations(page)).toEqual([]);
  }, 60_000);

  it('lets a technician find, log in to, bind and aim a camera on a phone', async () => {
    const page = await phone.page();
    await signInOn(page, demo.origin, 'technician', demoPassword);
    await page.goto(`${demo.origin}/cameras?show=attention`);
    await page.getByRole('button', { name: `Thêm thiết bị cho ${newCounter}` }).click();
    await page.locator('.wizard-choice').first().click();

    await page.getByRole('button', { name: 'Tìm thiết bị trong mạng' }).click();
    await page.waitForURL(/discover=/);
    await page.reload();
    await page
      .locator('.wizard-choice', { hasText: new URL(camera.onvifAddress).host })
      .click({ timeout: 70_000 });

    await field(page, 'Tên đăng nhập của thiết bị').fill('admin');
    await field(page, 'Mật khẩu của thiết bị').fill('sai mật khẩu');
    await page.getByRole('button', { name: 'Kiểm tra thiết bị' }).click();
    await page.getByText(/Thiết bị từ chối tên đăng nhập/).waitFor({ timeout: 60_000 });
    expect(await field(page, 'Tên đăng nhập của thiết bị').inputValue()).toBe('admin');
    expect(await seriousViolations(page)).toEqual([]);
    await field(page, 'Mật khẩu của thiết bị').fill(cameraPassword);
    await page.getByRole('button', { name: 'Kiểm tra thiết bị' }).click();

    await page.getByText('luồng chính, nên chọn').waitFor({ timeout: 60_000 });
    await page.getByText(/1920×1080 · 25 hình/).waitFor();
    await page.getByRole('button', { name: 'Tiếp' }).click();
    await field(page, 'Tên thiết bị').fill('Camera kiểm thử');
    await page.getByRole('button', { name: 'Gắn và bắt đầu ghi' }).click();

    await page.getByRole('button', { name: 'Xem hình 60 giây' }).click({ timeout: 60_000 });
    await page.getByText(/còn \d+ giây/).waitFor();
    await page.getByText(/hình đã về/).waitFor({ timeout: 30_000 });
    await page.getByText('Thiết bị đã sẵn sàng.').waitFor({ timeout: 60_000 });
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Xong' }).click();
    await page.getByRole('heading', { name: 'Camera và micrô' }).waitFor();
    expect(page.url()).not.toContain(encodeURIComponent(cameraPassword));
    expect(phone.pageFaults).toEqual([]);

    const technician = await signedIn(demo.origin, 'technician', demoPassword);
    const { body } = await technician.call('GET', '/counters');
    const { sources } = body.items.find(({ name }: { name: string }) => name === newCounter);
    expect(sources.map(({ kind, state }: { kind: string; state: string }) => [kind, state])).toEqual(
      expect.arrayContaining([
        ['camera', 'recording'],
        ['microphone', 'recording'],
      ]),
    );
  }, 300_000);

  it('retires a source only after saying what that does', async () => {
    const page = await phone.page();
    await page.goto(`${demo.origin}/cameras`);
    const microphone = page.locator(`[aria-label='${newCounter}'] .source`).last();
    const id = await microphone.getAttribute('data-source');
    await microphone.getByRole('button', { name: /^Gỡ/ }).click();
    await page.getByText('Việc ghi của thiết bị này dừng hẳn.').waitFor();
    await page.getByRole('button', { name: 'Gỡ, dừng ghi' }).click();
    await page.locator(`[data-source="${id}"]`).waitFor({ state: 'detached', timeout: 30_000 });
  }, 60_000);

  it('shows an H.265 camera live by its sub-stream and plays a working copy of it, each marked as such', async () => {
    const admin = await signedIn(demo.origin, 'admin', demoPassword);
    const technician = await signedIn(demo.origin, 'technician', demoPassword);
    const supervisor = await signedIn(demo.origin, 'supervisor', demoPassword);
    const { siteId } = (await admin.call('GET', '/counters')).body.items[0];
    const recorderId = (await technician.call('GET', '/recorders')).body.items[0].id;
    const bind = async (name: string, { name: cameraName, onvifAddress: address }: VirtualCamera) => {
      const { items } = (await admin.call('GET', '/counters')).body;
      // Bound already where this is the second attempt.
      const known = items.find((counter: { name: string }) => counter.name === name);
      if (known?.sources.length > 0) return known.id as string;
      const counterId = (await admin.call('POST', '/counters', { name, siteId })).body.id as string;
      const connection = { type: 'onvif', address, username: 'admin', password: cameraPassword };
      const source = { counterId, recorderId, name: cameraName, kind: 'camera', connection };
      expect(await technician.call('POST', '/sources', source)).toMatchObject({ status: 201 });
      return counterId;
    };
    const counterId = await bind('Quầy 10', h265);
    const aloneId = await bind('Quầy 11', h265Alone);

    await using browser = await startBrowser();
    const page = await browser.page();
    page.setDefaultTimeout(60_000);
    await signInOn(page, demo.origin, 'supervisor', demoPassword);
    await page.goto(`${demo.origin}/wall`);
    const tile = page.locator(`[data-counter="${counterId}"]`);
    const mark = tile.locator('[data-stream]');
    await tile.locator('[data-stream="sub"]').waitFor();
    await movesOn(tile.locator('video'), 640);
    // Without a sub-stream there is nothing to show, and the tile says so rather than go on waiting, also when asked again.
    const alone = page.locator(`[data-counter="${aloneId}"]`);
    const unsupported = alone.getByText(/^video\/mp4.*vẫn được ghi, xem lại được/);
    await unsupported.waitFor();
    await alone.click({ position: { x: 40, y: 60 } });
    await alone.getByText('Quầy này không có micrô').waitFor();
    // A device that is recorded anew, here without its microphone, does not leave anybody with a picture that stands.
    await movesOn(page.locator('.tile', { hasText: newCounter }).locator('video'), 640);
    // Its main stream is asked for: this browser cannot have it, and is told so.
    await tile.click({ position: { x: 40, y: 60 } });
    await tile.locator('[data-stream="reduced"]').getByText('hình thu nhỏ', { exact: true }).waitFor();
    await movesOn(tile.locator('video'), 640);
    await page.keyboard.press('Space');
    await tile.and(page.locator('[data-state="frozen"]')).waitFor();
    await mark.getByText('hình thu nhỏ', { exact: true }).waitFor();
    await page.keyboard.press('Space');
    await tile.and(page.locator('[data-state="recording"], [data-state="late"]')).waitFor();
    await mark.getByText('hình thu nhỏ', { exact: true }).waitFor();
    await movesOn(tile.locator('video'), 640);
    await picture(page, 'wall-h265-vi');
    await unsupported.waitFor();

    let fromMs = Date.now();
    await until(async () => {
      const asked = `from=${Date.now() - 600_000}&to=${Date.now()}`;
      const { body } = await supervisor.call('GET', `/counters/${counterId}/timeline?${asked}`);
      const footage = body.sources[0]?.spans.find(({ kind }: { kind: string }) => kind === 'footage');
      fromMs = footage?.from ?? Date.now();
      return footage?.to - fromMs > 8_000;
    }, 60_000);
    await openPlayback(page, demo.origin, counterId, fromMs + 2_000);
    await page.getByText('Bản chuyển mã để xem (H.264), không phải bản gốc').waitFor();
    const video = page.locator('.playback-lead video');
    await page.keyboard.press('k');
    const before = await shownFrame(page);
    await until(async () => {
      const after = await shownFrame(page);
      return framesBetween(before, after) > 25 && framesAstray(before, after) <= 2;
    }, 60_000);
    expect(await video.evaluate((element: HTMLVideoElement) => element.videoWidth)).toBe(1280);
    await picture(page, 'playback-h265-vi');
    expect(browser.pageFaults).toEqual([]);
  }, 300_000);

  it('shows a supervisor the calendar to change and nothing he would be refused', async () => {
    const browser = await startBrowser();
    try {
      const page = await browser.page();
      await signInOn(page, demo.origin, 'supervisor', demoPassword);
      await page.goto(`${demo.origin}/offices?tab=sites`);
      await page.getByRole('heading', { name: newSite }).waitFor();
      expect(await page.getByRole('button', { name: /Thêm|Sửa/ }).count()).toBe(0);
      expect(await page.getByRole('tab', { name: 'Người dùng' }).count()).toBe(0);
    } finally {
      await browser[Symbol.asyncDispose]();
    }
    expect((await caller(demo.origin, '').call('GET', '/counters')).status).toBe(401);
  }, 60_000);
});

/** Where to leave pictures of the pages, for a person to look at. */
async function picture(page: Page, name: string): Promise<void> {
  const directory = process.env['MINHBACH_SCREENSHOTS'];
  if (directory !== undefined) await page.screenshot({ path: join(directory, `${name}.png`) });
}

/** Resolves once new pictures of that width have come. */
async function movesOn(video: Locator, widthPx: number): Promise<void> {
  const look = () =>
    video.evaluate((element: HTMLVideoElement) => ({
      widthPx: element.videoWidth,
      shown: element.getVideoPlaybackQuality().totalVideoFrames,
    }));
  const before = await look();
  await until(async () => {
    const now = await look();
    return now.widthPx === widthPx && now.shown > before.shown + 10;
  }, 60_000);
}

/** The input of that label; not the tab panel or list that bears the same name. */
function field(page: Page, label: string) {
  return page.getByLabel(label).and(page.locator('input:visible')).last();
}

async function choose(page: Page, label: string, option: string | RegExp): Promise<void> {
  await field(page, label).click();
  await page.getByRole('option', { name: option }).locator('visible=true').first().click();
}
