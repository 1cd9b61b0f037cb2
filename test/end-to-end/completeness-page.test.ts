import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { gapIdSchema, newId } from '@minhbach/shared/units-of-measure';
import { AlarmSite } from '../support/alarm-site.ts';
import { seriousViolations, signInOn, startBrowser, type TestBrowser } from '../support/browser.ts';
import {
  enrolledRecorder,
  makeOrganisation,
  RunningMonitor,
  testPassword,
} from '../support/running-monitor.ts';
import type { ScriptedRecorder } from '../support/scripted-recorder.ts';

/** Where to leave pictures of the pages, for a person to look at. */
const pictures = process.env['MINHBACH_SCREENSHOTS'];
const gapMs = 20_000;

describe('the completeness section of the Offices page', () => {
  let monitor: RunningMonitor;
  let recorder: ScriptedRecorder;
  let desk: TestBrowser;
  let phone: TestBrowser;

  beforeAll(async () => {
    monitor = await RunningMonitor.start({ pages: true });
    const { admin, people, siteA, counterA } = await makeOrganisation(monitor);
    const unitId = (await admin.call('POST', '/units', { name: 'Thanh tra', oversight: true })).body.id;
    const account = { username: 'inspector', displayName: 'Bùi Thị Ngọc', role: 'supervisor', unitId };
    await admin.call('POST', '/people', { ...account, password: testPassword });
    const weekly = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: '00:00', to: '24:00' }));
    await people.supervisor.call('PUT', `/counters/${counterA}/duty`, { weekly, holidays: [] });
    recorder = await enrolledRecorder(monitor, admin, siteA);
    const site = new AlarmSite(recorder);
    const from = Date.now();
    const camera = site.addSource(counterA);
    const microphone = site.addSource(counterA, 'microphone');
    site.saySources();
    monitor.clock.forwardMs = gapMs + 5_000;
    for (const sourceId of [camera, microphone]) {
      const span = { fromUtcMs: from, toUtcMs: from + gapMs, cause: 'power-lost', evidence: 'boot id' };
      await site.state({ kind: 'gap', gapId: newId(gapIdSchema), sourceId, ...span });
    }
    desk = await startBrowser();
    phone = await startBrowser({ width: 390, height: 844, phone: true });
  }, 180_000);
  afterAll(async () => {
    await desk?.[Symbol.asyncDispose]();
    await phone?.[Symbol.asyncDispose]();
    await recorder?.close();
    await monitor?.stop();
  }, 60_000);

  const open = async (browser: TestBrowser, username: string): Promise<Page> => {
    const page = await browser.page();
    await signInOn(page, monitor.origin, username, testPassword);
    await page.goto(`${monitor.origin}/offices?tab=completeness`);
    await page.getByRole('group', { name: /Các ngày trong tháng/ }).waitFor();
    return page;
  };
  const picture = async (page: Page, name: string) => {
    if (pictures !== undefined)
      await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
  };

  it('shows what is missing and why, and lets a technician ask', async () => {
    const page = await open(desk, 'technician');
    await page.getByText('máy ghi mất điện').first().waitFor();
    await picture(page, 'completeness-vi');
    await page
      .getByRole('button', { name: /Xin giải trình khoảng/ })
      .first()
      .click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Lý do').fill('Mất điện cả phường');
    await dialog.getByLabel('Bằng chứng').fill('Thông báo số 12 của điện lực');
    await picture(page, 'completeness-ask-vi');
    await dialog.getByRole('button', { name: 'Xin giải trình' }).click();
    await page.getByRole('article', { name: 'Giải trình đang chờ quyết định' }).waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await picture(page, 'completeness-asked-vi');
    expect(desk.pageFaults).toEqual([]);
  }, 60_000);

  it('lets somebody of another unit accept, on a phone, in English too', async () => {
    const page = await open(phone, 'inspector');
    await picture(page, 'completeness-phone-vi');
    const widths = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.documentElement.clientWidth,
    ]);
    expect(widths[0]).toBeLessThanOrEqual(widths[1] ?? 0);
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('button', { name: 'Accept' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Evidence you checked').fill('Called the power company, it is so');
    await dialog.getByRole('button', { name: 'Accept' }).click();
    await page.getByText('◐ Explained').first().waitFor();
    await picture(page, 'completeness-phone-en');
    expect(phone.pageFaults).toEqual([]);
  }, 60_000);
});
