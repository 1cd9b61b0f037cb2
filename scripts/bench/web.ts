/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { readNumbers } from './bench-options.ts';
import { describeMachine, type BenchResult } from './bench-result.ts';
import { openGlassBrowser, openGlassContext, type GlassBrowser } from './glass-browser.ts';
import type { GlassEvent, GlassFrame } from './glass-probe.ts';
import { startGlassSystem } from './glass-system.ts';
import { quantile, rounded } from './statistics.ts';

const webRoot = join(import.meta.dirname, '../../../monitor-ui/dist/web');
const usableWithinMs = 60_000;
/** A new window keeps Chromium itself busy for about a second, which nobody who opens the wall waits for. */
const settleMs = 2500;
/** The players and the timeline, which is the only chart. */
const playersAndCharts = /^\/assets\/(live-player|hls|playback|timeline)-/;

interface Load {
  readonly treeMs: number;
  readonly pictureMs: number;
  /** Paths of what the page asked of its own origin, except the API, in order. */
  readonly requested: readonly string[];
  readonly transferredBytes: number;
}

/**
 * The wall opened by somebody signed in, with nothing cached: when its tree of sites and the first tile's picture are
 * on screen, and what it fetched until then. The window stands ready before; the time begins with the navigation. Files are counted as `gzip -9` of the build, fonts as they are.
 */
export async function web(argv: readonly string[]): Promise<BenchResult> {
  const options = readNumbers(argv, { loads: 12, cameras: 4 });
  const system = await startGlassSystem(options.cameras);
  try {
    const glass = await openGlassBrowser(system, 'monitor');
    try {
      const loads: Load[] = [];
      for (let load = 0; load < options.loads; load += 1) loads.push(await loadWall(glass, system.origin));
      const requested = [...new Set(loads.flatMap((load) => load.requested))];
      const files = await Promise.all(requested.map(async (path) => ({ path, ...(await sizeOf(path)) })));
      const counted = files.filter(({ path }) => !playersAndCharts.test(path));
      const sum = (list: typeof files): number =>
        rounded(
          list.reduce((all, { gzKB }) => all + gzKB, 0),
          1,
        );
      const isFont = ({ path }: { readonly path: string }): boolean => /\.woff2?$/.test(path);
      return {
        name: 'web',
        figures: {
          ...options,
          firstLoadKBgz: sum(counted),
          firstLoadKBgzWithoutFonts: sum(counted.filter((file) => !isFont(file))),
          playerAndChartsKBgz: sum(files.filter(({ path }) => playersAndCharts.test(path))),
          counted:
            'what the page fetched of its own files until the first picture, gzip -9; 1 kB = 1000 bytes',
          files: Object.fromEntries(files.map(({ path, gzKB }) => [path, gzKB])),
          transferredKB: rounded(
            quantile(
              loads.map(({ transferredBytes }) => transferredBytes),
              0.5,
            ) / 1000,
            1,
          ),
          usableMs: spread(loads.map(({ treeMs, pictureMs }) => Math.max(treeMs, pictureMs))),
          treeMs: spread(loads.map(({ treeMs }) => treeMs)),
          firstPictureMs: spread(loads.map(({ pictureMs }) => pictureMs)),
        },
        machine: describeMachine(),
      };
    } finally {
      await glass.close();
    }
  } finally {
    await system.stop();
  }
}

async function loadWall({ browser, context }: GlassBrowser, origin: string): Promise<Load> {
  const fresh = await openGlassContext(browser, await context.storageState());
  try {
    const page = await fresh.newPage();
    const network = await fresh.newCDPSession(page);
    await network.send('Network.enable');
    const paths = new Map<string, string>();
    let transferredBytes = 0;
    network.on('Network.requestWillBeSent', ({ requestId, request }) => {
      const { origin: asked, pathname } = new URL(request.url);
      if (asked === origin && !/^\/(api|socket\.io|live)\//.test(pathname)) paths.set(requestId, pathname);
    });
    network.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      if (paths.has(requestId)) transferredBytes += encodedDataLength;
    });
    await wait(settleMs);
    await page.goto(`${origin}/wall`, { waitUntil: 'commit' });
    const frames: GlassFrame[] = [];
    const events: GlassEvent[] = [];
    const endAt = performance.now() + usableWithinMs;
    while (frames.length === 0 || !events.some(({ kind }) => kind === 'counters')) {
      if (performance.now() > endAt) throw new Error('the wall did not become usable within a minute');
      const taken = await page.evaluate(async () => {
        await new Promise((resolve) => setTimeout(resolve, 100));
        return window.__glass?.take();
      });
      frames.push(...(taken?.frames ?? []));
      events.push(...(taken?.events ?? []));
    }
    return {
      treeMs: events.find(({ kind }) => kind === 'counters')?.atMs ?? Number.NaN,
      pictureMs: Math.min(...frames.map(({ displayedAtMs }) => displayedAtMs)),
      requested: [...paths.values()],
      transferredBytes,
    };
  } finally {
    await fresh.close();
  }
}

async function sizeOf(path: string): Promise<{ readonly gzKB: number }> {
  const file = path.startsWith('/assets/') ? path.slice(1) : 'index.html';
  const bytes = await readFile(join(webRoot, file));
  const size = /\.woff2?$/.test(path) ? bytes.length : gzipSync(bytes, { level: 9 }).length;
  return { gzKB: rounded(size / 1000, 1) };
}

function spread(values: readonly number[]) {
  return { p50: rounded(quantile(values, 0.5), 0), p95: rounded(quantile(values, 0.95), 0) };
}
