import { createHash, randomBytes } from 'node:crypto';
import onvif from 'onvif';
import type { DeviceClockReading, OnvifLogin } from './camera-driver.ts';
import type { GuardedAgents } from './guarded-agent.ts';
import {
  escapeXml,
  soapTimeoutMs,
  type OnvifAdapter,
  type RawDevice,
  type RawIdentity,
  type RawProfile,
} from './onvif-adapter-port.ts';

type Done<Answer> = (error: Error | null | undefined, answer?: Answer) => void;
type Tree = Readonly<Record<string, unknown>>;

/** The part of `Cam` we use. Its own types say `any` for every answer; these say what we checked it to be. */
interface Cam {
  on(event: 'rawResponse', listener: (xml: string) => void): void;
  off(event: 'rawResponse', listener: (xml: string) => void): void;
  /** Device time at the start of this process, once asked. */
  timeShift?: number;
  _passwordDigest: () => { passdigest: string; nonce: string; timestamp: string };
  getSystemDateAndTime(done: Done<Date>): void;
  getServices(includeCapability: boolean, done: Done<unknown>): void;
  getCapabilities(done: Done<unknown>): void;
  getDeviceInformation(done: Done<Tree>): void;
  getNetworkInterfaces(done: Done<unknown>): void;
  getProfiles(done: Done<readonly Tree[]>): void;
  getStreamUri(of: { protocol: string; profileToken: string }, done: Done<Tree>): void;
  getSnapshotUri(of: { profileToken: string }, done: Done<Tree>): void;
}

/**
 * onvif 0.8: what node-onvif lacks: HTTP digest, TLS, Media2 (H.265). `connect()` is not used: it asks more than we
 * need and throws from callbacks on devices without a video source.
 */
export function makeOnvifAdapter(agents: GuardedAgents): OnvifAdapter & {
  clockReading(login: OnvifLogin): Promise<DeviceClockReading>;
  identity(login: OnvifLogin): Promise<RawIdentity>;
} {
  const connect = async (login: OnvifLogin): Promise<{ cam: Cam; clockOffsetMs: number }> => {
    const cam = newCam(login, agents);
    const { offsetMs: clockOffsetMs } = await readClock(cam);
    await asked(cam, (done) => cam.getServices(false, done), true).catch(async (error: unknown) => {
      if (isLoginFault(error)) throw error;
      // The first edition of ONVIF knew no GetServices.
      await asked(cam, (done) => cam.getCapabilities(done), true);
    });
    return { cam, clockOffsetMs };
  };
  return {
    async describe(login) {
      const { cam, clockOffsetMs } = await connect(login);
      const about = await asked<Tree>(cam, (done) => cam.getDeviceInformation(done));
      const profiles = await asked<readonly Tree[]>(cam, (done) => cam.getProfiles(done));
      return {
        manufacturer: about['manufacturer'],
        model: about['model'],
        firmware: about['firmwareVersion'],
        clockOffsetMs,
        profiles: profiles.map(rawProfile),
      } satisfies RawDevice;
    },
    async streamUri(login, profileToken) {
      const { cam } = await connect(login);
      const stream = { protocol: 'RTSP', profileToken: escapeXml(profileToken) };
      return textOf((await asked<Tree>(cam, (done) => cam.getStreamUri(stream, done)))['uri']);
    },
    async snapshotUri(login, profileToken) {
      const { cam } = await connect(login);
      const profile = { profileToken: escapeXml(profileToken) };
      return textOf((await asked<Tree>(cam, (done) => cam.getSnapshotUri(profile, done)))['uri']);
    },
    async clockReading(login) {
      return readClock(newCam(login, agents));
    },
    async identity(login) {
      const { cam } = await connect(login);
      const about = await answerText(cam, (done) => cam.getDeviceInformation(done));
      const word = (name: string) => elementTexts(about, name)[0];
      // Not every login may ask for it, and the rest says enough.
      const interfaces = await answerText(cam, (done) => cam.getNetworkInterfaces(done)).catch(() => '');
      return {
        manufacturer: word('Manufacturer'),
        model: word('Model'),
        serialNumber: word('SerialNumber'),
        hardwareId: word('HardwareId'),
        macAddresses: elementTexts(interfaces, 'HwAddress'),
        // Several within one conversation are nobody's: told as none, which differs from the one that was known.
        tlsKey: agents.tlsKeys.size === 1 ? [...agents.tlsKeys][0] : undefined,
      };
    },
  };
}

