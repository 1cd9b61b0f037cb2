import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { seriousViolations, startBrowser, type TestBrowser } from '../support/browser.ts';
import { RunningMonitor, testPassword } from '../support/running-monitor.ts';

/** Where to leave pictures of the pages, for a person to look at. */
const pictures = process.env['MINHBACH_SCREENSHOTS'];

/* A monitor just installed, through its pages alone: whoever read the code on its console becomes its administrator. */
describe('first start', () => {
  let monitor: RunningMonitor;
  let desk: TestBrowser;

  beforeAll(async () => {
    monitor = await RunningMonitor.start({ pages: true });
    desk = await startBrowser();
  }, 60_000);
  afterAll(async () => {
    await desk?.[Symbol.asyncDispose]();
    await monitor?.stop();
  }, 60_000);

  const picture = async (page: Page, name: string) => {
    if (pictures === undefined) return;
    await mkdir(pictures, { recursive: true });
    await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
  };
  const sideways = (page: Page) =>
    page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);

  it('asks for the printed code, says what is wrong with another, and lets the first administrator in', async () => {
    const page = await desk.page();
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type()))
        complaints.push(`${message.text()} ${message.location().url}`);
    });
    await page.goto(`${monitor.origin}/`);
    await page.waitForURL(`${monitor.origin}/first-start`);
    await page.getByRole('button', { name: 'Tạo quản trị viên' }).click();
    await page.getByText('Hãy nhập mã đã in ra khi khởi động.').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    // Nobody is signed in yet, and the page knows it: nothing was asked for that is refused.
    await page.waitForLoadState('networkidle');
    expect(complaints).toEqual([]);
    await picture(page, 'first-start-vi');

    await page.getByRole('button', { name: 'English' }).click();
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByLabel('One-time code').fill('AAAA-BBBB-CCCC');
    await page.getByLabel('Name of the overseeing unit').fill('Trung tâm giám sát');
    await page.getByLabel('Full name').fill('Quản trị');
    await page.getByLabel('User name').fill('Admin');
    await page.getByRole('textbox', { name: 'Password' }).fill(testPassword);
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    expect(await page.getByLabel('Full name').inputValue()).toBe('Quản trị');
    expect(await seriousViolations(page)).toEqual([]);
    expect(await sideways(page)).toBeLessThanOrEqual(0);
    await picture(page, 'first-start-phone-en');

    await page.getByLabel('One-time code').fill(monitor.monitor.firstStartCode ?? '');
    await page.keyboard.press('Enter');
    await page.waitForURL(({ pathname }) => pathname !== '/first-start');
    await page.goto(`${monitor.origin}/first-start`);
    await page.getByText('This monitor has its administrator.').waitFor();
    await page.close();
    expect(desk.pageFaults).toEqual([]);
  }, 90_000);

  it('lets the administrator make and rename units, in both languages and on a phone', async () => {
    const page = await desk.page();
    await page.goto(`${monitor.origin}/offices?tab=units`);
    await page.getByRole('button', { name: 'Tiếng Việt' }).click();
    await page.getByRole('cell', { name: 'Trung tâm giám sát', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Thêm đơn vị' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Lưu' }).click();
    await dialog.getByText('Tên có từ 1 đến 200 ký tự.').waitFor();
    await dialog.getByLabel('Tên', { exact: true }).fill('UBND phường <b>Đông Hà</b>');
    expect(await seriousViolations(page)).toEqual([]);
    await picture(page, 'unit-form-vi');
    await dialog.getByRole('button', { name: 'Lưu' }).click();
    const row = page.getByRole('row').filter({ hasText: 'UBND phường <b>Đông Hà</b>' });
    await row.getByText('chỉ thấy điểm của mình').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await picture(page, 'units-vi');

    await page.getByRole('button', { name: 'English' }).click();
    await page.setViewportSize({ width: 390, height: 844 });
    await row.getByRole('button', { name: /^Edit unit/ }).click();
    await dialog.getByLabel('Name', { exact: true }).fill('UBND phường Đông Hà');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('cell', { name: 'UBND phường Đông Hà', exact: true }).waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    expect(await sideways(page)).toBeLessThanOrEqual(0);
    await picture(page, 'units-phone-en');
    expect(desk.pageFaults).toEqual([]);
  }, 90_000);
});
