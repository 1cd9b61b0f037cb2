import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';

/** A real Chromium with a profile of its own; everything goes when it is disposed of. */
export interface TestBrowser {
  readonly context: BrowserContext;
  /** A new page. Faults thrown in it fail the test that looks at `pageFaults`. */
  page(): Promise<Page>;
  readonly pageFaults: readonly string[];
  [Symbol.asyncDispose](): Promise<void>;
}

export interface BrowserOptions {
  readonly width?: number;
  readonly height?: number;
  /** A phone: touch, no hover. */
  readonly phone?: boolean;
}

/** Chromium at CHROMIUM_PATH or /usr/bin/chromium, kept from asking the Internet for anything. */
export async function startBrowser(options: BrowserOptions = {}): Promise<TestBrowser> {
  const profile = await mkdtemp(join(tmpdir(), 'minh-bach-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--autoplay-policy=no-user-gesture-required',
    ],
    viewport: { width: options.width ?? 1440, height: options.height ?? 860 },
    locale: 'vi-VN',
    ...(options.phone === true ? { hasTouch: true, isMobile: true, deviceScaleFactor: 2 } : {}),
  });
  const pageFaults: string[] = [];
  return {
    context,
    pageFaults,
    async page() {
      const page = await context.newPage();
      page.on('pageerror', (error) => pageFaults.push(error.message));
      return page;
    },
    async [Symbol.asyncDispose]() {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

/** Signs in through the page, as a person does; resolves on the first page of the role. */
export async function signInOn(
  page: Page,
  origin: string,
  username: string,
  password: string,
): Promise<void> {
  await page.goto(`${origin}/sign-in`);
  await page.fill('input[autocomplete="username"]', username);
  await page.fill('input[autocomplete="current-password"]', password);
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.pathname !== '/sign-in', { timeout: 30_000 });
}

export interface Violation {
  readonly rule: string;
  readonly impact: string;
  readonly where: readonly string[];
}

/** Waits until nothing fades or slides any more; what moves for ever is left to it. */
export async function atRest(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    document
      .getAnimations()
      .every(
        ({ effect, playState }) =>
          playState !== 'running' || effect?.getComputedTiming().endTime === Number.POSITIVE_INFINITY,
      ),
  );
}

/**
 * What axe-core finds that is serious or critical on the page once it is at rest: colours that are half faded in are
 * nobody's contrast.
 */
export async function seriousViolations(page: Page): Promise<readonly Violation[]> {
  await atRest(page);
  const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(axe);
  return page.evaluate(async () => {
    interface Finding {
      readonly id: string;
      readonly impact: string | null;
      readonly nodes: readonly { readonly target: readonly unknown[] }[];
    }
    const { axe } = globalThis as unknown as {
      axe: { run(root: Document, options: object): Promise<{ violations: readonly Finding[] }> };
    };
    const { violations } = await axe.run(document, { resultTypes: ['violations'] });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, impact, nodes }) => ({
        rule: id,
        impact: impact ?? '',
        where: nodes.slice(0, 5).map(({ target }) => target.join(' ')),
      }));
  });
}
