import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, type types as Hls } from 'hls-parser';
import { demoPassword, startDemo, type DemoSystem } from '../support/demo-system.ts';
import { readFrameNumbers, readSound } from '../support/frame-numbers.ts';
import { ffmpegsOf, processesNaming, processesOfGroup } from '../support/processes.ts';
import { caller, signedIn, type Answer, type Caller } from '../support/signed-in.ts';
import { until } from '../support/until.ts';

/* From a camera at the counter to a bookmark and to decoded footage, through nothing but the fixed names. */
describe('the whole path', () => {
  let demo: DemoSystem;
  let monitor: Caller;
  let supervisor: Caller;
  let counters: Answer[];

  beforeAll(async () => {
    demo = await startDemo();
    monitor = await signedIn(demo.origin, 'monitor', demoPassword);
    supervisor = await signedIn(demo.origin, 'supervisor', demoPassword);
    counters = (await monitor.call('GET', '/counters')).body.items;
  }, 300_000);

  afterAll(async () => {
    await demo?.[Symbol.asyncDispose]();
  }, 30_000);

  it('records every source of the three kinds of counter', () => {
    const kinds = counters.map((counter) => counter.sources.map((source: Answer) => source.kind).sort());
    expect(kinds).toEqual(
      expect.arrayContaining([
        ['camera', 'microphone'],
        ['camera', 'microphone'],
        ['camera', 'camera', 'microphone'],
      ]),
    );
    const states = counters.flatMap((counter) => counter.sources.map((source: Answer) => source.state));
    expect(new Set(states)).toEqual(new Set(['recording']));
  });

  it('covers all of the asked time with spans that touch', async () => {
    const to = Date.now();
    const from = to - 3_600_000;
    const { status, body } = await monitor.call(
      'GET',
      `/counters/${counters[0].id}/timeline?from=${from}&to=${to}`,
    );
    expect(status).toBe(200);
    for (const { spans } of body.sources) {
      expect(spans[0].from).toBe(from);
      expect(spans.at(-1).to).toBe(to);
      for (let i = 1; i < spans.length; i += 1) expect(spans[i].from).toBe(spans[i - 1].to);
      expect(spans.some((span: Answer) => span.kind === 'footage')).toBe(true);
      expect(spans[0].kind).toBe('unregistered');
    }
  });

  it('plays what happened 3 s ago: every frame once, in order, with its sound', async () => {
    const counter = counters.find((candidate) => candidate.name.startsWith('Quầy 1'));
    let to = 0;
    await until(async () => {
      to = Date.now() - 3_000;
      const asked = `from=${to - 8_000}&to=${to}`;
      const { body } = await supervisor.call('GET', `/counters/${counter.id}/timeline?${asked}`);
      return body.sources.every(({ spans }: Answer) => spans.every(({ kind }: Answer) => kind === 'footage'));
    }, 60_000);
    const granted = await supervisor.call('POST', '/playbacks', {
      counterId: counter.id,
      from: to - 8_000,
      to,
      reason: 'end-to-end test',
    });
    expect(granted.status).toBe(201);
    const camera = granted.body.sources.find((source: Answer) => source.kind === 'camera');
    const microphone = granted.body.sources.find((source: Answer) => source.kind === 'microphone');

    const numbers = await readFrameNumbers(await download(supervisor, demo.origin, camera.url));
    expect(numbers.length).toBeGreaterThanOrEqual(8 * 25);
    for (let i = 1; i < numbers.length; i += 1) {
      expect(((numbers[i] ?? 0) - (numbers[i - 1] ?? 0) + 1000) % 1000).toBe(1);
    }
    const samples = await readSound(await download(supervisor, demo.origin, microphone.url), 16_000);
    expect(samples.length).toBeGreaterThanOrEqual(8 * 16_000);
    expect(samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)).toBeGreaterThan(1000);

    const master = parse(await (await supervisor.fetch(granted.body.masterUrl)).text()) as Hls.MasterPlaylist;
    expect(master.isMasterPlaylist).toBe(true);
    expect(master.variants[0]?.audio).toHaveLength(1);
  }, 150_000);

  it('lets nobody else use the grant, and no office head ask for one', async () => {
    const now = Date.now();
    const ask = {
      counterId: counters[0].id,
      from: now - 20_000,
      to: now - 10_000,
      reason: 'end-to-end test',
    };
    const granted = await supervisor.call('POST', '/playbacks', ask);
    const [source] = granted.body.sources;
    const other = await signedIn(demo.origin, 'supervisor2', demoPassword);
    expect((await other.fetch(source.url)).status).toBe(404);
    expect((await caller(demo.origin, '').fetch(source.url)).status).toBe(401);
    const head = await signedIn(demo.origin, 'head', demoPassword);
    expect((await head.call('POST', '/playbacks', ask)).status).toBe(403);
  });

  it('keeps a bookmark', async () => {
    const now = Date.now();
    const made = await monitor.call('POST', '/incidents', {
      counterId: counters[0].id,
      from: now - 30_000,
      to: now + 30_000,
      category: 'soliciting',
      note: 'nói nhỏ, che tay',
    });
    expect(made.status).toBe(201);
    const read = await monitor.call('GET', `/incidents/${made.body.id}`);
    expect(read.body).toMatchObject({ category: 'soliciting', note: 'nói nhỏ, che tay', own: true });
  });

  it('writes down who looked', async () => {
    const auditor = await signedIn(demo.origin, 'auditor', demoPassword);
    const { body } = await auditor.call('GET', '/audit?limit=500');
    const kinds = new Set(body.items.map((entry: Answer) => entry.kind));
    for (const kind of ['signed-in', 'play-granted', 'bookmarked']) expect(kinds).toContain(kind);
  });

  it('shows no camera password in any argv', async () => {
    const { cameraPassword } = JSON.parse(await readFile(join(demo.dataDirectory, 'demo.json'), 'utf8'));
    expect(processesNaming(cameraPassword)).toEqual([]);
    expect(processesNaming('ffmpeg').length).toBeGreaterThan(0);
  });

  it('leaves no process behind on Ctrl-C, starts again in under 20 s, and names the time between', async () => {
    const ffmpegs = ffmpegsOf(spoolIdIn(demo.dataDirectory));
    const devices = new Set(
      counters.flatMap(({ sources }) => sources.map(({ deviceId }: Answer) => deviceId)),
    );
    expect(ffmpegs.length).toBeGreaterThanOrEqual(devices.size);
    // All that Ctrl-C reaches: the demo, monitor, recorder, ffmpegs.
    expect(processesOfGroup(demo.groupId)).toEqual(expect.arrayContaining(ffmpegs));
    const stoppedAtMs = Date.now();
    expect(await demo.stop()).toBe(0);
    expect(processesOfGroup(demo.groupId)).toEqual([]);
    expect(ffmpegsOf(spoolIdIn(demo.dataDirectory))).toEqual([]);
    expect(processesNaming(demo.dataDirectory)).toEqual([]);

    // As a person types it: what is asked first, whether anything is to be installed or built, is part of it.
    execFileSync('bash', ['scripts/install-node-packages', '--check'], { stdio: 'inherit' });
    const { dataDirectory } = demo;
    await using again = await startDemo({ dataDirectory, byScript: true });
    process.stderr.write(`second start: READY after ${(again.readyAfterMs / 1000).toFixed(1)} s\n`);
    expect(again.readyAfterMs).toBeLessThan(20_000);

    const supervisorAgain = await signedIn(again.origin, 'supervisor', demoPassword);
    const causes = async (): Promise<string[]> => {
      const asked = `from=${stoppedAtMs - 1_000}&to=${Date.now() - 2_000}`;
      const timelines = await Promise.all(
        counters.map(({ id }) => supervisorAgain.call('GET', `/counters/${id}/timeline?${asked}`)),
      );
      const spans = timelines.flatMap(({ body }) => body.sources.flatMap((source: Answer) => source.spans));
      return spans.flatMap(({ kind, cause }: Answer) => (kind === 'gap' ? [cause] : []));
    };
    const sources = counters.flatMap((counter) => counter.sources);
    // Unknown until the recorder has stated each.
    await until(async () => !(await causes()).includes('unknown'), 30_000);
    expect(await causes()).toEqual(sources.map(() => 'recorder-stopped'));
    expect(await again.stop()).toBe(0);
  }, 120_000);
});

