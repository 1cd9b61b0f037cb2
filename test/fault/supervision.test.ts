import { randomUUID } from 'node:crypto';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '@minhbach/shared/clock';
import { AddressGuard, OnvifDriver } from '../../recorder/src/cameras/index.ts';
import { StreamResolver } from '../../recorder/src/cameras/stream-resolver.ts';
import type { DevicePlan } from '../../recorder/src/capture/index.ts';
import { startVirtualCamera, type VirtualCamera } from '../../scripts/virtual-camera/index.ts';
import { decodedPicture } from '../support/decoded-picture.ts';
import { connectedTo, ffmpegsOf } from '../support/processes.ts';
import { devicePlan, RecordingBench } from '../support/recording-bench.ts';
import { until } from '../support/until.ts';
import { expectWhole } from '../support/whole-recording.ts';

const password = randomUUID();
const networks = { allowLoopback: true, allowLinkLocal: false };
const stop = new AbortController();
afterAll(() => stop.abort());

const start = async (name: string) =>
  startVirtualCamera({ name, password, hasSubStream: false }, stop.signal);
const urlOf = (camera: VirtualCamera) => camera.rtspUrls.main.replace('rtsp://', `rtsp://admin:${password}@`);

/** Started side by side: what befalls one must not touch the others. */
const names = [
  'healthy',
  'frozen',
  'ahead5',
  'ahead100',
  'back50',
  'backwards',
  'racing',
  'flood',
  'size',
  'line',
  'damage',
  'mute',
] as const;
type Name = (typeof names)[number];

