import { execFile, spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  readFrameStrip,
  startControlServer,
  startVirtualCamera,
  type VirtualCamera,
  type VirtualCameraOptions,
} from '../../scripts/virtual-camera/index.ts';

const run = promisify(execFile);
const requireFromRecorder = createRequire(new URL('../../recorder/package.json', import.meta.url));
const PASSWORD = 's3cret pass';
const stop = new AbortController();
let directory = '';
let fileCount = 0;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'virtual-camera-test-'));
});
afterAll(async () => {
  stop.abort();
  await rm(directory, { recursive: true, force: true });
});

const start = (options: Partial<VirtualCameraOptions> = {}) =>
  startVirtualCamera({ password: PASSWORD, ...options }, stop.signal);
const withLogin = (url: string, password = PASSWORD) =>
  url.replace('rtsp://', `rtsp://admin:${encodeURIComponent(password)}@`);
const isSomeNumber = (number: number | undefined): number => number ?? Number.NaN;

async function streamsOf(url: string) {
  const options = ['-v', 'error', '-rtsp_transport', 'tcp', '-show_streams', '-of', 'json', url];
  const { stdout } = await run('ffprobe', options, { timeout: 30_000 });
  return (
    JSON.parse(stdout) as {
      streams: { codec_name: string; width?: number; height?: number; sample_rate?: string }[];
    }
  ).streams;
}

async function record(url: string, seconds: number): Promise<string> {
  const file = join(directory, `clip-${(fileCount += 1)}.mkv`);
  const input = ['-v', 'error', '-y', '-rtsp_transport', 'tcp', '-timeout', '4000000', '-i', url];
  const output = ['-t', String(seconds), '-map', '0', '-c', 'copy', file];
  await run('ffmpeg', [...input, ...output], { timeout: (seconds + 30) * 1000 });
  return file;
}

/** The frame numbers burnt into a recorded clip, in order; undefined where there is none. */
async function frameNumbers(file: string): Promise<(number | undefined)[]> {
  const strip = [
    '-vf',
    'crop=iw:iw/15:0:0,scale=300:20,format=gray',
    '-fps_mode',
    'passthrough',
    '-f',
    'rawvideo',
    '-',
  ];
  const options = { encoding: 'buffer', maxBuffer: 1 << 28 } as const;
  const { stdout } = await run('ffmpeg', ['-v', 'error', '-i', file, '-map', '0:v', ...strip], options);
  return Array.from({ length: stdout.length / 6000 }, (_, index) =>
    readFrameStrip(stdout.subarray(index * 6000, (index + 1) * 6000), 300),
  );
}

/** Seconds; of the first picture they may be wrong, because ffmpeg 5.1 hands it on without a timestamp. */
async function packetTimes(file: string, stream: 'a' | 'v'): Promise<number[]> {
  const query = [
    '-v',
    'error',
    '-select_streams',
    stream,
    '-show_entries',
    'packet=pts_time',
    '-of',
    'csv=p=0',
    file,
  ];
  const { stdout } = await run('ffprobe', query);
  return stdout
    .trim()
    .split('\n')
    .map((line) => Number.parseFloat(line));
}

async function pictureBytes(file: string): Promise<number> {
  const query = ['-v', 'error', '-select_streams', 'v', '-show_entries', 'packet=size', '-of', 'csv=p=0'];
  const { stdout } = await run('ffprobe', [...query, file]);
  return stdout.split('\n').reduce((sum, line) => sum + (Number.parseInt(line, 10) || 0), 0);
}

