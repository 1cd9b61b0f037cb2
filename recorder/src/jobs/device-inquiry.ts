import type { DeviceConnection } from '@minhbach/shared/protocol';
import {
  CameraProblem,
  chooseProfiles,
  describeStream,
  parseServiceAddress,
  parseStreamAddress,
  placeOf,
  shownStreamUrl,
  streamWithoutOnvif,
  type AddressGuard,
  type CameraDriver,
  type DescribedDevice,
  type DescribedProfile,
  type NewDevice,
  type OnvifLogin,
  type StreamAddress,
  type StreamLogin,
  type StreamTracks,
} from '../cameras/index.ts';

/** What was found out about a device without changing anything. */
export interface InquiredDevice {
  readonly described: DescribedDevice;
  readonly main: DescribedProfile;
  readonly sub: DescribedProfile | undefined;
  readonly tracks: StreamTracks;
  readonly place: string;
  readonly connection: NewDevice['connection'];
  readonly standing: NewDevice['standing'];
}

/** Asks a device what it is and its main stream what it carries. Rejects with `CameraProblem`. */
export class DeviceInquiry {
  readonly #driver: CameraDriver;
  readonly #guard: AddressGuard;

  constructor(driver: CameraDriver, guard: AddressGuard) {
    this.#driver = driver;
    this.#guard = guard;
  }

  async ask(connection: DeviceConnection, signal: AbortSignal): Promise<InquiredDevice> {
    return connection.type === 'rtsp'
      ? this.#askStream(connection, signal)
      : this.#askOnvif(connection, signal);
  }

  async #askStream(
    { url, username, password }: Extract<DeviceConnection, { type: 'rtsp' }>,
    signal: AbortSignal,
  ): Promise<InquiredDevice> {
    const address = parseStreamAddress(url);
    const login = username === undefined ? address.login : { username, password: password ?? '' };
    const tracks = await describeStream(address, login, this.#guard, signal);
    const main: DescribedProfile = {
      token: 'stream',
      name: shownStreamUrl(address).slice(0, 200),
      adapter: 'onvif',
      ...(tracks.picture === undefined
        ? {}
        : { video: { codec: tracks.picture.codec, widthPx: 0, heightPx: 0, framesPerSecond: 0 } }),
      ...(tracks.sound === undefined ? {} : { audio: tracks.sound }),
    };
    return {
      described: { profiles: [main] },
      main,
      sub: undefined,
      tracks,
      place: placeOf(address, await this.#guard.resolve(address.host, signal)),
      connection: { main: withoutLogin(address), ...(login === undefined ? {} : { login }) },
      standing: streamWithoutOnvif,
    };
  }

  async #askOnvif(
    connection: Extract<DeviceConnection, { type: 'onvif' }>,
    signal: AbortSignal,
  ): Promise<InquiredDevice> {
    const login: OnvifLogin = {
      address: parseServiceAddress(connection.address),
      username: connection.username,
      password: connection.password,
    };
    // Asked here too, so that a refused address is said at once and in our own words.
    await this.#guard.resolve(login.address.host, signal);
    const described = await this.#driver.probe(login, signal);
    const { main, sub } = chooseProfiles(described.profiles, { token: connection.profile });
    if (main === undefined) {
      throw new CameraProblem(
        'no-usable-stream',
        connection.profile === undefined
          ? 'the device has no H.264 or H.265 picture and no sound'
          : 'the device has no such profile',
      );
    }
    const stream = { username: login.username, password: login.password };
    const [mainAddress, subAddress] = await Promise.all([
      this.#streamAddress(login, main, signal),
      // Tiles can do without; recording cannot.
      sub === undefined ? undefined : this.#streamAddress(login, sub, signal).catch(() => undefined),
    ]);
    const [tracks, subTracks, standing] = await Promise.all([
      describeStream(mainAddress, stream, this.#guard, signal),
      subAddress === undefined
        ? undefined
        : describeStream(subAddress, stream, this.#guard, signal).catch(() => undefined),
      this.#standing(login, signal),
    ]);
    const usableSub = subTracks?.picture?.codec === 'h264' ? subAddress : undefined;
    return {
      described,
      main,
      sub: usableSub === undefined ? undefined : sub,
      tracks,
      place: placeOf(mainAddress, await this.#guard.resolve(mainAddress.host, signal)),
      connection: onvifConnection(login, stream, { main, address: mainAddress }, sub, usableSub),
      standing,
    };
  }

  /** A device that does not tell is recorded all the same, and asked again later. */
  async #standing(login: OnvifLogin, signal: AbortSignal): Promise<NewDevice['standing']> {
    try {
      return { is: 'known', identity: await this.#driver.identity(login, signal) };
    } catch (error) {
      if (!(error instanceof CameraProblem)) throw error;
      return { is: 'not-known', why: error.message };
    }
  }

  async #streamAddress(
    login: OnvifLogin,
    profile: DescribedProfile,
    signal: AbortSignal,
  ): Promise<StreamAddress> {
    // What a camera answers is checked like what a person types: it may name a file or another host.
    const address = parseStreamAddress(await this.#driver.streamAddress(login, profile, signal));
    await this.#guard.resolve(address.host, signal);
    return address;
  }
}

function onvifConnection(
  { address }: OnvifLogin,
  login: StreamLogin,
  main: { readonly main: DescribedProfile; readonly address: StreamAddress },
  sub: DescribedProfile | undefined,
  subAddress: StreamAddress | undefined,
): NewDevice['connection'] {
  const reference = ({ token, adapter }: DescribedProfile) => ({ token, adapter });
  const withSub = sub !== undefined && subAddress !== undefined;
  return {
    ...(login.username === '' ? {} : { login }),
    main: withoutLogin(main.address),
    ...(withSub ? { sub: withoutLogin(subAddress) } : {}),
    onvif: { address, main: reference(main.main), ...(withSub ? { sub: reference(sub) } : {}) },
  };
}

function withoutLogin({ scheme, host, port, path }: StreamAddress) {
  return { scheme, host, port, path };
}