describe('devices that misbehave, side by side', () => {
  const cameras = new Map<Name, VirtualCamera>();
  const plans = new Map<Name, DevicePlan>();
  let bench: RecordingBench;
  const cameraOf = (name: Name) => cameras.get(name) ?? fail(name);
  const planOf = (name: Name) => plans.get(name) ?? fail(name);
  const stateOf = (name: Name) => bench.stateOf(planOf(name).picture);
  const causesOf = (name: Name) => bench.gaps(planOf(name).picture).map(({ cause }) => cause);
  const add = (name: Name) => {
    const plan = devicePlan({
      main: () => urlOf(cameraOf(name)),
      tracks: name === 'mute' ? 'both' : 'picture',
    });
    plans.set(name, plan);
    // As after a restart of the recorder: nobody need look at the stream first.
    if (name !== 'mute') bench.spool.rememberStream(plan.deviceId, 'main', { picture: 'h264' });
    bench.recording.addDevice(plan);
  };

  beforeAll(async () => {
    for (const name of names) cameras.set(name, await start(name));
    bench = await RecordingBench.start({
      retryMaxMs: 1_000,
      soundLookMs: 1_000,
      // Five times what these cameras send.
      maxBytesPerSecond: 1_250_000,
    });
    await cameraOf('mute').inject({ kind: 'media', sound: 'none' });
    for (const name of names) {
      add(name);
      await until(() => stateOf(name)?.state === 'recording', 60_000);
    }
    await until(() => names.every((name) => stateOf(name)?.state === 'recording'), 60_000);
    await until(() => bench.recording.openSegments().length === names.length, 20_000);

    const failing = names.filter((name) => !['healthy', 'line', 'damage', 'mute'].includes(name));
    const failed = new Set<Name>();
    bench.recording.on('stateChanged', ({ sourceId, state }) => {
      const name = names.find((each) => plans.get(each)?.picture === sourceId);
      if (name !== undefined && state === 'retrying') failed.add(name);
    });
    const { port } = new URL(cameraOf('frozen').rtspUrls.main.replace('rtsp:', 'http:'));
    const pid = connectedTo(Number(port), ffmpegsOf(bench.spool.spoolId));
    if (pid === undefined) throw new Error('no ffmpeg is connected to the camera');
    process.kill(pid, 'SIGSTOP');
    await cameraOf('ahead5').inject({ kind: 'timestamp-jump', seconds: 5 });
    await cameraOf('ahead100').inject({ kind: 'timestamp-jump', seconds: 100 });
    await cameraOf('back50').inject({ kind: 'timestamp-jump', seconds: -50 });
    await cameraOf('backwards').inject({ kind: 'timestamp-speed', factor: -1 });
    await cameraOf('racing').inject({ kind: 'timestamp-speed', factor: 50 });
    await cameraOf('flood').inject({ kind: 'flood', times: 10 });
    await cameraOf('size').inject({ kind: 'media', picture: 'h264-720p', running: true });
    await cameraOf('line').inject({ kind: 'bad-line', lossPercent: 5, reorderPercent: 2 });
    await cameraOf('damage').inject({ kind: 'bad-line', corruptPercent: 3 });
    await cameraOf('mute').inject({ kind: 'reset' });
    await until(() => failing.every((name) => failed.has(name)), 40_000);
    // Bad lines may end a capture at any time: all can be seen recording together only once they are good again.
    for (const name of ['backwards', 'racing', 'flood', 'line', 'damage'] as const) {
      await cameraOf(name).inject({ kind: 'reset' });
    }
    await until(() => names.every((name) => stateOf(name)?.state === 'recording'), 60_000);
    await until(() => bench.stateOf(planOf('mute').sound)?.state === 'recording', 20_000);
    await bench.recording.close();
  }, 300_000);
  afterAll(async () => bench[Symbol.asyncDispose]());

  it('accounts for every moment of each, in files that are as stated', async () => {
    await expectWhole(bench, ...plans.values());
  }, 60_000);

  it('leaves a healthy camera alone: one capture, no gap since its first footage', () => {
    const sealed = bench.sealed(planOf('healthy').picture);
    expect(new Set(sealed.map(({ captureId }) => captureId)).size).toBe(1);
    expect(causesOf('healthy')).toEqual(['unknown']);
  });

  it('leaves no process behind, a stopped one included', () => {
    expect(ffmpegsOf(bench.spool.spoolId)).toEqual([]);
  });

  it.each<[Name, readonly string[]]>([
    ['frozen', ['camera-stalled']],
    ['ahead5', ['timestamps-jumped', 'clock-drift']],
    ['ahead100', ['timestamps-jumped', 'camera-stalled']],
    ['back50', ['timestamps-jumped', 'camera-stalled', 'clock-drift']],
    ['backwards', ['timestamps-jumped', 'camera-stalled', 'clock-drift']],
    ['racing', ['timestamps-jumped', 'clock-drift']],
    ['flood', ['unknown']],
    ['size', ['codec-changed']],
  ])('%s: a gap with its cause, and another capture', (name, causes) => {
    const [, ...later] = causesOf(name);
    expect(causes).toContain(later[0]);
    expect(
      new Set(bench.sealed(planOf(name).picture).map(({ captureId }) => captureId)).size,
    ).toBeGreaterThan(1);
  });

  it('places nothing after it came, however fast its media time runs', () => {
    // When an entry was stated is the recorder's clock, not the camera's.
    for (const { endUtcMs, at } of bench.sealed(planOf('racing').picture)) {
      expect(endUtcMs).toBeLessThanOrEqual(at + 100);
    }
  });

  it('says what a flood was', () => {
    const [, flood] = bench.gaps(planOf('flood').picture);
    expect(flood?.evidence).toMatch(/bytes\/s/);
  });

  it('gives a picture of another size an init segment of its own, and both sides play', async () => {
    const sealed = bench.sealed(planOf('size').picture);
    const sizes = [];
    for (const entry of sealed) {
      const { widthPx, heightPx, frames } = decodedPicture(await bench.bytesOf(entry));
      expect(frames).toBeGreaterThan(10);
      sizes.push(`${widthPx}x${heightPx}`);
    }
    expect([...new Set(sizes)]).toEqual(['1920x1080', '1280x720']);
  });

  it('goes on recording over a line that loses 5 % of the packets and swaps 2 %', async () => {
    const { picture } = planOf('line');
    expect(causesOf('line')).toEqual(['unknown']);
    const [entry] = bench.sealed(picture);
    if (entry === undefined) throw new Error('nothing was recorded');
    const seconds = (entry.endUtcMs - entry.startUtcMs) / 1000;
    // A frame is about ten packets: some 40 % of them are hurt, and all but a few come out of a decoder.
    expect(decodedPicture(await bench.bytesOf(entry)).frames / seconds).toBeGreaterThan(15);
  });

  it('is not stopped by damage: where it restarts, it says so, and most of the time is there', () => {
    const { picture } = planOf('damage');
    const spans = bench.sealed(picture);
    const recordedMs = spans.reduce((sum, { startUtcMs, endUtcMs }) => sum + endUtcMs - startUtcMs, 0);
    const wholeMs = (spans.at(-1)?.endUtcMs ?? 0) - (spans[0]?.startUtcMs ?? 0);
    expect(recordedMs / wholeMs).toBeGreaterThan(0.6);
    const allowed = ['codec-changed', 'timestamps-jumped', 'camera-closed', 'unknown'];
    for (const cause of causesOf('damage')) expect(allowed).toContain(cause);
  });

  it('takes up sound that comes back without the stream having ended', () => {
    const { sound } = planOf('mute');
    expect(bench.gaps(sound).map(({ cause }) => cause)).toContain('sound-missing');
    expect(bench.sealed(sound).length).toBeGreaterThan(0);
    const [, ...later] = bench.gaps(planOf('mute').picture);
    expect(later.map(({ evidence }) => evidence)).toEqual(['the stream carries sound again']);
  });
});

