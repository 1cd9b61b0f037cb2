import { createHash } from 'node:crypto';
import { applyContentFault, sendOtherPicture, type CameraStream } from './content-faults.ts';
import { FaultState } from './fault-state.ts';
import { faultSchema, type ContentFault, type Fault, type FaultInput } from './faults.ts';
import type { Credentials } from './login/http-digest.ts';
import type { MediaLibrary } from './media/media-library.ts';
import { PICTURE_FORMATS, type PictureKind } from './media/picture-recipe.ts';
import { SOUND_FORMATS } from './media/sound-recipe.ts';
import { DEVICE_PATH, SNAPSHOT_PATH, type DeviceModel, type DeviceProfile } from './onvif/device-model.ts';
import { announce } from './onvif/discovery.ts';
import { OnvifServer } from './onvif/onvif-server.ts';
import { issuesOf, type CheckedOptions } from './options.ts';
import { FrameLog, type SentFrame } from './rtsp/frame-log.ts';
import { RtspServer } from './rtsp/rtsp-server.ts';
import { StreamPlayout } from './rtsp/stream-playout.ts';
import { VirtualCameraError } from './virtual-camera-error.ts';
import { wallClockMs } from './wall-clock.ts';

const WAKING_GRID_MS = 10;

export type StreamName = 'main' | 'sub';

/** A camera being served. Frame numbers, addresses and times are meant to hold a recording against. */
export class VirtualCamera {
  readonly name: string;
  readonly uuid: string;
  readonly serialNumber: string;
  /** When frame 0 of every stream was due, UTC milliseconds; sample 0 of the sound likewise. */
  readonly epochUtcMs: number;
  readonly #options: CheckedOptions;
  readonly #library: MediaLibrary;
  readonly #signal: AbortSignal;
  readonly #epochMs: number;
  readonly #faults = new FaultState();
  readonly #logs: Readonly<Record<StreamName, FrameLog>> = { main: new FrameLog(), sub: new FrameLog() };
  readonly #rtsp: RtspServer;
  readonly #onvif: OnvifServer;
  readonly #model: DeviceModel;
  #streams: readonly CameraStream[] = [];
  #retired: readonly CameraStream[] = [];
  #onvifPort = 0;
  #slowClients = 0;
  #refusedLogins = 0;
  #stopAnnouncing: () => Promise<void> = async () => undefined;

  constructor(options: CheckedOptions, library: MediaLibrary, signal: AbortSignal) {
    this.#options = options;
    this.#library = library;
    this.#signal = signal;
    this.name = options.name;
    const seed = `${options.name} ${options.host} ${options.onvifPort || Math.random()}`;
    this.serialNumber = options.serialNumber ?? createHash('sha256').update(seed).digest('hex').slice(0, 12);
    this.uuid = uuidFrom(this.serialNumber);
    // On a common grid, cameras of one process are woken together: far cheaper than each at a moment of its own.
    const nowMs = performance.now();
    this.#epochMs = Math.floor((nowMs - options.phaseMs) / WAKING_GRID_MS) * WAKING_GRID_MS;
    this.epochUtcMs = Math.round(wallClockMs() - (nowMs - this.#epochMs));
    const credentials = () => this.#credentials();
    this.#rtsp = new RtspServer({
      name: options.name,
      host: options.host,
      start: options.start,
      largestBacklogBytes: options.largestBacklogBytes,
      credentials,
      stream: (path) => this.#streams.find((stream) => stream.path === path)?.playout,
      ignoresRequests: () => this.#faults.ignoresRequests,
      onSlowClient: () => (this.#slowClients += 1),
      onRefusedLogin: () => (this.#refusedLogins += 1),
    });
    this.#model = this.#deviceModel();
    const { soapLogin } = options;
    this.#onvif = new OnvifServer({
      model: this.#model,
      credentials,
      soapLogin,
      snapshot: () => this.#snapshot(),
      isMissing: () => this.#faults.noOnvif,
      tls: options.tls,
    });
  }

  /** Prepares the media, then opens the ports; nothing can be reached before all of it can. */
  async open(): Promise<void> {
    this.#streams = await this.#loadStreams();
    await this.#rtsp.open(this.#options.rtspPort);
    this.#onvifPort = await this.#onvif.open(this.#options.onvifPort, this.#options.host);
    const { discovery } = this.#options;
    if (discovery !== 'off') this.#stopAnnouncing = await announce(this.#model, discovery);
  }