describe('what is served can be read by ffmpeg', () => {
  test.each([
    ['h264', 'g711a', ['h264 1080', 'pcm_alaw 8000']],
    ['h265', 'g711u', ['hevc 1080', 'pcm_mulaw 8000']],
    ['h264', 'aac', ['h264 1080', 'aac 16000']],
    ['h264', 'none', ['h264 1080']],
    ['none', 'aac48', ['aac 48000']],
  ] as const)(
    '%s with %s',
    async (picture, sound, expected) => {
      const camera = await start({ picture, sound, hasSubStream: false });
      const streams = await streamsOf(withLogin(camera.rtspUrls.main));
      expect(streams.map((s) => `${s.codec_name} ${s.height ?? s.sample_rate ?? ''}`)).toEqual(expected);
      await camera.close();
    },
    180_000,
  );

  test('a wrong password is refused', async () => {
    const camera = await start();
    await expect(streamsOf(withLogin(camera.rtspUrls.main, 'wrong'))).rejects.toThrow(/401 Unauthorized/);
    await expect(streamsOf(camera.rtspUrls.main)).rejects.toThrow(/401 Unauthorized/);
    await camera.close();
  });

  test('recorded frame numbers are consecutive, and the log of sent frames knows every one of them', async () => {
    const camera = await start();
    const [main, sub] = await Promise.all([
      record(withLogin(camera.rtspUrls.main), 6),
      record(withLogin(camera.rtspUrls.sub ?? ''), 6),
    ]);
    const numbers = await frameNumbers(main);
    const first = isSomeNumber(numbers[0]);
    expect(first % 50).toBe(0);
    expect(numbers).toEqual(numbers.map((_, index) => (first + index) % 1000));
    expect(numbers.length).toBeGreaterThanOrEqual(149);
    const megabits = (await pictureBytes(main)) * 8e-6;
    expect(megabits / (numbers.length / 25)).toBeGreaterThan(1.6);
    expect(megabits / (numbers.length / 25)).toBeLessThan(2.6);
    const sent = camera.framesSent();
    expect(sent.slice(0, numbers.length).map(({ lapIndex }) => lapIndex)).toEqual(numbers);
    for (const { frame, sentAtUtcMs } of sent) {
      // Never before it is due; a few milliseconds are the clocks' rounding.
      expect(sentAtUtcMs - (camera.epochUtcMs + frame * 40)).toBeGreaterThan(-5);
    }
    const subNumbers = await frameNumbers(sub);
    const firstSub = isSomeNumber(subNumbers[0]);
    expect(subNumbers).toEqual(subNumbers.map((_, index) => (firstSub + 2 * index) % 1000));
    expect(subNumbers.length).toBeGreaterThanOrEqual(74);
    await camera.close();
  }, 90_000);

  test.each(['g711a', 'aac'] as const)(
    'clicks in %s come with their frames, also across a lap',
    async (sound) => {
      // Begins at about second 36 of the lap, so that the recording runs across its end.
      const camera = await start({ sound, soundContent: 'click', phaseMs: 35_000 });
      const file = await record(withLogin(camera.rtspUrls.main), 6);
      const numbers = await frameNumbers(file);
      const decode = [
        '-v',
        'error',
        '-i',
        file,
        '-map',
        '0:a',
        '-f',
        's16le',
        '-ac',
        '1',
        '-ar',
        '8000',
        '-',
      ];
      const { stdout } = await run('ffmpeg', decode, { encoding: 'buffer', maxBuffer: 1 << 28 });
      const [startSeconds = 0] = await packetTimes(file, 'a');
      const clicks: number[] = [];
      for (let i = 0; i + 1 < stdout.length; i += 2) {
        const seconds = startSeconds + i / 2 / 8000;
        if (Math.abs(stdout.readInt16LE(i)) > 4000 && seconds - (clicks.at(-1) ?? -1) > 0.5)
          clicks.push(seconds);
      }
      const times = await packetTimes(file, 'v');
      const flashes = numbers.flatMap((number, index) =>
        isSomeNumber(number) % 25 === 0 && index > 0 ? [isSomeNumber(times[index])] : [],
      );
      expect(numbers).toContain(999);
      expect(clicks.length).toBeGreaterThanOrEqual(5);
      // The click of the first picture is left out with it.
      for (const click of clicks.filter((seconds) => seconds > 0.5)) {
        const offsetMs = Math.min(...flashes.map((flash) => Math.abs(click - flash))) * 1000;
        // AAC smears a click over a little time before it.
        expect(offsetMs).toBeLessThan(sound === 'aac' ? 10 : 2);
      }
      await camera.close();
    },
    90_000,
  );

  test('a slow client is cut off and disturbs nobody', async () => {
    const camera = await start({ largestBacklogBytes: 65_536, hasSubStream: false });
    const lazy = await playAndReadNothing(camera);
    const numbers = await frameNumbers(await record(withLogin(camera.rtspUrls.main), 12));
    expect(numbers).toEqual(numbers.map((_, index) => (isSomeNumber(numbers[0]) + index) % 1000));
    const deadline = Date.now() + 45_000;
    while (camera.status().slowClientsCutOff === 0 && Date.now() < deadline) await wait(100);
    expect(camera.status().slowClientsCutOff).toBe(1);
    lazy.destroy();
    await camera.close();
  }, 120_000);
});

