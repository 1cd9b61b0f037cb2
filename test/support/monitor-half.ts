import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { systemClock } from '@minhbach/shared/clock';
import { canonicalJson, entryLeafHash } from '@minhbach/shared/ledger';
import type {
  CounterDays,
  OpenSegment,
  RecorderEntry,
  RecorderFault,
  SourceStatus,
} from '@minhbach/shared/protocol';
import {
  monitorIdSchema,
  newId,
  siteIdSchema,
  type MonitorId,
  type RecorderId,
  type SiteId,
} from '@minhbach/shared/units-of-measure';
import { RecorderLinks, type RecorderReport } from '../../monitor-ui/server/uplink/index.ts';
import { until } from './until.ts';

/** The monitor's real uplink room on a real WebSocket server, with a memory where the product has a database. */
export class MonitorHalf {
  readonly monitorId: MonitorId = newId(monitorIdSchema);
  readonly siteId = newId(siteIdSchema);
  readonly secret = randomBytes(16).toString('base64url');
  readonly links: RecorderLinks;
  /** Of all generations, in the order they came. */
  readonly entries: RecorderEntry[] = [];
  /** Every batch as it came, also what was passed over. */
  readonly batches: { readonly generation: number; readonly seqs: readonly number[] }[] = [];
  readonly known = new Map<RecorderId, { readonly siteId: SiteId; readonly publicKey: string }>();
  readonly enrolledNames: string[] = [];
  readonly misbehaviour: string[] = [];
  readonly sockets = new Set<{ readonly path: string; readonly socket: WebSocket; accepted: boolean }>();
  sources: readonly SourceStatus[] = [];
  readonly changes: SourceStatus[] = [];
  openSegments: readonly OpenSegment[] = [];
  report: RecorderReport | undefined;
  faults: readonly RecorderFault[] = [];
  /** Every list of faults there was. */
  readonly faultLists: (readonly RecorderFault[])[] = [];
  /** For how long counters are kept, as recorders are told. */
  counterDays: readonly CounterDays[] = [];
  online = 0;
  /** Opened ever, on either path. */
  connections = 0;
  readonly #keys = generateKeyPairSync('ed25519');
  #server: Server | undefined;
  #newestGeneration = 0;
  #nextSeq = 0;

  constructor() {
    this.links = new RecorderLinks({
      clock: systemClock,
      counterDays: () => this.counterDays,
      identity: {
        monitorId: this.monitorId,
        publicKey: this.publicKey,
        sign: (bytes) => sign(null, bytes, this.#keys.privateKey).toString('base64url'),
      },
      book: {
        find: (recorderId) => this.known.get(recorderId),
        enrol: ({ secret, recorderId, publicKey, name }) => {
          if (secret !== this.secret || this.enrolledNames.length > 0) return undefined;
          this.enrolledNames.push(name);
          this.known.set(recorderId, { siteId: this.siteId, publicKey });
          return { siteId: this.siteId };
        },
      },
      intake: {
        position: () => {
          const last = this.#newestGeneration === 0 && this.#nextSeq === 0 ? undefined : this.entries.at(-1);
          const place = { generation: this.#newestGeneration, nextSeq: this.#nextSeq };
          return last === undefined ? place : { ...place, lastLeaf: entryLeafHash(canonicalJson(last)) };
        },
        store: (_recorderId, generation, entries) => {
          this.batches.push({ generation, seqs: entries.map(({ seq }) => seq) });
          if (generation > this.#newestGeneration) {
            this.#newestGeneration = generation;
            this.#nextSeq = 0;
          }
          for (const entry of entries) {
            if (entry.seq !== this.#nextSeq) continue;
            this.entries.push(entry);
            this.#nextSeq += 1;
          }
          return this.#nextSeq;
        },
      },
      listener: {
        recorderOnline: () => void (this.online += 1),
        recorderOffline: () => void (this.online -= 1),
        sourcesKnown: (_id, sources) => void (this.sources = sources),
        sourceChanged: (_id, source) => void this.changes.push(source),
        openSegmentsKnown: (_id, segments) => void (this.openSegments = segments),
        statusReported: (_id, report) => void (this.report = report),
        faultsKnown: (_id, faults) => {
          this.faults = faults;
          this.faultLists.push(faults);
        },
        entriesStored: () => undefined,
        identityUsedTwice: () => undefined,
        recorderMisbehaved: (_id, sentence) => void this.misbehaviour.push(sentence),
      },
    });
  }

  get publicKey(): string {
    return String(this.#keys.publicKey.export({ format: 'jwk' }).x);
  }

  get enrolmentCode(): string {
    const fingerprint = createHash('sha256')
      .update(Buffer.from(this.publicKey, 'base64url'))
      .digest('base64url');
    return `mb1.${fingerprint}.${this.secret}`;
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#server?.address() as AddressInfo).port}`;
  }

  async listen(port = 0): Promise<void> {
    const server = createServer();
    const upgrades = new WebSocketServer({
      noServer: true,
      perMessageDeflate: false,
      maxPayload: 8 * 1024 * 1024,
    });
    server.on('upgrade', (request, socket, head) => {
      const path = request.url === '/uplink' ? '/uplink' : '/uplink/media';
      upgrades.handleUpgrade(request, socket, head, (webSocket) => {
        this.connections += 1;
        const entry = { path, socket: webSocket, accepted: false };
        this.sockets.add(entry);
        webSocket.once('close', () => this.sockets.delete(entry));
        void this.links.accept(path, webSocket, '127.0.0.1').then(() => (entry.accepted = true));
      });
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    this.#server = server;
  }

  get port(): number {
    return (this.#server?.address() as AddressInfo).port;
  }

  async untilConnected(recorderId: RecorderId): Promise<void> {
    await until(
      () =>
        this.links.isOnline(recorderId) &&
        [...this.sockets].some(({ path, accepted }) => accepted && path === '/uplink/media'),
    );
  }

  /** The line goes, without a word. */
  cut(path?: string): void {
    for (const entry of this.sockets) if (path === undefined || entry.path === path) entry.socket.terminate();
  }

  /** Reads nothing more from this path, as a line that is too thin. */
  hold(path: string): void {
    for (const entry of this.sockets) if (entry.path === path) entry.socket.pause();
  }

  release(path: string): void {
    for (const entry of this.sockets) if (entry.path === path) entry.socket.resume();
  }

  async close(): Promise<void> {
    this.cut();
    this.#server?.closeAllConnections();
    await new Promise<void>((resolve) => (this.#server ? this.#server.close(() => resolve()) : resolve()));
  }
}