  async close(): Promise<void> {
    await Promise.all([this.#stopAnnouncing(), this.#rtsp.close(), this.#onvif.close()]);
  }

  get onvifAddress(): string {
    return `${this.#model.httpBase}${DEVICE_PATH}`;
  }

  get snapshotUrl(): string {
    return `${this.#model.httpBase}${SNAPSHOT_PATH}`;
  }

  /** Without login. `sub` only when there is one. */
  get rtspUrls(): { readonly main: string; readonly sub?: string } {
    const main = this.#rtspUrl('main');
    return this.#hasSubStream() ? { main, sub: this.#rtspUrl('sub') } : { main };
  }

  /** Frames sent to at least one client in from..to (UTC ms, both included), oldest first; at most the last 90 000. */
  framesSent(
    query: { readonly stream?: StreamName; readonly from?: number; readonly to?: number } = {},
  ): readonly SentFrame[] {
    return this.#logs[query.stream ?? 'main'].between(query.from, query.to);
  }

  status() {
    const clients = (path: StreamName) =>
      [...this.#streams, ...this.#retired]
        .filter((stream) => stream.path === path)
        .reduce((sum, { playout }) => sum + playout.receiverCount, 0);
    return {
      clients: { main: clients('main'), sub: clients('sub') },
      slowClientsCutOff: this.#slowClients,
      refusedLogins: this.#refusedLogins,
      faults: this.#faults.kinds(),
    };
  }

  /** Resolves when the fault is in force. Rejects with `fault-invalid`, changing nothing, when it cannot be. */
  async inject(input: FaultInput): Promise<void> {
    const checked = faultSchema.safeParse(input);
    if (!checked.success) throw new VirtualCameraError('fault-invalid', issuesOf(checked.error));
    const fault = checked.data;
    switch (fault.kind) {
      case 'stop-sending':
        this.#faults.stopSending = true;
        return;
      case 'no-audio-packets':
        this.#faults.noAudioPackets = true;
        return;
      case 'ignore-requests':
        this.#faults.ignoresRequests = true;
        return;
      case 'identity':
        this.#faults.identity = fault;
        return;
      case 'certificate':
        if (this.#options.tls === undefined)
          throw new VirtualCameraError('fault-invalid', 'a camera without TLS has no certificate');
        this.#faults.certificate = fault.pem;
        return this.#onvif.answerWith(fault.pem);
      case 'no-onvif':
        this.#faults.noOnvif = true;
        return;
      case 'clock':
        this.#faults.clockOffsetMs = fault.offsetSeconds * 1000;
        return;
      case 'timestamp-jump':
        this.#faults.timestampJumpMs += fault.seconds * 1000;
        return;
      case 'timestamp-speed':
        this.#faults.timestampSpeed = { factor: fault.factor, sinceMs: performance.now() };
        return;
      case 'bad-line':
        this.#faults.badLine = fault;
        return;
      case 'flood':
        this.#faults.sentTimes = fault.times;
        return;
      case 'drop-packets':
        this.#faults.dropEveryNth = fault.everyNth;
        return;
      case 'freeze':
      case 'black':
      case 'loop':
      case 'mute':
      case 'hum':
      case 'overdrive':
        return this.#injectContent(fault);
      case 'media':
        return this.#injectMedia(fault);
      case 'credentials':
        this.#faults.credentials = {
          username: fault.username ?? this.#options.username,
          password: fault.password,
        };
        return this.#rtsp.closeConnections();
      case 'close-sessions':
        return this.#rtsp.closeConnections();
      case 'refuse-connections':
        this.#faults.refusesConnections = true;
        return this.#rtsp.close();
      case 'reset':
        return this.#reset();
    }
  }

  async #injectContent(fault: ContentFault): Promise<void> {
    this.#faults.content = [...this.#faults.content.filter(({ kind }) => kind !== fault.kind), fault];
    const all = [...this.#streams, ...this.#retired];
    await Promise.all(all.map((stream) => applyContentFault(fault, stream, this.#library, this.#signal)));
  }

  async #injectMedia(fault: Extract<Fault, { kind: 'media' }>): Promise<void> {
    const before = this.#faults.media;
    this.#faults.media = { ...before, ...fault };
    const { picture, sound } = this.#mainKinds();
    if (picture === undefined && sound === undefined) {
      this.#faults.media = before;
      throw new VirtualCameraError('fault-invalid', 'a device without picture needs sound');
    }
    const running = fault.running ? this.#streams : [];
    await this.#replaceStreams();
    if (picture === undefined) return;
    for (const stream of running) {
      if (stream.path === 'main') await sendOtherPicture(stream, picture, this.#library, this.#signal);
    }
  }

  async #reset(): Promise<void> {
    const { credentials, refusesConnections, media, certificate } = this.#faults;
    this.#faults.clear();
    const now = performance.now();
    for (const { playout } of [...this.#streams, ...this.#retired]) {
      for (const track of playout.tracks) track.endOverlays(now);
    }
    if (media !== undefined) await this.#replaceStreams();
    if (credentials !== undefined) this.#rtsp.closeConnections();
    if (certificate !== undefined && this.#options.tls !== undefined)
      this.#onvif.answerWith(this.#options.tls);
    if (refusesConnections) await this.#rtsp.open();
  }

  /** Running connections keep the old streams until they end. */
  async #replaceStreams(): Promise<void> {
    const streams = await this.#loadStreams();
    for (const stream of streams) {
      for (const fault of this.#faults.content)
        await applyContentFault(fault, stream, this.#library, this.#signal);
    }
    this.#retired = [...this.#retired, ...this.#streams].filter(({ playout }) => playout.receiverCount > 0);
    this.#streams = streams;
  }

  async #loadStreams(): Promise<readonly CameraStream[]> {
    const { picture, sound } = this.#mainKinds();
    const load = async (path: StreamName, kind: PictureKind | undefined): Promise<CameraStream> => {
      const { soundContent } = this.#options;
      const tracks = await Promise.all([
        ...(kind === undefined ? [] : [this.#library.footage(kind, this.#signal)]),
        ...(sound === undefined ? [] : [this.#library.sound(sound, soundContent, this.#signal)]),
      ]);
      const playout = new StreamPlayout(tracks, this.#epochMs, this.#faults, this.#logs[path]);
      return { path, picture: kind, sound, playout };
    };
    const loading = [load('main', picture), ...(this.#hasSubStream() ? [load('sub', 'sub')] : [])];
    return Promise.all(loading);
  }

  #mainKinds() {
    const { media } = this.#faults;
    const picture = media?.picture ?? this.#options.picture;
    const sound = media?.sound ?? this.#options.sound;
    return { picture: picture === 'none' ? undefined : picture, sound: sound === 'none' ? undefined : sound };
  }

  #hasSubStream(): boolean {
    return this.#options.hasSubStream && this.#mainKinds().picture !== undefined;
  }

  #credentials(): Credentials {
    return this.#faults.credentials ?? this.#options;
  }

  #rtspUrl(path: StreamName): string {
    return `rtsp://${this.#options.host}:${this.#rtsp.port}/${path}`;
  }

  #deviceModel(): DeviceModel {
    const { name, uuid, serialNumber } = this;
    const other = () => this.#faults.identity;
    const { host: hostAddress, hasMedia2, tls } = this.#options;
    const port = () => this.#onvifPort;
    return {
      name,
      uuid,
      get serialNumber() {
        return other()?.serialNumber ?? serialNumber;
      },
      get hardwareId() {
        return other()?.hardwareId ?? 'virtual-camera';
      },
      get macAddress() {
        return other()?.macAddress ?? macOf(uuid);
      },
      hostAddress,
      hasMedia2,
      get httpBase() {
        return `${tls === undefined ? 'http' : 'https'}://${hostAddress}:${port()}`;
      },
      deviceNowMs: () => Date.now() + this.#faults.clockOffsetMs,
      profiles: () => this.#profiles(),
    };
  }

  #profiles(): readonly DeviceProfile[] {
    const { picture, sound } = this.#mainKinds();
    const profile = (token: StreamName, kind: PictureKind | undefined): DeviceProfile => ({
      token,
      picture: kind === undefined ? undefined : PICTURE_FORMATS[kind],
      sound: sound === undefined ? undefined : SOUND_FORMATS[sound],
      streamUri: this.#rtspUrl(token),
    });
    return [profile('main', picture), ...(this.#hasSubStream() ? [profile('sub', 'sub')] : [])];
  }

  /** What the main stream shows now, to the last keyframe. */
  async #snapshot(): Promise<Buffer> {
    const main = this.#streams.find(({ path }) => path === 'main');
    const picture = main?.playout.tracks.find(({ track }) => track.medium === 'video');
    if (main?.picture === undefined || picture === undefined)
      throw new TypeError('a snapshot without a picture');
    const { lapIndex } = picture.pick(Math.max(0, picture.unitFrom(performance.now()) - 1));
    const { unitsPerEntry } = picture.track;
    const place = lapIndex === undefined ? 'black' : Math.floor(lapIndex / unitsPerEntry) * unitsPerEntry;
    return this.#library.snapshot(main.picture, place, this.#signal);
  }
}

/** A version 5 style UUID (RFC 9562): the same serial number gives the same one for ever. */
function uuidFrom(serialNumber: string): string {
  const hex = createHash('sha1').update(`minh-bach virtual camera ${serialNumber}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Locally administered (IEEE 802), so that it is nobody else's. */
function macOf(uuid: string): string {
  return ['02', ...(uuid.replaceAll('-', '').slice(-10).match(/../g) ?? [])].join(':');
}
