import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson } from '@minhbach/shared/ledger';
import type { RecorderEntry } from '@minhbach/shared/protocol';
import { utcMs } from '@minhbach/shared/units-of-measure';
import { seriousViolations, signInOn, startBrowser, type TestBrowser } from '../support/browser.ts';
import {
  enrolledRecorder,
  makeOrganisation,
  RunningMonitor,
  testPassword,
} from '../support/running-monitor.ts';
import type { ScriptedRecorder } from '../support/scripted-recorder.ts';

/** Where to leave pictures of the page, for a person to look at. */
const pictures = process.env['MINHBACH_SCREENSHOTS'];

describe('the Proof page', () => {
  let monitor: RunningMonitor;
  let recorder: ScriptedRecorder;
  let desk: TestBrowser;
  let phone: TestBrowser;

  beforeAll(async () => {
    monitor = await RunningMonitor.start({ pages: true, settings: { ledger: { headEveryMs: 500 } } });
    const { admin, siteA } = await makeOrganisation(monitor);
    recorder = await enrolledRecorder(monitor, admin, siteA);
    const entry: RecorderEntry = { kind: 'recorder-started', version: '1', boot: 'b', seq: 0, at: utcMs(1) };
    recorder.say({ type: 'entries', generation: 0, entries: [entry] });
    await recorder.next('entries-stored');
    recorder.say({ type: 'head', generation: 0, note: recorder.signedHead(0, [canonicalJson(entry)]) });
    await recorder.next('head-witnessed');
    desk = await startBrowser();
    phone = await startBrowser({ width: 390, height: 844, phone: true });
  }, 180_000);
  afterAll(async () => {
    await desk?.[Symbol.asyncDispose]();
    await phone?.[Symbol.asyncDispose]();
    await recorder?.close();
    await monitor?.stop();
  }, 60_000);

  const open = async (browser: TestBrowser) => {
    const page = await browser.page();
    await signInOn(page, monitor.origin, 'auditor', testPassword);
    await page.goto(`${monitor.origin}/proof`);
    await page.getByText(`minhbach/r/${recorder.recorderId}/0`).waitFor();
    return page;
  };

  it('shows whose heads are signed by whom, what was checked, the limits; axe finds nothing serious', async () => {
    const page = await open(desk);
    const card = page.getByRole('article').filter({ hasText: recorder.recorderId });
    expect(await card.getByText(/^minhbach\/w\//).count()).toBe(1);
    await page.getByText('Máy chủ giám sát này').waitFor();
    await page.getByText('Chưa có lần kiểm tra nào').waitFor();
    await page.getByText('Điều xảy ra trên dây giữa camera và máy ghi không thấy được.').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    if (pictures !== undefined)
      await page.screenshot({ path: join(pictures, 'proof-vi.png'), fullPage: true });
  }, 90_000);

  it('verifies a chosen file on the spot, at the width of a phone, and says when it is no package', async () => {
    const page = await open(phone);
    const file = join(monitor.directory, 'no-package.zip');
    await writeFile(file, 'this is no ZIP');
    await page.locator('.evidence-drop input[type="file"]').setInputFiles(file);
    await page.getByText('Không dùng được').first().waitFor();
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    if (pictures !== undefined)
      await page.screenshot({ path: join(pictures, 'proof-phone-vi.png'), fullPage: true });
  }, 90_000);
});
