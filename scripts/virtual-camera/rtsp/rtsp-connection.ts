import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { DigestLogin, type Credentials } from '../login/http-digest.ts';
import { rtspResponse, RtspRequestReader, type RtspRequest } from './rtsp-message.ts';
import { sessionDescription } from './session-description.ts';
import type { Receiver, StreamPlayout } from './stream-playout.ts';

/** What a connection needs to know of its camera. */
export type RtspCamera = {
  readonly name: string;
  readonly host: string;
  readonly start: 'keyframe' | 'mid-gop';
  readonly largestBacklogBytes: number;
  readonly credentials: () => Credentials;
  /** The stream under this path, as it is for new connections. */
  readonly stream: (path: string) => StreamPlayout | undefined;
  readonly ignoresRequests: () => boolean;
  readonly onSlowClient: () => void;
  /** A login was given and was wrong. */
  readonly onRefusedLogin: () => void;
};

type Playing = { readonly stream: StreamPlayout; readonly receiver: Receiver };

const METHODS = 'OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, TEARDOWN';

/** One client: RTSP 1.0 (RFC 2326) with RTP interleaved on the same TCP connection. */
export class RtspConnection {
  readonly #socket: Socket;
  readonly #camera: RtspCamera;
  readonly #login: DigestLogin;
  readonly #sessionId = randomBytes(8).toString('hex');
  readonly #reader = new RtspRequestReader();
  readonly #channels = new Map<number, number>();
  #described: { readonly path: string; readonly stream: StreamPlayout } | undefined;
  #playing: Playing | undefined;

  constructor(socket: Socket, camera: RtspCamera) {
    this.#socket = socket;
    this.#camera = camera;
    const { credentials } = camera;
    // A nonce belongs to its connection, as with most cameras, and lives as long.
    this.#login = new DigestLogin({
      realm: 'virtual-camera',
      qop: false,
      nonceLifetimeMs: Infinity,
      credentials,
    });
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#stop());
    socket.on('data', (chunk) => this.#receive(chunk));
  }

  close(): void {
    this.#stop();
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    if (this.#camera.ignoresRequests()) return;
    try {
      for (const request of this.#reader.read(chunk)) this.#answer(request);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.close();
    }
  }

  #answer(request: RtspRequest): void {
    const cseq = request.headers.get('cseq');
    const reply = (status: string, headers?: Readonly<Record<string, string>>, body?: string) =>
      this.#socket.write(rtspResponse(status, cseq, headers, body));
    if (request.method === 'OPTIONS') return void reply('200 OK', { Public: METHODS });
    const authorization = request.headers.get('authorization');
    if (this.#login.check(authorization, request.method, request.uri) !== 'granted') {
      if (authorization !== undefined) this.#camera.onRefusedLogin();
      return void reply('401 Unauthorized', { 'WWW-Authenticate': this.#login.challenge() });
    }
    const session = { Session: `${this.#sessionId};timeout=60` };
    switch (request.method) {
      case 'DESCRIBE':
        return this.#describe(request, reply);
      case 'SETUP':
        return this.#setUp(request, reply);
      case 'PLAY':
        if (!this.#isOwnSession(request)) return void reply('454 Session Not Found');
        reply('200 OK', { ...session, Range: 'npt=now-' });
        return this.#play();
      case 'GET_PARAMETER':
        return void reply('200 OK', session);
      case 'TEARDOWN':
        if (!this.#isOwnSession(request)) return void reply('454 Session Not Found');
        this.#stop();
        reply('200 OK', session);
        return void this.#socket.end();
      default:
        return void reply('501 Not Implemented', { Public: METHODS });
    }
  }

  #describe(request: RtspRequest, reply: Reply): void {
    const described = this.#find(request.uri);
    if (described === undefined) return void reply('404 Not Found');
    this.#described = described;
    const tracks = described.stream.tracks.map(({ track }) => track);
    const headers = {
      'Content-Type': 'application/sdp',
      'Content-Base': `${request.uri.replace(/\/$/, '')}/`,
    };
    reply('200 OK', headers, sessionDescription(this.#camera.name, this.#camera.host, tracks));
  }

  #setUp(request: RtspRequest, reply: Reply): void {
    const found = this.#find(request.uri);
    const track = Number(/\/track(\d+)$/.exec(request.uri)?.[1] ?? Number.NaN);
    // What was described is what is set up, also when the camera has changed its codec in between.
    this.#described = this.#described?.path === found?.path ? this.#described : found;
    if (this.#described?.stream.tracks[track] === undefined) return void reply('404 Not Found');
    if (this.#playing !== undefined) return void reply('455 Method Not Valid in This State');
    const transport = request.headers.get('transport') ?? '';
    if (!/RTP\/AVP\/TCP/i.test(transport)) return void reply('461 Unsupported Transport');
    const asked = /interleaved=(\d{1,3})/.exec(transport)?.[1];
    const channel = asked === undefined ? 2 * track : Number(asked);
    if (
      channel > 254 ||
      [...this.#channels].some(([other, taken]) => other !== track && Math.abs(taken - channel) < 2)
    ) {
      return void reply('461 Unsupported Transport');
    }
    this.#channels.set(track, channel);
    reply('200 OK', {
      Transport: `RTP/AVP/TCP;unicast;interleaved=${channel}-${channel + 1}`,
      Session: `${this.#sessionId};timeout=60`,
    });
  }

  #play(): void {
    if (this.#playing !== undefined || this.#described === undefined || this.#channels.size === 0) return;
    const { stream } = this.#described;
    const receiver: Receiver = { channels: this.#channels, send: (chunks) => this.#send(chunks) };
    this.#playing = { stream, receiver };
    stream.add(receiver, this.#camera.start);
  }

  #send(chunks: readonly Buffer[]): void {
    if (this.#socket.writableLength > this.#camera.largestBacklogBytes) {
      this.#camera.onSlowClient();
      return this.close();
    }
    const [only] = chunks;
    // One write of copied bytes costs less than a gathering one.
    this.#socket.write(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks));
  }

  #stop(): void {
    this.#playing?.stream.remove(this.#playing.receiver);
    this.#playing = undefined;
  }

  #isOwnSession(request: RtspRequest): boolean {
    return this.#channels.size > 0 && request.headers.get('session')?.split(';')[0] === this.#sessionId;
  }

  #find(uri: string): { readonly path: string; readonly stream: StreamPlayout } | undefined {
    const path = /^rtsp:\/\/[^/]+\/([^/?]*)/i.exec(uri)?.[1];
    const stream = path === undefined ? undefined : this.#camera.stream(path);
    return path === undefined || stream === undefined ? undefined : { path, stream };
  }
}

type Reply = (status: string, headers?: Readonly<Record<string, string>>, body?: string) => unknown;
