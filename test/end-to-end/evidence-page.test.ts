import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { memorySource, nodeCrypto, verifyPackage } from '@minhbach/shared/evidence';
import { seriousViolations, startBrowser, type TestBrowser } from '../support/browser.ts';
import { evidenceCases, type EvidenceCase } from '../support/evidence-cases.ts';

/** The page of a package, opened from the disk on a phone without a network: it says what the command says. */
let browser: TestBrowser;
let directory: string;
let page: Page;
let cases: readonly EvidenceCase[];
const asked: string[] = [];
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'evidence-page-'));
  cases = await evidenceCases();
  browser = await startBrowser({ width: 390, height: 844, phone: true });
  await browser.context.setOffline(true);
  page = await browser.page();
  page.on('request', (request) => void asked.push(request.url()));
  await page.goto(pathToFileURL(resolve('monitor-ui/dist/read-me/READ-ME.html')).href);
}, 60_000);
afterAll(async () => {
  await browser[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

const shots = process.env['EVIDENCE_SHOTS'];

describe('the page in an evidence package', () => {
  it('agrees with the command on every case', async () => {
    for (const { name, bytes, trust } of cases) {
      const file = join(directory, `${name.replaceAll(' ', '-')}.zip`);
      await writeFile(file, bytes);
      await page.locator('textarea').evaluate((field) => {
        const details = field.closest('details');
        if (details !== null) details.open = true;
      });
      await page.fill('textarea', trust === undefined ? '' : JSON.stringify(trust));
      await page.setInputFiles('input[accept*="zip"]', file);
      await page.waitForSelector(`section[aria-label="${file.split('/').at(-1) ?? ''}"]`, {
        timeout: 20_000,
      });
      const shown = {
        verdict: await page.locator('.evidence-verdict').getAttribute('data-verdict'),
        codes: await page
          .locator('.evidence-findings li')
          .evaluateAll((items) => [...new Set(items.map((item) => item.getAttribute('data-code')))]),
      };
      const report = await verifyPackage(memorySource(bytes), { crypto: nodeCrypto, trust });
      const codes = [...new Set(report.findings.slice(0, 50).map(({ code }) => code))];
      expect([name, shown]).toEqual([name, { verdict: report.verdict, codes }]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
      if (shots !== undefined) await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
    }
    expect(browser.pageFaults).toEqual([]);
  }, 60_000);

  it('asked for nothing outside itself', () => {
    expect(asked.filter((url) => !url.startsWith('file:') && !url.startsWith('blob:'))).toEqual([]);
  });

  it('speaks English too, and is readable to everyone', async () => {
    await page.selectOption('select', 'en');
    expect(await page.textContent('h1')).toBe('Minh Bạch: check an evidence package');
    expect(await seriousViolations(page)).toEqual([]);
    if (shots !== undefined) await page.screenshot({ path: join(shots, 'english.png'), fullPage: true });
  }, 30_000);
});