/** Logs in by hand and then leaves everything in the socket's buffers. */
async function playAndReadNothing(camera: VirtualCamera) {
  const url = camera.rtspUrls.main;
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const md5 = (text: string) => createHash('md5').update(text).digest('hex');
  let nonce = '';
  const ask = async (method: string, uri: string, more = '') => {
    const response = md5(`${md5(`admin:virtual-camera:${PASSWORD}`)}:${nonce}:${md5(`${method}:${uri}`)}`);
    const login = `Digest username="admin", realm="virtual-camera", nonce="${nonce}", uri="${uri}", response="${response}"`;
    socket.write(`${method} ${uri} RTSP/1.0\r\nCSeq: 1\r\nAuthorization: ${login}\r\n${more}\r\n`);
    return new Promise<string>((resolve) => socket.once('data', (data) => resolve(data.toString('latin1'))));
  };
  nonce = /nonce="([^"]+)"/.exec(await ask('DESCRIBE', url))?.[1] ?? '';
  expect(await ask('DESCRIBE', url)).toMatch(/^RTSP\/1\.0 200/);
  const udp = await ask('SETUP', `${url}/track0`, 'Transport: RTP/AVP;unicast;client_port=5000-5001\r\n');
  expect(udp).toMatch(/^RTSP\/1\.0 461/);
  const setUp = await ask('SETUP', `${url}/track0`, 'Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n');
  const session = /Session: ([^;\r]+)/.exec(setUp)?.[1] ?? '';
  expect(await ask('PLAY', url, 'Session: made-up\r\n')).toMatch(/^RTSP\/1\.0 454/);
  await ask('PLAY', url, `Session: ${session}\r\n`);
  socket.pause();
  return socket;
}

type OnvifProfile = { token: string; stream: { rtsp: string }; audio: { encoder: { encoding: string } } };

