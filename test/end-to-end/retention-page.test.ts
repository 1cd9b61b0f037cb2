import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { openObjectStore } from '@minhbach/shared/object-store';
import { counterIdSchema } from '@minhbach/shared/units-of-measure';
import { seriousViolations, signInOn, startBrowser, type TestBrowser } from '../support/browser.ts';
import { FilmedSource, ScriptedLedger } from '../support/filmed-source.ts';
import {
  enrolledRecorder,
  makeOrganisation,
  RunningMonitor,
  testPassword,
  type Organisation,
} from '../support/running-monitor.ts';
import { sampleFootage } from '../support/sample-footage.ts';

const dayMs = 86_400_000;
/** Where to leave pictures of the pages, for a person to look at. */
const pictures = process.env['MINHBACH_SCREENSHOTS'];

describe('the retention section of the Offices page', () => {
  let monitor: RunningMonitor;
  let organisation: Organisation;
  let desk: TestBrowser;
  let phone: TestBrowser;

  beforeAll(async () => {
    monitor = await RunningMonitor.start({ pages: true, settings: { retention: { everyMs: 300 } } });
    organisation = await makeOrganisation(monitor);
    const counterA = counterIdSchema.parse(organisation.counterA);
    const recorder = await enrolledRecorder(monitor, organisation.admin, organisation.siteA);
    const start = Date.now() - 85 * dayMs;
    const camera = new FilmedSource(recorder, counterA, sampleFootage('h264', 4), start);
    const archive = await openObjectStore({ type: 'directory', path: join(monitor.directory, 'archive') });
    const { sealed, bytes } = camera.film(start + 1_000, 3);
    const signal = AbortSignal.timeout(10_000);
    await archive.put(sealed.key, bytes, { sha256: sealed.sha256, contentType: 'video/mp4', signal });
    const { segmentId, key, at } = sealed;
    await new ScriptedLedger(recorder).state(sealed, { kind: 'segment-proven', seq: 0, at, segmentId, key });
    // Told of only now, so that the first look already finds its footage.
    recorder.say({ type: 'sources', sources: [camera.status()] });
    await recorder.close();
    await archive.close();
    desk = await startBrowser();
    phone = await startBrowser({ width: 390, height: 844, phone: true });
  }, 180_000);
  afterAll(async () => {
    await desk?.[Symbol.asyncDispose]();
    await phone?.[Symbol.asyncDispose]();
    await monitor?.stop();
  }, 60_000);

  const open = async (browser: TestBrowser, username: string): Promise<Page> => {
    const page = await browser.page();
    await signInOn(page, monitor.origin, username, testPassword);
    await page.goto(`${monitor.origin}/offices?tab=retention`);
    await page.getByRole('article', { name: 'Quầy A' }).waitFor();
    return page;
  };
  const picture = async (page: Page, name: string) => {
    if (pictures !== undefined)
      await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
  };

  it('shows days, basis and what is really there, and lets the administrator keep longer, and ask for shorter', async () => {
    const page = await open(desk, 'admin');
    const card = page.getByRole('article', { name: 'Quầy A' });
    await card.getByText('đúng cam kết').waitFor();
    await card.getByText('90 ngày').waitFor();
    await picture(page, 'retention-vi');
    await card.getByRole('button', { name: 'Sửa thời hạn lưu giữ của Quầy A' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Số ngày').fill('60');
    await dialog
      .getByLabel('Căn cứ')
      .fill('Quyết định 12/QĐ-UBND ngày 05/01/2026 về lưu giữ hình ảnh tại quầy');
    await dialog.getByRole('button', { name: 'Lưu' }).click();
    await card.getByText('Chờ người thứ hai: giảm còn 60 ngày').waitFor();
    await card.getByText('90 ngày', { exact: true }).waitFor();
    await picture(page, 'retention-pending-vi');
    await card.getByRole('button', { name: 'Sửa thời hạn lưu giữ của Quầy A' }).click();
    await dialog.getByLabel('Số ngày').fill('180');
    await dialog
      .getByLabel('Căn cứ')
      .fill('Quyết định 12/QĐ-UBND ngày 05/01/2026 về lưu giữ hình ảnh tại quầy');
    await dialog.getByRole('button', { name: 'Lưu' }).click();
    await card.getByText('180 ngày').waitFor();
    await card.getByText(/Quyết định 12/).waitFor();
    await page.getByText('Không ai xóa được dữ liệu ghi ở đây.', { exact: false }).waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await picture(page, 'retention-changed-vi');
    expect(desk.pageFaults).toEqual([]);
  }, 60_000);

  it('fits a phone, in English too, and tells a supervisor what is held', async () => {
    const page = await open(phone, 'supervisor');
    await page.getByText('Trong đó bị giữ lại').first().waitFor();
    expect(await page.getByRole('button', { name: /Sửa thời hạn lưu giữ/ }).count()).toBe(0);
    await picture(page, 'retention-phone-vi');
    const widths = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.documentElement.clientWidth,
    ]);
    expect(widths[0]).toBeLessThanOrEqual(widths[1] ?? 0);
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByText('Oldest really there').first().waitFor();
    await picture(page, 'retention-phone-en');
    expect(phone.pageFaults).toEqual([]);
  }, 60_000);
});
