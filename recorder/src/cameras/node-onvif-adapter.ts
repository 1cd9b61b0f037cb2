import nodeOnvif from 'node-onvif';
import type { OnvifLogin } from './camera-driver.ts';
import { urlHost } from './device-address.ts';
import {
  escapeXml,
  type OnvifAdapter,
  type RawDevice,
  type RawDiscovered,
  type RawProfile,
} from './onvif-adapter-port.ts';

type Device = InstanceType<typeof nodeOnvif.OnvifDevice>;
type Answer = { readonly data: Readonly<Record<string, unknown>> };

/**
 * node-onvif 0.1.7: discovery, and basic media of devices on plain http with WS-UsernameToken. It knows no HTTP
 * digest, no TLS and no Media2. Its parts are called one by one: `init()` would ask for three addresses per profile.
 */
export const nodeOnvifAdapter: OnvifAdapter = {
  async describe(login) {
    const device = await connect(login);
    const information = await answered((done) => device.services.device.getDeviceInformation(done));
    const about = child(information.data, 'GetDeviceInformationResponse');
    const profiles = await answered((done) => media(device).getProfiles(done));
    const listed = child(child(profiles.data, 'GetProfilesResponse'), 'Profiles');
    return {
      manufacturer: child(about, 'Manufacturer'),
      model: child(about, 'Model'),
      firmware: child(about, 'FirmwareVersion'),
      clockOffsetMs: device.time_diff,
      profiles: (Array.isArray(listed) ? listed : [listed]).map(rawProfile),
    } satisfies RawDevice;
  },

  async streamUri(login, profileToken) {
    const device = await connect(login);
    const stream = { ProfileToken: escapeXml(profileToken), Protocol: 'RTSP' as const };
    const { data } = await answered((done) => media(device).getStreamUri(stream, done));
    return textOf(child(child(child(data, 'GetStreamUriResponse'), 'MediaUri'), 'Uri'));
  },

  async snapshotUri(login, profileToken) {
    const device = await connect(login);
    const { data } = await answered((done) =>
      media(device).getSnapshotUri({ ProfileToken: escapeXml(profileToken) }, done),
    );
    return textOf(child(child(child(data, 'GetSnapshotUriResponse'), 'MediaUri'), 'Uri'));
  },
};

/** Asks the network for 3 s; devices that answered, as they name themselves. */
export async function discoverWithNodeOnvif(): Promise<RawDiscovered[]> {
  const found = await nodeOnvif.startProbe();
  return found.map(({ name, hardware, xaddrs }) => ({ addresses: xaddrs, name, hardware }));
}

function newDevice({ address, username, password }: OnvifLogin): Device {
  const authority = `${urlHost(address.host)}:${address.port}`;
  const device = new nodeOnvif.OnvifDevice({
    xaddr: `http://${authority}${address.path}`,
    user: escapeXml(username),
    pass: password,
  });
  // Services are asked at the host that was checked, wherever the device says they are.
  device.keepAddr = true;
  device.address = authority;
  return device;
}

async function connect(login: OnvifLogin): Promise<Device> {
  const device = await setClock(newDevice(login));
  await device._getCapabilities();
  return device;
}

/** The token in each later request carries the device's own time, or devices with a wrong clock refuse it. */
async function setClock(device: Device): Promise<Device> {
  await answered((done) => device.services.device.getSystemDateAndTime(done));
  device.time_diff = device.services.device.getTimeDiff();
  return device;
}

function media(device: Device): NonNullable<Device['services']['media']> {
  if (device.services.media === null) throw new Error('the device names no media service');
  return device.services.media;
}

async function answered(ask: (done: (error: Error | null, answer: Answer) => void) => void): Promise<Answer> {
  return new Promise((resolve, reject) => {
    ask((error, answer) => {
      if (error) reject(error);
      else resolve(answer);
    });
  });
}

function rawProfile(profile: unknown): RawProfile {
  const video = child(profile, 'VideoEncoderConfiguration');
  const audio = child(profile, 'AudioEncoderConfiguration');
  return {
    token: child(child(profile, '$'), 'token'),
    name: textOf(child(profile, 'Name')),
    encoding: textOf(child(video, 'Encoding')),
    widthPx: child(child(video, 'Resolution'), 'Width'),
    heightPx: child(child(video, 'Resolution'), 'Height'),
    framesPerSecond: child(child(video, 'RateControl'), 'FrameRateLimit'),
    audioEncoding: textOf(child(audio, 'Encoding')),
    audioSampleRate: child(audio, 'SampleRate'),
  };
}

function child(of: unknown, name: string): unknown {
  if (typeof of !== 'object' || of === null || !Object.hasOwn(of, name)) return undefined;
  return (of as Readonly<Record<string, unknown>>)[name];
}

/** An element with attributes is an object that has its text under `_`. */
function textOf(element: unknown): unknown {
  return typeof element === 'object' ? child(element, '_') : element;
}