describe('a login that is refused', () => {
  it('is tried more and more rarely, and taken up by itself once it is right again', async () => {
    const camera = await start('locked');
    await using bench = await RecordingBench.start({ retryMaxMs: 200, refusedMaxMs: 1_600 });
    const plan = devicePlan({ main: () => urlOf(camera), tracks: 'picture' });
    bench.recording.addDevice(plan);
    await until(() => bench.stateOf(plan.picture)?.state === 'recording', 40_000);
    await camera.inject({ kind: 'credentials', password: 'another' });
    const refused = () => camera.status().refusedLogins;
    await until(() => refused() > 0);
    const sinceMs = performance.now();
    await until(() => performance.now() - sinceMs > 5_000, 10_000);
    // Waits of at least 0.1, 0.1, 0.1, 0.2, 0.4, 0.8, 0.8 ... s, one login each; at an even pace it would be 25 to 50.
    expect(refused()).toBeGreaterThan(2);
    expect(refused()).toBeLessThanOrEqual(11);
    expect(bench.stateOf(plan.picture)).toMatchObject({ state: 'refused', cause: 'camera-refused-login' });
    await camera.inject({ kind: 'reset' });
    await until(() => bench.stateOf(plan.picture)?.state === 'recording', 20_000);
    await bench.recording.close();
    await expectWhole(bench, plan);
    expect(bench.gaps(plan.picture).map(({ cause }) => cause)).toContain('camera-refused-login');
  }, 90_000);
});

