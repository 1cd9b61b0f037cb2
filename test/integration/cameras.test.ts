import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DeviceConnection } from '@minhbach/shared/protocol';
import { AddressGuard, OnvifDriver, parseServiceAddress } from '../../recorder/src/cameras/index.ts';
import { DeviceInquiry } from '../../recorder/src/jobs/index.ts';
import { startVirtualCamera, type VirtualCameraOptions } from '../../scripts/virtual-camera/index.ts';

const password = 'mật khẩu "s3cret"';
const stopping = new AbortController();
const { signal } = stopping;
const networks = { allowLoopback: true, allowLinkLocal: false };
const driver = new OnvifDriver(networks);
const inquiry = new DeviceInquiry(driver, new AddressGuard(networks));
let hostile: Server | undefined;
afterEach(() => {
  hostile?.closeAllConnections();
  hostile?.close();
  hostile = undefined;
});
afterAll(() => stopping.abort());

const camera = async (options: Partial<VirtualCameraOptions> = {}) =>
  startVirtualCamera({ password, ...options }, signal);
const onvif = (address: string, more: object = {}): DeviceConnection => ({
  type: 'onvif',
  ...{ address, username: 'admin', password },
  ...more,
});

describe('what a device is', () => {
  test('a camera with main and sub stream and sound', async () => {
    const { onvifAddress } = await camera({ name: 'Quầy <b>1</b> "📷"' });
    const asked = await inquiry.ask(onvif(onvifAddress), signal);
    expect(asked.main).toMatchObject({ video: { codec: 'h264', widthPx: 1920, heightPx: 1080 } });
    expect(asked.sub).toMatchObject({ video: { codec: 'h264', widthPx: 640, heightPx: 360 } });
    expect(asked.tracks).toEqual({
      picture: { codec: 'h264' },
      sound: { codec: 'PCMA', sampleRateHz: 8000 },
    });
    expect(Math.abs(asked.described.clockOffsetMs ?? Number.NaN)).toBeLessThan(3_000);
  });

  test.each<[string, Partial<VirtualCameraOptions>, object]>([
    ['H.265', { picture: 'h265', sound: 'none' }, { picture: { codec: 'h265' } }],
    ['HTTP digest', { soapLogin: 'http-digest', sound: 'none' }, { picture: { codec: 'h264' } }],
    ['without Media2', { hasMedia2: false, sound: 'none' }, { picture: { codec: 'h264' } }],
    ['AAC', { sound: 'aac' }, { sound: { codec: 'AAC' } }],
    ['a microphone', { picture: 'none' }, { sound: { codec: 'PCMA' } }],
  ])('%s', async (_what, options, tracks) => {
    const { onvifAddress } = await camera(options);
    expect((await inquiry.ask(onvif(onvifAddress), signal)).tracks).toMatchObject(tracks);
  });

  test('H.265 has the H.264 sub-stream for tiles', async () => {
    const { onvifAddress } = await camera({ picture: 'h265', sound: 'none' });
    const { main, sub } = await inquiry.ask(onvif(onvifAddress), signal);
    expect([main.video?.codec, sub?.video?.codec]).toEqual(['h265', 'h264']);
  });

  test('a chosen profile is the one recorded', async () => {
    const { onvifAddress } = await camera({ sound: 'none' });
    const { described } = await inquiry.ask(onvif(onvifAddress), signal);
    const smallest = described.profiles.find(({ video }) => video?.widthPx === 640);
    const { main } = await inquiry.ask(onvif(onvifAddress, { profile: smallest?.token }), signal);
    expect(main.token).toBe(smallest?.token);
  });

  test('its clock, however wrong, within the error that is stated, and without a login', async () => {
    const wrong = await camera({ sound: 'none' });
    const login = { address: parseServiceAddress(wrong.onvifAddress), username: '', password: '' };
    for (const offsetSeconds of [0, 3_600, -1_000_000_000]) {
      await wrong.inject({ kind: 'clock', offsetSeconds });
      const { offsetMs, errorMs } = await driver.clockReading(login, signal);
      expect(Math.abs(offsetMs - offsetSeconds * 1_000)).toBeLessThanOrEqual(errorMs);
      expect(errorMs).toBeGreaterThanOrEqual(500);
    }
  });

  test.each(['username-token', 'http-digest'] as const)(
    'who it says it is, to the last digit, by %s; another one is another',
    async (soapLogin) => {
      const serialNumber = '0012345678901234567890';
      const device = await camera({ soapLogin, serialNumber, sound: 'none' });
      const login = { address: parseServiceAddress(device.onvifAddress), username: 'admin', password };
      const known = await driver.identity(login, signal);
      expect(known).toEqual({
        manufacturer: 'Minh Bach',
        model: 'Virtual camera',
        serialNumber,
        hardwareId: 'virtual-camera',
        macAddresses: [expect.stringMatching(/^02(:[\da-f]{2}){5}$/)],
      });
      await device.inject({ kind: 'identity', serialNumber: 'A & <B>', macAddress: '02:AA:00:00:00:01' });
      expect(await driver.identity(login, signal)).toEqual({
        ...known,
        serialNumber: 'A & <B>',
        macAddresses: ['02:aa:00:00:00:01'],
      });
      await device.inject({ kind: 'no-onvif' });
      await expect(driver.identity(login, signal)).rejects.toMatchObject({ code: 'not-onvif' });
      await device.inject({ kind: 'reset' });
      const wrong = { ...login, password: 'no' };
      await expect(driver.identity(wrong, signal)).rejects.toMatchObject({ code: 'login-refused' });
    },
  );

  test('is found by WS-Discovery, once', async () => {
    const { onvifAddress } = await camera({ discovery: 'all', name: 'Quầy "hai" & 3', sound: 'none' });
    const found = await driver.discover(signal);
    expect(found.filter(({ address }) => address === onvifAddress)).toHaveLength(1);
    const nowhere = new OnvifDriver({ ...networks, allowLoopback: false });
    expect((await nowhere.discover(signal)).some(({ address }) => address.includes('127.0.0.1'))).toBe(false);
  });
});

