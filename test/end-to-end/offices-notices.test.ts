import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { seriousViolations, signInOn, startBrowser, type TestBrowser } from '../support/browser.ts';
import {
  makeOrganisation,
  RunningMonitor,
  testPassword,
  type Organisation,
} from '../support/running-monitor.ts';

/** Where to leave pictures of the pages, for a person to look at. */
const pictures = process.env['MINHBACH_SCREENSHOTS'];
const publicOrigin = 'https://minhbach.example.vn';
const settings = {
  publicOrigins: [publicOrigin],
  notices: { hotline: '1900 6868', controller: 'Văn phòng UBND tỉnh' },
};

describe('notices, keys of queue machines and reconciliation on the Offices page', () => {
  let monitor: RunningMonitor;
  let organisation: Organisation;
  let desk: TestBrowser;
  let phone: TestBrowser;

  beforeAll(async () => {
    monitor = await RunningMonitor.start({ pages: true, settings });
    organisation = await makeOrganisation(monitor);
    desk = await startBrowser({ width: 1280, height: 860 });
    phone = await startBrowser({ width: 390, height: 844, phone: true });
  }, 180_000);
  afterAll(async () => {
    await desk?.[Symbol.asyncDispose]();
    await phone?.[Symbol.asyncDispose]();
    await monitor?.stop();
  }, 60_000);

  const open = async (browser: TestBrowser, username: string, tab: string): Promise<Page> => {
    const page = await browser.page();
    await signInOn(page, monitor.origin, username, testPassword);
    await page.goto(`${monitor.origin}/offices?tab=${tab}`);
    return page;
  };
  const picture = async (page: Page, name: string) => {
    if (pictures !== undefined)
      await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
  };
  const fits = async (page: Page) => {
    const [wide = 0, there = 0] = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.documentElement.clientWidth,
    ]);
    expect(wide).toBeLessThanOrEqual(there);
  };

  it('lead a notice from missing to hanging, and stand amber again when the counter is renamed', async () => {
    const page = await open(desk, 'admin', 'notices');
    const card = page.getByRole('article', { name: 'Quầy A' });
    await card.getByText('chưa treo thông báo').waitFor();
    await picture(page, 'notices-missing-vi');
    await card.getByRole('button', { name: 'Lập bản mới cho Quầy A' }).click();
    await card.getByText(/Bản 1, lập ngày/).waitFor();
    const pdf = await card.getByRole('link', { name: /Mở bản in/ }).getAttribute('href');
    expect(pdf).toMatch(/^\/api\/v1\/notices\/[0-9a-f-]{36}\/pdf$/);
    await card.getByRole('button', { name: 'Đã treo ở Quầy A' }).click();
    await card.getByText('đang treo đúng bản').waitFor();
    await organisation.admin.call('PATCH', `/counters/${organisation.counterA}`, { name: 'Quầy A1' });
    await page.reload();
    const renamed = page.getByRole('article', { name: 'Quầy A1' });
    await renamed.getByText('bản đang treo đã cũ').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await picture(page, 'notices-outdated-vi');
    await organisation.admin.call('PATCH', `/counters/${organisation.counterA}`, { name: 'Quầy A' });
    const small = await open(phone, 'supervisor', 'notices');
    await small.getByRole('article', { name: 'Quầy A' }).getByText('đang treo đúng bản').waitFor();
    await fits(small);
    await picture(small, 'notices-phone-vi');
    expect([...desk.pageFaults, ...phone.pageFaults]).toEqual([]);
  }, 90_000);

  it('show a key once, and a service told with it until it is revoked', async () => {
    const page = await open(desk, 'admin', 'keys');
    await page.getByRole('button', { name: 'Tạo khóa' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Tạo khóa' }).click();
    await dialog.getByText('Tên có từ 1 đến 200 ký tự.').waitFor();
    await dialog.getByLabel('Tên').fill('Máy gọi số tầng 1');
    await dialog.getByRole('combobox', { name: 'Điểm đặt máy' }).click();
    await page.getByRole('option', { name: 'Điểm A' }).click();
    await dialog.getByRole('button', { name: 'Tạo khóa' }).click();
    const key = (await dialog.getByLabel('Khóa', { exact: true }).textContent()) ?? '';
    expect(key).toMatch(/^mbk_[\w-]{43}$/);
    await picture(page, 'key-once-vi');
    await dialog.getByRole('button', { name: 'Xong' }).click();
    const card = page.getByRole('article', { name: 'Máy gọi số tầng 1' });
    await card.getByText('đang dùng được').waitFor();
    expect(await page.content()).not.toContain(key);
    const startedAt = Date.now() - 120_000;
    const tell = async (ticket: string) =>
      fetch(`${monitor.origin}/api/v1/transactions`, {
        method: 'POST',
        headers: { 'x-api-key': key, 'content-type': 'application/json' },
        body: JSON.stringify({
          ...{ counterId: organisation.counterA, ticket, startedAt, endedAt: startedAt + 60_000 },
        }),
      });
    expect((await tell('A001')).status).toBe(201);
    await card.getByRole('button', { name: 'Thu hồi khóa Máy gọi số tầng 1' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Thu hồi' }).click();
    await card.getByText(/đã thu hồi lúc/).waitFor();
    expect((await tell('A002')).status).toBe(401);
    await picture(page, 'keys-vi');
    expect(desk.pageFaults).toEqual([]);
  }, 90_000);

  it('say of a counter and a day how many services are whole, and list those that are not', async () => {
    // Mid-morning of yesterday in Vietnam: a whole day, at whatever hour this runs.
    const at = (Math.floor((Date.now() + 7 * 3_600_000) / 86_400_000) - 1) * 86_400_000 + 2 * 3_600_000;
    const items = ['B001', 'B002'].map((ticket, index) => {
      const startedAt = at + index * 300_000;
      return { counterId: organisation.counterA, ticket, startedAt, endedAt: startedAt + 240_000 };
    });
    expect((await organisation.admin.call('POST', '/transactions', { items })).status).toBe(201);
    const page = await open(desk, 'auditor', `reconciliation&counter=${organisation.counterA}`);
    const day = new Date(at + 7 * 3_600_000).toISOString().slice(0, 10);
    await page.getByLabel('Ngày').fill(day);
    await page.getByText(/^\d phục vụ, 0 đủ hình và tiếng, \d thiếu$/).waitFor();
    await page.getByText('B002').waitFor();
    await page.getByText('thiếu hình và tiếng').first().waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await picture(page, 'reconciliation-vi');
    const small = await open(phone, 'supervisor', `reconciliation&counter=${organisation.counterA}`);
    await small.getByLabel('Ngày').fill(day);
    await small.getByText('B002').waitFor();
    await fits(small);
    await picture(small, 'reconciliation-phone-vi');
    await small.getByRole('button', { name: 'English' }).click();
    await small.getByText(/served, 0 whole in picture and sound/).waitFor();
    const none = await open(desk, 'head', 'completeness');
    expect(await none.getByRole('tab', { name: 'Đối chiếu' }).count()).toBe(0);
    expect([...desk.pageFaults, ...phone.pageFaults]).toEqual([]);
  }, 90_000);
});
