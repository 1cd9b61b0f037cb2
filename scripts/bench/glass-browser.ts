import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext } from 'playwright-core';
import { z } from 'zod';
import { installGlassProbe } from './glass-probe.ts';
import { demoPassword, type GlassSystem } from './glass-system.ts';

const counterSchema = z.looseObject({
  id: z.string(),
  name: z.string(),
  sources: z.array(z.looseObject({ id: z.string(), name: z.string(), kind: z.string() })),
});
export type GlassCounter = z.infer<typeof counterSchema>;

export interface GlassBrowser {
  readonly browser: Browser;
  /** Signed in, with the probe in every page. */
  readonly context: BrowserContext;
  readonly counters: readonly GlassCounter[];
  close(): Promise<void>;
}

/** Chromium (CHROMIUM_PATH or /usr/bin/chromium), headless, kept from asking the Internet for anything. */
export async function openGlassBrowser(system: GlassSystem, username: string): Promise<GlassBrowser> {
  const home = await mkdtemp(join(tmpdir(), 'minh-bach-bench-browser-'));
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    headless: true,
    env: { ...process.env, HOME: home },
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
  });
  const close = async (): Promise<void> => {
    await browser.close();
    await rm(home, { recursive: true, force: true });
  };
  try {
    const context = await openGlassContext(browser);
    const answer = await context.request.post(`${system.origin}/api/v1/session`, {
      headers: { Origin: system.origin },
      data: { username, password: demoPassword },
    });
    if (!answer.ok()) throw new Error(`signing in as ${username} was answered with ${answer.status()}`);
    const listed: unknown = await (
      await context.request.get(`${system.origin}/api/v1/counters?limit=500`)
    ).json();
    const order = new Intl.Collator('vi', { numeric: true });
    const counters = z
      .looseObject({ items: z.array(counterSchema) })
      .parse(listed)
      .items.toSorted((a, b) => order.compare(a.name, b.name));
    return { browser, context, counters, close };
  } catch (error) {
    await close();
    throw error;
  }
}

type StorageState = Awaited<ReturnType<BrowserContext['storageState']>>;

/** A profile with nothing cached; `storageState` carries a sign-in over. */
export async function openGlassContext(
  browser: Browser,
  storageState?: StorageState,
): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 860 },
    locale: 'vi-VN',
    ...(storageState === undefined ? {} : { storageState }),
  });
  await context.addInitScript(installGlassProbe);
  return context;
}