describe('refusals', () => {
  test.each(['username-token', 'http-digest'] as const)('a wrong password by %s', async (soapLogin) => {
    const { onvifAddress } = await camera({ soapLogin, sound: 'none' });
    await expect(inquiry.ask(onvif(onvifAddress, { password: 'no' }), signal)).rejects.toMatchObject({
      code: 'login-refused',
    });
  });

  test.each([
    ['file:///etc/passwd', 'scheme-not-allowed'],
    ['http://169.254.169.254/latest', 'address-not-allowed'],
    ['http://[ff02::1]/', 'address-not-allowed'],
    ['http://127.0.0.1:1/', 'unreachable'],
    ['http://no-such-camera.invalid/', 'unreachable'],
    ['a b', 'address-invalid'],
  ])('device address %s is %s', async (address, code) => {
    await expect(inquiry.ask(onvif(address), signal)).rejects.toMatchObject({ code });
  });

  test.each([
    ['concat:rtsp://127.0.0.1/a|/etc/passwd', 'scheme-not-allowed'],
    ['rtsp://169.254.1.1/x', 'address-not-allowed'],
    ['rtsp://127.0.0.1:1/x', 'unreachable'],
  ])('stream address %s is %s', async (url, code) => {
    await expect(inquiry.ask({ type: 'rtsp', url }, signal)).rejects.toMatchObject({ code });
  });

  test('errors name no password', async () => {
    const url = 'rtsp://admin:s3cret-word@127.0.0.1:1/x?token=s3cret-word';
    const error: unknown = await inquiry
      .ask({ type: 'rtsp', url }, signal)
      .catch((caught: unknown) => caught);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('s3cret-word');
  });
});