describe('ONVIF', () => {
  test('is found by a probe sent to it alone, with the same UUID each time', async () => {
    const camera = await start({ name: 'Quầy 1 <"&', discovery: '127.0.0.1', hasSubStream: false });
    const probe = async () => {
      const socket = createSocket('udp4');
      const header = `<s:Header><a:MessageID>uuid:${randomUUID()}</a:MessageID></s:Header>`;
      const body = '<s:Body><d:Probe><d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe></s:Body>';
      // Again and again, as clients do: one of another test may be listening there for a moment.
      const probing = setInterval(
        () => socket.send(`<s:Envelope>${header}${body}</s:Envelope>`, 3702, '127.0.0.1'),
        300,
      );
      const answer = await new Promise<string>((resolve) => {
        socket.on('message', (data) => {
          if (data.includes(camera.onvifAddress)) resolve(data.toString());
        });
      });
      clearInterval(probing);
      socket.close();
      return answer;
    };
    for (const answer of [await probe(), await probe()]) expect(answer).toContain(`urn:uuid:${camera.uuid}`);
    await camera.close();
  });

  test('node-onvif discovers it, logs in and gets both profiles and a snapshot', async () => {
    const nodeOnvif = requireFromRecorder('node-onvif');
    const camera = await start({ discovery: 'all' });
    const found: { xaddrs: string[] }[] = await nodeOnvif.startProbe();
    expect(found.flatMap(({ xaddrs }) => xaddrs)).toContain(camera.onvifAddress);
    const device = new nodeOnvif.OnvifDevice({ xaddr: camera.onvifAddress, user: 'admin', pass: PASSWORD });
    await device.init();
    const profiles: OnvifProfile[] = device.getProfileList();
    expect(
      profiles.map((profile) => [profile.token, profile.stream.rtsp, profile.audio.encoder.encoding]),
    ).toEqual([
      ['main', camera.rtspUrls.main, 'G711'],
      ['sub', camera.rtspUrls.sub, 'G711'],
    ]);
    const snapshot: { headers: Record<string, string>; body: Buffer } = await device.fetchSnapshot();
    expect(snapshot.headers['content-type']).toBe('image/jpeg');
    expect(snapshot.body.subarray(0, 2).toString('hex')).toBe('ffd8');
    const stranger = new nodeOnvif.OnvifDevice({ xaddr: camera.onvifAddress, user: 'admin', pass: 'wrong' });
    await expect(stranger.init()).rejects.toThrow(/not Authorized/i);
    await camera.close();
  });

  test.each(['username-token', 'http-digest'] as const)(
    'onvif logs in by %s to a camera two hours slow and sees H.265 through Media2',
    async (soapLogin) => {
      const onvif = requireFromRecorder('onvif');
      const camera = await start({ picture: 'h265', soapLogin });
      await camera.inject({ kind: 'clock', offsetSeconds: -7200 });
      const { hostname, port } = new URL(camera.onvifAddress);
      const login = { hostname, port, username: 'admin', password: PASSWORD };
      const device = await new Promise<ReturnType<typeof JSON.parse>>((resolve, reject) => {
        const cam = new onvif.Cam(login, (error: Error | null) =>
          error === null ? resolve(cam) : reject(error),
        );
      });
      const profiles: { $: { token: string }; videoEncoderConfiguration: { encoding: string } }[] =
        device.profiles;
      expect(
        profiles.map((profile) => [profile.$.token, profile.videoEncoderConfiguration.encoding]),
      ).toEqual([
        ['main', 'H265'],
        ['sub', 'H264'],
      ]);
      const { uri } = await promisify(device.getStreamUri.bind(device))({
        protocol: 'RTSP',
        profileToken: 'main',
      });
      expect(uri).toBe(camera.rtspUrls.main);
      await camera.close();
    },
    180_000,
  );

  test('large, hostile and unauthorised requests get a fault', async () => {
    const camera = await start({ picture: 'none', hasMedia2: false });
    const soap = (operation: string) =>
      `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><${operation}/></s:Body></s:Envelope>`;
    const post = async (body: string) => {
      const response = await fetch(camera.onvifAddress, { method: 'POST', body });
      return `${response.status} ${await response.text()}`;
    };
    expect(await post(soap('GetSystemDateAndTime'))).toMatch(/^200 .*UTCDateTime/s);
    expect(await post(soap('GetDeviceInformation'))).toMatch(/^400 .*ter:NotAuthorized/s);
    expect(await post('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')).toMatch(/^400 .*ter:WellFormed/s);
    expect(await post('x'.repeat(1_100_000))).toMatch(/^413/);
    expect((await fetch(camera.snapshotUrl)).status).toBe(401);
    await camera.close();
  });
});

