import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { timelineSchema } from '@minhbach/shared/protocol';
import type { Page } from 'playwright-core';
import { seriousViolations, signInOn, startBrowser, type TestBrowser } from '../support/browser.ts';
import { demoPassword, startDemo, type DemoSystem } from '../support/demo-system.ts';
import { signedIn } from '../support/signed-in.ts';
import { until } from '../support/until.ts';

const shots = process.env['MINHBACH_SCREENSHOTS'];

/** Keystroke-level model (Card, Moran and Newell 1980): seconds for a keystroke, pointing, a button, and a thought. */
const model = { key: 0.28, point: 1.1, button: 0.1, home: 0.4, think: 1.35 };

/** What a person does on the pages, counted, and how long it would take by the model. */
class CountedHands {
  actions = 0;
  seconds = 0;
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async click(name: string | RegExp, role: 'button' | 'link' | 'option' = 'button'): Promise<void> {
    this.#count(model.think + model.home + model.point + 2 * model.button);
    await this.#page
      .getByRole(role, { name, exact: typeof name === 'string' })
      .first()
      .click();
  }

  async type(label: string | RegExp, text: string): Promise<void> {
    this.#count(model.think + model.point + model.button + model.home + text.length * model.key);
    // The list beside a field that chooses has the same name.
    await this.#page
      .getByLabel(label, { exact: typeof label === 'string' })
      .and(this.#page.locator('input, textarea'))
      .last()
      .fill(text);
  }

  async press(key: string): Promise<void> {
    this.#count(model.key);
    await this.#page.keyboard.press(key);
  }

  #count(seconds: number): void {
    this.actions += 1;
    this.seconds += seconds;
  }
}