/** GetSystemDateAndTime, which anybody may ask (ONVIF Core, PRE_AUTH): no login is spent on it. */
async function readClock(cam: Cam): Promise<DeviceClockReading> {
  const askedAtMs = Date.now();
  const deviceTime = await asked<Date>(cam, (done) => cam.getSystemDateAndTime(done));
  const answeredAtMs = Date.now();
  // It was somewhere within the second it named, somewhere between question and answer.
  return {
    offsetMs: deviceTime.getTime() + 500 - (askedAtMs + answeredAtMs) / 2,
    errorMs: 500 + (answeredAtMs - askedAtMs) / 2,
  };
}

function newCam({ address, username, password }: OnvifLogin, agents: GuardedAgents): Cam {
  const secure = address.scheme === 'https';
  const made: unknown = new onvif.Cam({
    hostname: address.host,
    port: address.port,
    path: address.path,
    username: escapeXml(username),
    password,
    timeout: soapTimeoutMs,
    autoconnect: false,
    // Services are asked at the host that was checked, wherever the device says they are.
    preserveAddress: true,
    useSecure: secure,
    // Cameras sign their certificates themselves; the key they answer with is part of who they are (`identity`).
    secureOpts: { rejectUnauthorized: false },
    agent: secure ? agents.https : agents.http,
  });
  const cam = made as Cam;
  cam._passwordDigest = () => passwordDigest(password, process.uptime() * 1_000 + (cam.timeShift ?? 0));
  return cam;
}

/** WS-UsernameToken 1.0 §3.1. The library's own takes passwords for ASCII and nonces from `Math.random`. */
function passwordDigest(password: string, deviceTimeMs: number) {
  const nonce = randomBytes(16);
  const timestamp = new Date(deviceTimeMs).toISOString();
  const digest = createHash('sha1').update(nonce).update(timestamp).update(password, 'utf8').digest('base64');
  return { passdigest: digest, nonce: nonce.toString('base64'), timestamp };
}

/** `mayBeEmpty`: the call is made for what it leaves in the `Cam`. */
async function asked<Answer>(
  cam: Cam,
  ask: (done: Done<Answer>) => void,
  mayBeEmpty = false,
): Promise<Answer> {
  let refused = false;
  // The library reports a fault's text and drops its code (ONVIF Core §5.11), which is what can be relied on.
  const onResponse = (xml: string): void => {
    refused = /\b(NotAuthorized|FailedAuthentication)\b/.test(xml);
  };
  cam.on('rawResponse', onResponse);
  return new Promise<Answer>((resolve, reject) => {
    ask((error, answer) => {
      cam.off('rawResponse', onResponse);
      if (error) reject(refused ? new Error('401 NotAuthorized') : error);
      else if (mayBeEmpty || (answer !== undefined && answer !== null)) resolve(answer as Answer);
      else reject(new Error('the device answered without an answer'));
    });
  });
}

/** The answer as it was written: the library makes a number of a serial number, and long ones lose their last digits. */
async function answerText(cam: Cam, ask: (done: Done<unknown>) => void): Promise<string> {
  let text = '';
  const keep = (xml: string): void => void (text = xml);
  cam.on('rawResponse', keep);
  try {
    await asked(cam, ask, true);
    return text;
  } finally {
    cam.off('rawResponse', keep);
  }
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

function elementTexts(xml: string, name: string): string[] {
  const element = new RegExp(`<(?:[\\w.-]{1,40}:)?${name}(?:\\s[^<>]{0,500})?>([^<]{0,1000})<`, 'g');
  return [...xml.matchAll(element)].map(([, text = '']) =>
    text.replace(/&(lt|gt|quot|apos|amp);/g, (whole, entity: string) => entities[entity] ?? whole).trim(),
  );
}

function isLoginFault(error: unknown): boolean {
  return error instanceof Error && /401|not ?authorized|digest authentication failed/i.test(error.message);
}

function rawProfile(profile: Tree): RawProfile {
  const video = child(profile, 'videoEncoderConfiguration');
  const audio = child(profile, 'audioEncoderConfiguration');
  return {
    token: child(child(profile, '$'), 'token'),
    name: textOf(profile['name']),
    encoding: textOf(child(video, 'encoding')),
    widthPx: child(child(video, 'resolution'), 'width'),
    heightPx: child(child(video, 'resolution'), 'height'),
    framesPerSecond: child(child(video, 'rateControl'), 'frameRateLimit'),
    audioEncoding: textOf(child(audio, 'encoding')),
    audioSampleRate: child(audio, 'sampleRate') ?? child(audio, 'samplerate'),
  };
}

function child(of: unknown, name: string): unknown {
  if (typeof of !== 'object' || of === null || !Object.hasOwn(of, name)) return undefined;
  return (of as Tree)[name];
}

function textOf(element: unknown): unknown {
  return typeof element === 'object' ? child(element, '_') : element;
}