describe('what answers and is no camera', () => {
  const servers: Server[] = [];
  afterAll(() => {
    for (const server of servers) server.close();
  });
  const listenTo = async (answer: (request: string) => string | Buffer): Promise<string> => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (bytes) => socket.write(answer(bytes.toString())));
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `rtsp://127.0.0.1:${(server.address() as AddressInfo).port}/main`;
  };
  const answer = (request: string, status: string, more: string) =>
    `RTSP/1.0 ${status}\r\nCSeq: ${/CSeq: (\d+)/.exec(request)?.[1] ?? 0}\r\n${more}`;
  const described = (sdp: string) => (request: string) =>
    request.startsWith('DESCRIBE')
      ? answer(
          request,
          '200 OK',
          `Content-Type: application/sdp\r\nContent-Length: ${sdp.length}\r\n\r\n${sdp}`,
        )
      : answer(request, '200 OK', 'Public: DESCRIBE\r\n\r\n');
  const track = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=x\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96';

  it('is tried again and again, with its cause, and is followed nowhere', async () => {
    const bystander = await start('bystander');
    const elsewhere = await listenTo(() => '');
    const urls: Record<string, string> = {
      redirect: await listenTo((request) => answer(request, '302 Moved', `Location: ${elsewhere}\r\n\r\n`)),
      garbage: await listenTo(() => Buffer.alloc(65_536, 0xa5)),
      parameters: await listenTo(
        described(`${track} H264/90000\r\na=fmtp:96 sprop-parameter-sets=${'Z0IAKeKQ'.repeat(6_000)}\r\n`),
      ),
      jpeg: await listenTo(described(`${track} JPEG/90000\r\n`)),
      tracks: await listenTo(described(`${track} H264/90000\r\n`.repeat(500))),
    };
    await using bench = await RecordingBench.start({ retryMaxMs: 300 });
    const healthy = devicePlan({ main: () => urlOf(bystander), tracks: 'picture' });
    bench.recording.addDevice(healthy);
    await until(() => bench.stateOf(healthy.picture)?.state === 'recording', 40_000);
    const plans = Object.values(urls).map((url) => devicePlan({ main: () => url, tracks: 'picture' }));
    for (const plan of plans) {
      // As after a restart: what the stream carries is remembered, and ffmpeg goes there at once.
      bench.spool.rememberStream(plan.deviceId, 'main', { picture: 'h264' });
      bench.recording.addDevice(plan);
    }
    await until(() => plans.every(({ picture }) => bench.stateOf(picture)?.state === 'retrying'), 40_000);
    await bench.recording.close();
    expect(ffmpegsOf(bench.spool.spoolId)).toEqual([]);
    for (const { picture } of plans) expect(bench.sealed(picture)).toEqual([]);
    const [redirected] = plans.map(({ picture }) => bench.gaps(picture).map(({ evidence }) => evidence));
    expect(redirected).toContain('the device redirects its stream elsewhere, which is not followed');
    expect(bench.gaps(healthy.picture).map(({ cause }) => cause)).toEqual(['unknown']);
  }, 90_000);
});

describe('a camera that is addressed by a name', () => {
  it('is followed to where the name leads now, whatever it led to before', async () => {
    const old = await start('moving');
    const { port } = new URL(old.rtspUrls.main.replace('rtsp:', 'http:'));
    const options = {
      name: 'moved',
      password,
      hasSubStream: false,
      host: '127.0.0.2',
      rtspPort: Number(port),
    };
    const moved = await startVirtualCamera(options, stop.signal);
    let addresses = ['127.0.0.1'];
    const resolver = new StreamResolver({
      driver: new OnvifDriver(networks),
      guard: new AddressGuard(networks, async () => addresses),
      clock: systemClock,
      read: () => ({
        login: { username: 'admin', password },
        main: { scheme: 'rtsp', host: 'counter-1.office.test', port: Number(port), path: '/main' },
      }),
      write: () => undefined,
    });
    await using bench = await RecordingBench.start({ retryMaxMs: 500 });
    const { picture, deviceId } = devicePlan({ main: () => '', tracks: 'picture' });
    const resolveStream: DevicePlan['resolveStream'] = async (...asked) => resolver.resolve(...asked);
    bench.recording.addDevice({ picture, deviceId, hasSubStream: false, resolveStream });
    await until(() => bench.stateOf(picture)?.state === 'recording', 40_000);
    expect([old.status().clients.main, moved.status().clients.main]).toEqual([1, 0]);
    addresses = ['169.254.1.1'];
    await old.inject({ kind: 'refuse-connections' });
    await until(() => bench.stateOf(picture)?.cause === 'camera-unreachable', 20_000);
    addresses = ['169.254.1.1', '127.0.0.2'];
    await until(() => bench.stateOf(picture)?.state === 'recording', 20_000);
    expect([old.status().clients.main, moved.status().clients.main]).toEqual([0, 1]);
    await bench.recording.close();
    const evidence = bench.gaps(picture).map((gap) => gap.evidence);
    expect(evidence).toContain('the address 169.254.1.1 is link-local, which is not allowed');
  }, 90_000);
});

function fail(name: string): never {
  throw new Error(`no camera ${name}`);
}