describe('faults', () => {
  test('freeze, mute and black are what they say, and reset ends them', async () => {
    const camera = await start({ hasSubStream: false });
    const control = await startControlServer([camera], 0, stop.signal);
    const address = `${control.address}/cameras/${camera.name}`;
    const inject = async (fault: object) => {
      const headers = { 'Content-Type': 'application/json' };
      return (await fetch(`${address}/faults`, { method: 'POST', headers, body: JSON.stringify(fault) }))
        .status;
    };
    expect(await inject({ kind: 'melt' })).toBe(400);
    expect(await inject({ kind: 'mute', loudly: true })).toBe(400);
    expect(await inject({ kind: 'freeze' })).toBe(200);
    expect(await inject({ kind: 'mute' })).toBe(200);
    const frozen = await record(withLogin(camera.rtspUrls.main), 4);
    const numbers = await frameNumbers(frozen);
    expect(numbers[60]).toBeDefined();
    expect(new Set(numbers.slice(50)).size).toBe(1);
    const { stderr } = await run('ffmpeg', ['-i', frozen, '-af', 'volumedetect', '-vn', '-f', 'null', '-']);
    expect(Number(/max_volume: (-?[\d.]+) dB/.exec(stderr)?.[1])).toBeLessThan(-60);

    expect(await inject({ kind: 'black' })).toBe(200);
    const black = await frameNumbers(await record(withLogin(camera.rtspUrls.main), 3));
    expect(black.length).toBeGreaterThan(50);
    expect(black.every((number) => number === undefined)).toBe(true);

    const reset = await fetch(`${address}/faults`, { method: 'DELETE' });
    expect(await reset.json()).toMatchObject({ faults: [] });
    const again = await frameNumbers(await record(withLogin(camera.rtspUrls.main), 4));
    expect(again.at(-1)).toBe((isSomeNumber(again.at(-2)) + 1) % 1000);

    const frames: { frames: object[] } = await (
      await fetch(`${address}/frames?from=${Date.now() - 2000}`)
    ).json();
    expect(frames.frames.length).toBeLessThan(60);
    expect((await fetch(`${address}/frames?since=1`)).status).toBe(400);
    await control.close();
    await camera.close();
  }, 120_000);

  test('loop repeats whole GOPs', async () => {
    const camera = await start({ hasSubStream: false, phaseMs: 10_000 });
    await camera.inject({ kind: 'loop', seconds: 2 });
    const numbers = await frameNumbers(await record(withLogin(camera.rtspUrls.main), 7));
    const tail = numbers.slice(-100);
    expect(tail.slice(0, 50)).toEqual(tail.slice(50));
    expect(new Set(tail).size).toBe(50);
    await camera.close();
  });

  test('a changed password ends sessions and shuts the old one out; other media are for the next connection', async () => {
    const camera = await start({ hasSubStream: false });
    const url = camera.rtspUrls.main;
    const copy = [
      '-v',
      'error',
      '-rtsp_transport',
      'tcp',
      '-i',
      withLogin(url),
      '-c',
      'copy',
      '-f',
      'null',
      '-',
    ];
    const client = spawn('ffmpeg', copy, { stdio: 'ignore' });
    const ended = new Promise((resolve) => client.once('exit', resolve));
    while (camera.status().clients.main === 0) await wait(50);
    await camera.inject({ kind: 'media', picture: 'h264-720p', sound: 'aac' });
    expect(camera.status().clients.main).toBe(1);
    expect((await streamsOf(withLogin(url))).map((s) => s.height ?? s.codec_name)).toEqual([720, 'aac']);
    await camera.inject({ kind: 'credentials', password: 'new' });
    await ended;
    await expect(streamsOf(withLogin(url))).rejects.toThrow(/401/);
    expect(await streamsOf(withLogin(url, 'new'))).toHaveLength(2);
    await camera.inject({ kind: 'refuse-connections' });
    await expect(streamsOf(withLogin(url, 'new'))).rejects.toThrow(/Connection refused/);
    await camera.inject({ kind: 'reset' });
    expect((await streamsOf(withLogin(url)))[0]?.height).toBe(1080);
    await camera.close();
  }, 180_000);

  test('dropped packets, missing sound and silence on the line arrive as asked for', async () => {
    const camera = await start({ hasSubStream: false });
    const url = withLogin(camera.rtspUrls.main);
    await camera.inject({ kind: 'drop-packets', everyNth: 20 });
    const input = ['-v', 'warning', '-rtsp_transport', 'tcp', '-i', url, '-t', '3', '-f', 'null', '-'];
    expect((await run('ffmpeg', input)).stderr).toMatch(/error while decoding|concealing/);
    await camera.inject({ kind: 'reset' });

    await camera.inject({ kind: 'no-audio-packets' });
    const query = [
      '-v',
      'error',
      '-rtsp_transport',
      'tcp',
      '-read_intervals',
      '%+3',
      '-show_entries',
      'packet=codec_type',
    ];
    const { stdout } = await run('ffprobe', [...query, '-of', 'csv=p=0', url]);
    expect(stdout).toContain('video');
    expect(stdout).not.toContain('audio');

    await camera.inject({ kind: 'stop-sending' });
    const before = camera.framesSent().length;
    const client = spawn('ffmpeg', input, { stdio: 'ignore' });
    while (camera.status().clients.main === 0) await wait(50);
    await wait(2500);
    expect(camera.status().clients.main).toBe(1);
    expect(camera.framesSent().length).toBe(before);
    client.kill('SIGKILL');
    await camera.close();
  }, 120_000);
});

test('a footage file that is not there is named, with the package that has it', async () => {
  const footageFile = join(directory, 'none.avi');
  const missing = start({ footageFile, cacheDirectory: join(directory, 'cache'), sound: 'none' });
  await expect(missing).rejects.toMatchObject({ code: 'footage-missing' });
  await expect(start({ footageFile })).rejects.toThrow(/opencv-doc/);
});
