import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chromium, type Browser, type Page } from 'playwright-core';
import { playbackSchema } from '@minhbach/shared/protocol';
import { FilmedSource, ScriptedLedger } from '../support/filmed-source.ts';
import { startMediaMonitor, type MediaMonitor } from '../support/media-monitor.ts';
import { sampleFootage } from '../support/sample-footage.ts';
import { ScriptedRecorder } from '../support/scripted-recorder.ts';

/* hls.js, which knows nothing of us, plays a camera with a microphone that was captured apart from it. */

interface Placed {
  readonly type: 'main' | 'audio';
  readonly startPts: number;
  readonly programDateTime: number;
}
interface PlayerState {
  readonly placed: readonly Placed[];
  readonly errors: readonly string[];
  readonly currentTime: number;
  readonly buffered: readonly (readonly number[])[];
}

let monitor: MediaMonitor;
let recorder: ScriptedRecorder;
let browser: Browser;
let page: Page;
const t0 = Date.now() - 300_000;

beforeAll(async () => {
  monitor = await startMediaMonitor();
  recorder = new ScriptedRecorder(monitor.url.replace('http', 'ws'));
  await recorder.connect({ secret: monitor.enrolmentSecret(), name: 'Box' });
  const camera = new FilmedSource(recorder, monitor.counterId, sampleFootage('h264', 40), t0);
  const microphone = new FilmedSource(recorder, monitor.counterId, sampleFootage('sound', 60), t0);
  recorder.say({ type: 'sources', sources: [camera.status(), microphone.status()] });
  const ledger = new ScriptedLedger(recorder);
  // The microphone has run for 4.7 s of its own media time before; the camera is reconnected in between; once both fail.
  microphone.film(t0 - 60_000, 4.7);
  const sounds = [microphone.film(t0 + 370, 12), microphone.film(t0 + 12_370, 12)];
  const pictures = [camera.film(t0, 10)];
  camera.reconnect();
  pictures.push(camera.film(t0 + 14_000, 10));
  microphone.reconnect();
  sounds.push(microphone.film(t0 + 60_810, 14));
  camera.reconnect();
  pictures.push(camera.film(t0 + 60_000, 15));
  await ledger.state(...[...pictures, ...sounds].map(({ sealed }) => sealed));

  const supervisor = await monitor.signIn('supervisor', 'oversight');
  const granted = await supervisor.post('/playbacks', {
    counterId: monitor.counterId,
    from: t0 - 5_000,
    to: t0 + 90_000,
    reason: 'does it stay in step',
  });
  const { masterUrl } = playbackSchema.parse(await granted.json());
  const script = await readFile(createRequire(import.meta.url).resolve('hls.js/dist/hls.min.js'), 'utf8');
  browser = await chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--autoplay-policy=no-user-gesture-required'],
  });
  const context = await browser.newContext();
  const [name = '', value = ''] = supervisor.headers.cookie.split('=');
  await context.addCookies([{ name, value, url: monitor.url }]);
  page = await context.newPage();
  await page.route('**/player.html', (route) =>
    route.fulfill({ contentType: 'text/html', body: '<video id="v" muted></video>' }),
  );
  await page.goto(`${monitor.url}/player.html`);
  await page.addScriptTag({ content: script });
  await page.evaluate((url) => {
    /* eslint-disable -- runs in the page */
    const { Hls } = globalThis as any;
    const hls = new Hls({ maxBufferHole: 0.6 });
    const state = { placed: [] as unknown[], errors: [] as string[] };
    (globalThis as any).state = state;
    hls.on(Hls.Events.FRAG_BUFFERED, (_event: unknown, { frag }: any) =>
      state.placed.push({ type: frag.type, startPts: frag.startPTS, programDateTime: frag.programDateTime }),
    );
    hls.on(Hls.Events.ERROR, (_event: unknown, data: any) => {
      if (data.fatal || !/bufferStalled|bufferNudge|bufferSeekOver|fragGap/.test(data.details))
        state.errors.push(data.details);
    });
    hls.loadSource(url);
    hls.attachMedia(document.getElementById('v') as any);
    void (document.getElementById('v') as any).play();
  }, masterUrl);
}, 120_000);

afterAll(async () => {
  await browser.close();
  await recorder.close();
  await monitor.close();
});

async function playerState(): Promise<PlayerState> {
  return page.evaluate(() => ({
    ...(globalThis as unknown as { state: PlayerState }).state,
    currentTime: (document.getElementById('v') as HTMLVideoElement).currentTime,
    buffered: ((ranges) => Array.from({ length: ranges.length }, (_, i) => [ranges.start(i), ranges.end(i)]))(
      (document.getElementById('v') as HTMLVideoElement).buffered,
    ),
  }));
}

async function playedTo(seconds: number): Promise<PlayerState> {
  for (const deadline = Date.now() + 20_000; ;) {
    const state = await playerState();
    if (Date.now() > deadline) throw new Error(`stuck before ${seconds} s: ${JSON.stringify(state)}`);
    if (state.errors.length > 0) throw new Error(`hls.js: ${state.errors.join(', ')}`);
    if (state.currentTime >= seconds) return state;
    await page.waitForTimeout(100);
  }
}

async function seek(seconds: number): Promise<void> {
  await page.evaluate((to) => {
    (document.getElementById('v') as HTMLVideoElement).currentTime = to;
  }, seconds);
}

describe('hls.js on the master playlist', () => {
  it('keeps sound captured apart within 40 ms of its picture, across restarts and after seeking', async () => {
    await playedTo(3);
    // Through the time in which only the microphone has footage.
    await seek(9);
    await playedTo(14.5);
    // Beyond the camera's restart, then beyond the time in which nothing was recorded, then back.
    await seek(18);
    await playedTo(20);
    await seek(33);
    await playedTo(35);
    await seek(5);
    const { placed } = await playedTo(7);
    const zero = placed.find(({ type }) => type === 'main');
    if (zero === undefined) throw new Error('no picture was placed');
    expect(new Set(placed.map(({ type }) => type))).toEqual(new Set(['main', 'audio']));
    expect(new Set(placed.map(({ programDateTime }) => programDateTime)).size).toBe(6);
    // Before the common gap media time is wall-clock time; after it, less the gap, which is the same for both.
    const offsetOf = ({ startPts, programDateTime }: Placed) => programDateTime / 1000 - startPts;
    const [before, after] = [
      placed.filter(({ programDateTime }) => programDateTime < t0 + 30_000),
      placed.filter(({ programDateTime }) => programDateTime > t0 + 30_000),
    ];
    for (const group of [before, after]) {
      const offsets = group.map(offsetOf);
      process.stderr.write(
        `sound and picture apart by at most ${Math.round((Math.max(...offsets) - Math.min(...offsets)) * 1000)} ms\n`,
      );
      expect(Math.max(...offsets) - Math.min(...offsets)).toBeLessThan(0.04);
    }
  }, 90_000);
});