async function hostileDevice(answer: RequestListener): Promise<string> {
  hostile = createServer(answer);
  await new Promise<void>((resolve) => hostile?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(hostile.address() as AddressInfo).port}/onvif/device_service`;
}

describe('hostile devices', () => {
  const flood: RequestListener = (_request, response) => {
    const chunk = Buffer.alloc(65_536, '<a>');
    const pour = (): void => {
      while (!response.destroyed && response.write(chunk));
      if (!response.destroyed) response.once('drain', pour);
    };
    pour();
  };
  const bomb = `<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaaaaaaaa">${Array.from(
    { length: 20 },
    (_, level) => `<!ENTITY a${level} "${`&a${level === 0 ? '' : level - 1};`.repeat(10)}">`,
  ).join('')}]><b>&a19;</b>`;

  test.each<[string, RequestListener]>([
    ['an answer without end', flood],
    ['an XML bomb', (_request, response) => response.end(bomb)],
    ['deep nesting', (_request, response) => response.end('<a>'.repeat(300_000))],
    ['a web page', (_request, response) => response.end('<html><body>hello')],
    [
      'ten megabytes of SOAP',
      (_request, response) =>
        response.end(`<Envelope><Body><Name>${'n'.repeat(10_000_000)}</Name></Body></Envelope>`),
    ],
    ['an empty envelope', (_request, response) => response.end('<Envelope><Body/></Envelope>')],
    ['a redirect', (_request, response) => response.writeHead(302, { location: 'http://10.0.0.1/' }).end()],
  ])('%s is no ONVIF device', async (_what, answer) => {
    const address = await hostileDevice(answer);
    const startedAtMs = performance.now();
    await expect(inquiry.ask(onvif(address), signal)).rejects.toMatchObject({ code: 'not-onvif' });
    expect(performance.now() - startedAtMs).toBeLessThan(9_500);
  });

  test('silence ends within the deadline', async () => {
    const address = await hostileDevice(() => undefined);
    const startedAtMs = performance.now();
    await expect(inquiry.ask(onvif(address), signal)).rejects.toMatchObject({
      code: expect.stringMatching(/^(unreachable|timeout)$/),
    });
    expect(performance.now() - startedAtMs).toBeLessThan(9_500);
  });

  const nasty = `"><script>alert(1)</script>'); DROP TABLE device;-- 📷 ${'ẩ'.repeat(10_000)}`;

  test('names of any kind and length are text of bounded length', async () => {
    const address = await sayingDevice((request) =>
      soapAnswer(request.operation, request.base, 'rtsp://127.0.0.1:1/x', { name: nasty }),
    );
    const login = { address: parseServiceAddress(address), username: 'a', password: 'b' };
    const { manufacturer, profiles } = await driver.probe(login, signal);
    expect(manufacturer).toHaveLength(200);
    expect(manufacturer).toContain('<script>alert(1)</script>');
    expect(profiles[0]?.name).toHaveLength(200);
  });

  test('a camera with neither H.264 nor H.265 is told so in one sentence', async () => {
    const address = await sayingDevice((request) =>
      soapAnswer(request.operation, request.base, 'rtsp://127.0.0.1:1/x', { encoding: 'JPEG' }),
    );
    await expect(inquiry.ask(onvif(address), signal)).rejects.toMatchObject({
      code: 'no-usable-stream',
      message: 'the device has no H.264 or H.265 picture and no sound',
    });
  });

  test.each([
    ['file:///etc/passwd', 'scheme-not-allowed'],
    ['rtsp://169.254.169.254/x', 'address-not-allowed'],
    ['rtsp://127.0.0.1/a&#10;file /etc/passwd', 'address-invalid'],
    ["rtsp://127.0.0.1:1/a'b", 'unreachable'],
  ])('a camera that says its stream is at %s', async (uri, code) => {
    const address = await sayingDevice(({ operation, base }) => soapAnswer(operation, base, uri));
    await expect(inquiry.ask(onvif(address), signal)).rejects.toMatchObject({ code });
  });
});

/** A device that answers each operation with this. */
async function sayingDevice(
  say: (request: { readonly operation: string; readonly base: string }) => string,
): Promise<string> {
  return hostileDevice((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const operation = /<(?:\w+:)?Body[^>]*>\s*<(?:\w+:)?(\w+)/.exec(body)?.[1] ?? '';
      response.end(say({ operation, base: `http://${request.headers.host}/` }));
    });
  });
}

/** The least a device can say and be recorded. */
function soapAnswer(
  operation: string,
  base: string,
  streamUri: string,
  of: { readonly name?: string; readonly encoding?: string } = {},
): string {
  const name = (of.name ?? 'p').replace(/[<>&"]/g, (character) => `&#${character.charCodeAt(0)};`);
  const now = new Date();
  const answers: Readonly<Record<string, string>> = {
    GetSystemDateAndTime: `<SystemDateAndTime><DateTimeType>NTP</DateTimeType><UTCDateTime><Time><Hour>${now.getUTCHours()}</Hour><Minute>${now.getUTCMinutes()}</Minute><Second>${now.getUTCSeconds()}</Second></Time><Date><Year>${now.getUTCFullYear()}</Year><Month>${now.getUTCMonth() + 1}</Month><Day>${now.getUTCDate()}</Day></Date></UTCDateTime></SystemDateAndTime>`,
    GetCapabilities: `<Capabilities><Media><XAddr>${base}media</XAddr></Media></Capabilities>`,
    GetServices: `<Service><Namespace>http://www.onvif.org/ver10/media/wsdl</Namespace><XAddr>${base}media</XAddr></Service>`,
    GetDeviceInformation: `<Manufacturer>${name}</Manufacturer><Model>X</Model><FirmwareVersion>1</FirmwareVersion>`,
    GetProfiles: `<Profiles token="p"><Name>${name}</Name><VideoEncoderConfiguration token="v"><Name>v</Name><Encoding>${of.encoding ?? 'H264'}</Encoding><Resolution><Width>1280</Width><Height>720</Height></Resolution><Quality>5</Quality><RateControl><FrameRateLimit>25</FrameRateLimit><BitrateLimit>2000</BitrateLimit></RateControl></VideoEncoderConfiguration></Profiles>`,
    GetStreamUri: `<MediaUri><Uri>${streamUri}</Uri></MediaUri>`,
  };
  return `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><${operation}Response>${answers[operation] ?? ''}</${operation}Response></s:Body></s:Envelope>`;
}