describe('from a complaint by telephone to a verified package in the hand', () => {
  let demo: DemoSystem;
  let browser: TestBrowser;
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'complaints-'));
    demo = await startDemo({ cameras: 1, segmentMs: 10_000 });
    browser = await startBrowser({ width: 1280, height: 860 });
  }, 300_000);
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    await demo?.[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true });
  }, 60_000);

  const shoot = async (page: Page, name: string) => {
    if (shots !== undefined) await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
  };

  /** As a lawyer opens it, with no network: the page out of the package, then the package. */
  const playsInItsOwnPage = async (file: string) => {
    execFileSync('python3', [
      '-c',
      `import zipfile; zipfile.ZipFile('${file}').extract('READ-ME.html', '${directory}')`,
    ]);
    const reader = await browser.page();
    await browser.context.setOffline(true);
    try {
      await reader.goto(pathToFileURL(join(directory, 'READ-ME.html')).href);
      await reader.setInputFiles('input[accept*="zip"]', file);
      await reader.getByRole('button', { name: /▶/ }).first().click();
      await until(async () =>
        reader.evaluate(() => (document.querySelector('video')?.currentTime ?? 0) > 0.5),
      );
      await shoot(reader, 'read-me-clip');
    } finally {
      await browser.context.setOffline(false);
      await reader.close();
    }
  };

  it('takes at most 25 actions and five minutes by the keystroke-level model', async () => {
    const page = await browser.page();
    await signInOn(page, demo.origin, 'investigator', demoPassword);
    await page.goto(`${demo.origin}/complaints`);
    const investigator = await signedIn(demo.origin, 'investigator', demoPassword);
    const counter = (await investigator.call('GET', '/counters')).body.items[0];
    // What happened is a little while ago.
    await until(async () => {
      const path = `/counters/${counter.id}/timeline?from=${Date.now() - 120_000}&to=${Date.now()}`;
      const { sources } = timelineSchema.parse((await investigator.call('GET', path)).body);
      const lengths = sources.map(({ spans }) =>
        spans.reduce((sum, { kind, from, to }) => sum + (kind === 'footage' ? to - from : 0), 0),
      );
      return Math.min(...lengths) > 8_000;
    }, 60_000);
    const localNow = new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 16);
    const hands = new CountedHands(page);

    await hands.click('Tiếp nhận');
    await shoot(page, 'complaints-intake');
    await hands.type('Quầy', counter.name);
    await hands.press('Enter');
    await hands.type('Xảy ra lúc', localNow);
    await hands.type('Nội dung', 'Cán bộ đòi tiền bồi dưỡng.');
    await hands.type('Điện thoại người gửi', '0912 345 678');
    await hands.click('Lưu và cấp mã biên nhận');
    await page.getByText('Mã biên nhận, đọc cho người gửi:').waitFor();
    await page.getByText('Đã giữ hình quanh thời điểm này.').waitFor();
    await shoot(page, 'complaints-taken');
    await hands.click('Mở khiếu nại này');
    await page.getByText('Cán bộ đòi tiền bồi dưỡng.').last().waitFor();
    await shoot(page, 'complaints-detail');
    await hands.click('Mở vụ việc');
    await hands.click('Mở vụ việc');
    await page.waitForURL(/\/cases\?id=/);
    await page.getByRole('button', { name: 'Yêu cầu gói chứng cứ' }).waitFor();
    await shoot(page, 'case-file');
    expect(await seriousViolations(page)).toEqual([]);

    await hands.click('Xem', 'link');
    await hands.type('Lý do', 'xem lại lời khiếu nại');
    await hands.click('Bắt đầu xem');
    await page.locator('video').first().waitFor();
    await until(async () =>
      page.evaluate(() => [...document.querySelectorAll('video')].some((video) => video.readyState >= 2)),
    );
    await hands.press('b');
    await hands.type('Thấy gì, nghe gì', 'đưa phong bì');
    await hands.press('Enter');
    await page.getByText('Đã đánh dấu trong vụ việc').waitFor();
    await shoot(page, 'case-playback');
    await page.goBack();
    await page.waitForURL(/\/cases\?id=/);

    await hands.click('Yêu cầu gói chứng cứ');
    await hands.type('Lý do', 'giao cho thanh tra');
    await hands.click('Gửi yêu cầu');
    await page.getByText('Đã gửi.').waitFor();

    // The second key: another person of another unit, whose wait is left out.
    const inspector = await signedIn(demo.origin, 'supervisor2', demoPassword);
    let approvalId = '';
    await until(async () => {
      const { items } = (await inspector.call('GET', '/approvals?state=waiting')).body;
      approvalId = items[0]?.id ?? '';
      return approvalId !== '';
    });
    const given = { decision: 'give', reason: 'đúng thẩm quyền' };
    expect((await inspector.call('POST', `/approvals/${approvalId}`, given)).status).toBe(200);

    await page.reload();
    await hands.click('Xem gói chứng cứ', 'link');
    await page.waitForURL(/\/exports/);
    await page.getByRole('link', { name: /Tải/ }).waitFor({ timeout: 240_000 });
    await shoot(page, 'exports-ready');
    const download = page.waitForEvent('download');
    await hands.click(/Tải/, 'link');
    const file = join(directory, 'package.zip');
    await (await download).saveAs(file);
    const trust = join(demo.dataDirectory, 'trust.json');
    const verified = spawnSync(process.execPath, ['dist/scripts/verify.js', file, '--trust', trust], {
      encoding: 'utf8',
    });
    expect([verified.status, verified.stdout]).toEqual([0, expect.stringContaining('keys you trust')]);
    await playsInItsOwnPage(file);
    expect(hands.actions).toBeLessThanOrEqual(25);
    expect(hands.seconds).toBeLessThanOrEqual(300);
    process.stdout.write(`actions: ${hands.actions}, by the model: ${Math.round(hands.seconds)} s\n`);
    expect(browser.pageFaults).toEqual([]);
  }, 420_000);

  it('is found again by what people remember, and hidden from the office', async () => {
    const page = await browser.page();
    await page.goto(`${demo.origin}/complaints`);
    await page.getByRole('searchbox').fill('boi duong');
    await page.keyboard.press('Enter');
    await page.getByText('theo lời kể').first().waitFor();
    await page.getByRole('button', { name: 'Xem ảnh nhỏ' }).first().click();
    await until(async () =>
      page.evaluate(() => [...document.images].some((image) => image.complete && image.naturalWidth > 0)),
    );
    await shoot(page, 'complaints-search');
    expect(await seriousViolations(page)).toEqual([]);
    await page.keyboard.press('Tab');
    await page
      .getByRole('button', { name: 'English' })
      .or(page.getByRole('button', { name: 'EN' }))
      .first()
      .click();
    await page.getByText('by words').first().waitFor();
    await shoot(page, 'complaints-search-en');
    const other = await startBrowser({ width: 390, height: 844, phone: true });
    try {
      const office = await other.page();
      await signInOn(office, demo.origin, 'head', demoPassword);
      await office.goto(`${demo.origin}/complaints`);
      await office.getByRole('table').waitFor();
      expect(await office.getByText('bồi dưỡng').count()).toBe(0);
      await shoot(office, 'complaints-head-phone');
    } finally {
      await other[Symbol.asyncDispose]();
    }
  }, 120_000);

  it('comes from the page behind the counter’s code, on a telephone', async () => {
    const phone = await startBrowser({ width: 360, height: 740, phone: true });
    try {
      const investigator = await signedIn(demo.origin, 'investigator', demoPassword);
      const counter = (await investigator.call('GET', '/counters')).body.items[0];
      const page = await phone.page();
      await page.goto(`${demo.origin}/p/c/${counter.id}`);
      await page.getByText('Chuyện gì đã xảy ra?').waitFor();
      expect(await seriousViolations(page)).toEqual([]);
      await shoot(page, 'public-form');
      await page.getByLabel('Chuyện gì đã xảy ra?').fill('Bị quát mắng, không trả lời.');
      await page.getByLabel('Khoảng mấy giờ').fill('00:01');
      await page.getByRole('button', { name: 'Gửi' }).click();
      const code = await page.locator('.code').innerText();
      expect(code).toMatch(/^MB-/);
      await shoot(page, 'public-sent');
      await page.getByRole('link', { name: 'Xem kết quả' }).click();
      await page.getByLabel('Mã biên nhận').fill(code);
      await page.getByRole('button', { name: 'Xem' }).click();
      await page.getByText(/Đã nhận ngày/).waitFor();
      await shoot(page, 'public-follow');
    } finally {
      await phone[Symbol.asyncDispose]();
    }
  }, 60_000);
});