/** Marks whatever works for the demo's recorder. */
function spoolIdIn(dataDirectory: string): string {
  const database = new Database(join(dataDirectory, 'recorder/spool/spool.db'), { readonly: true });
  try {
    return database.prepare<[], string>('SELECT spool_id FROM spool').pluck().get() ?? '';
  } finally {
    database.close();
  }
}

/** All the bytes a player would get of one media playlist: each init segment where it changes, then its media. */
async function download(as: Caller, origin: string, playlistUrl: string): Promise<Buffer> {
  const response = await as.fetch(playlistUrl);
  expect(response.status).toBe(200);
  const playlist = parse(await response.text()) as Hls.MediaPlaylist;
  const parts: Buffer[] = [];
  let lastMap = '';
  const base = new URL(playlistUrl, origin);
  const bytes = async (uri: string, range?: { offset: number; length: number }): Promise<Buffer> => {
    const got = await as.fetch(new URL(uri, base).href, {
      headers: range ? { Range: `bytes=${range.offset}-${range.offset + range.length - 1}` } : {},
    });
    expect([200, 206]).toContain(got.status);
    return Buffer.from(await got.arrayBuffer());
  };
  for (const segment of playlist.segments) {
    const map = segment.map;
    if (map && `${map.uri}${map.byterange?.offset}` !== lastMap) {
      lastMap = `${map.uri}${map.byterange?.offset}`;
      parts.push(await bytes(map.uri, map.byterange));
    }
    parts.push(await bytes(segment.uri, segment.byterange));
  }
  return Buffer.concat(parts);
}
