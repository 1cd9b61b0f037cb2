import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { checkpointText, MerkleRoot, recorderOrigin, signedNote, verifierKey } from '@minhbach/shared/ledger';
import {
  encodeMediaPiece,
  mediaFrameKinds,
  mediaPiecePayloadBytes,
  monitorMessageSchema,
  uplinkChallengeSchema,
  uplinkTranscript,
  type MediaFrameKind,
  type MonitorMessage,
  type RecorderMessage,
} from '@minhbach/shared/protocol';
import { newId, recorderIdSchema, utcMs, type RecorderId } from '@minhbach/shared/units-of-measure';

type Of<Type extends MonitorMessage['type']> = Extract<MonitorMessage, { type: Type }>;
export interface Enrolment {
  readonly secret: string;
  readonly name: string;
}

/**
 * The recorder's half of the uplink, doing exactly what a test tells it. Footage it is asked for comes from `spool`
 * (segment id to bytes); live channels it was asked to start are in `liveChannels`.
 */
export class ScriptedRecorder {
  readonly recorderId: RecorderId;
  readonly publicKey: string;
  readonly spool = new Map<string, Buffer>();
  readonly liveChannels = new Map<number, Of<'live-start'>>();
  /** Everything the monitor said on the control connection. */
  readonly heard: MonitorMessage[] = [];
  /** Its wall clock minus the real one. */
  clockOffsetMs = 0;
  onJob: (job: Of<'job'>) => void = () => undefined;
  control: WebSocket | undefined;
  media: WebSocket | undefined;
  readonly #privateKey: KeyObject;
  readonly #baseUrl: string;
  readonly #waiting: (() => void)[] = [];

  /** `baseUrl`: `ws://127.0.0.1:PORT`. A second one of the same identity is made with `twinOf`. */
  constructor(baseUrl: string, twinOf?: ScriptedRecorder) {
    this.#baseUrl = baseUrl;
    this.recorderId = twinOf?.recorderId ?? newId(recorderIdSchema);
    const pair = generateKeyPairSync('ed25519');
    this.#privateKey = twinOf ? twinOf.#privateKey : pair.privateKey;
    this.publicKey = twinOf?.publicKey ?? String(pair.publicKey.export({ format: 'jwk' }).x);
  }

  /** Opens both connections; rejects with the refusal's code. */
  async connect(enrolment?: Enrolment): Promise<void> {
    await this.#shake('/uplink', enrolment);
    this.media = await this.#shake('/uplink/media');
  }

  /** A head over these entries, signed by this recorder. */
  signedHead(generation: number, texts: readonly string[]): string {
    const tree = new MerkleRoot();
    for (const text of texts) tree.append(Buffer.from(text));
    const origin = recorderOrigin(this.recorderId, generation);
    const raw = new Uint8Array(Buffer.from(this.publicKey, 'base64url'));
    const key = verifierKey(origin, 'ed25519', raw);
    const text = checkpointText({ origin, size: tree.size, root: tree.root() });
    return signedNote(text, { key, privateKey: this.#privateKey }, 0);
  }

  say(message: RecorderMessage): void {
    this.control?.send(JSON.stringify(message));
  }

  /** Resolves with the first message heard of this type for which `match` holds, also one heard before. */
  async next<Type extends MonitorMessage['type']>(
    type: Type,
    match: (message: Of<Type>) => boolean = () => true,
  ): Promise<Of<Type>> {
    for (;;) {
      for (const message of this.heard)
        if (message.type === type && match(message as Of<Type>)) return message as Of<Type>;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  sendThing(kind: MediaFrameKind, channel: number, meta: unknown, payload: Uint8Array): void {
    for (let from = 0; from === 0 || from < payload.length; from += mediaPiecePayloadBytes) {
      const to = Math.min(payload.length, from + mediaPiecePayloadBytes);
      this.media?.send(
        encodeMediaPiece({
          kind,
          channel,
          first: from === 0,
          last: to === payload.length,
          meta: from === 0 ? JSON.stringify(meta) : '',
          payload: payload.subarray(from, to),
        }),
      );
    }
  }

  async close(): Promise<void> {
    const open = [this.control, this.media].filter(
      (socket) => socket && socket.readyState !== WebSocket.CLOSED,
    );
    await Promise.all(
      open.map(async (socket) => {
        if (socket === undefined) return;
        const closed = once(socket, 'close');
        socket.terminate();
        await closed;
      }),
    );
  }

  async #shake(path: '/uplink' | '/uplink/media', enrolment?: Enrolment): Promise<WebSocket> {
    const socket = new WebSocket(`${this.#baseUrl}${path}`);
    socket.on('error', () => undefined);
    const recorderNonce = randomBytes(32).toString('base64url');
    const handshake: string[] = [];
    let wake: () => void = () => undefined;
    let welcomed = false;
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      if (isBinary) return;
      const text = data.toString();
      // One packet may bring the welcome and what follows it.
      if (welcomed) return this.#hear(monitorMessageSchema.parse(JSON.parse(text)));
      welcomed = (JSON.parse(text) as { type: string }).type === 'welcome';
      if (welcomed && path === '/uplink') this.control = socket;
      handshake.push(text);
      wake();
    });
    const read = async () => {
      if (handshake.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      return JSON.parse(handshake.shift() ?? '') as { type: string; code?: string };
    };
    await once(socket, 'open');
    const { recorderId, publicKey } = this;
    socket.send(JSON.stringify({ type: 'hello', protocol: 1, recorderId, publicKey, nonce: recorderNonce }));
    const challenge = uplinkChallengeSchema.parse(await read());
    const transcript = uplinkTranscript({
      speaker: 'recorder',
      path,
      recorderId,
      monitorId: challenge.monitorId,
      recorderNonce,
      monitorNonce: challenge.nonce,
    });
    const signature = sign(null, transcript, this.#privateKey).toString('base64url');
    socket.send(JSON.stringify({ type: 'prove', signature, ...(enrolment ? { enrolment } : {}) }));
    const answer = await read();
    if (answer.type !== 'welcome') throw new Error(answer.code ?? answer.type);
    return socket;
  }

  #hear(message: MonitorMessage): void {
    this.heard.push(message);
    switch (message.type) {
      case 'ping':
        this.say({ type: 'pong', id: message.id, recorderNow: utcMs(Date.now() + this.clockOffsetMs) });
        break;
      case 'live-start':
        this.liveChannels.set(message.channel, message);
        break;
      case 'live-stop':
        this.liveChannels.delete(message.channel);
        break;
      case 'footage-get':
        this.#sendFootage(message);
        break;
      case 'job':
        this.onJob(message);
        break;
      case 'footage-cancel':
      case 'entries-stored':
      case 'footage-wanted':
      case 'proof-receipt':
      case 'head-witnessed':
      case 'head-refused':
      case 'counter-days':
        break;
    }
    for (const wake of this.#waiting.splice(0)) wake();
  }

  #sendFootage(message: Of<'footage-get'>): void {
    const bytes = this.spool.get(message.segmentId);
    if (bytes === undefined || message.lastByte >= bytes.length) {
      const code = bytes === undefined ? 'not-found' : 'range';
      this.say({ type: 'footage-failed', channel: message.channel, code });
      return;
    }
    const part = bytes.subarray(message.firstByte, message.lastByte + 1);
    this.sendThing(mediaFrameKinds.footage, message.channel, { totalBytes: part.length }, part);
  }
}
