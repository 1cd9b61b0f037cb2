import { createHmac } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { ServerCertificate } from './private-authority.ts';

export interface ReceivedNotice {
  readonly id: string;
  readonly witness: string;
  readonly subject: string;
  readonly state: string;
  readonly at: number;
}

/** `taken` 204, `failed` 500; `hangs` never answers, `stalls` begins to and never ends. */
export type Behaviour = 'taken' | 'failed' | 'redirected' | 'hangs' | 'stalls';

/** An HTTPS receiver of notices that does as it is told and keeps what came. */
export class NoticeReceiver {
  /** Of the next requests, in turn; after these, all are taken. */
  readonly next: Behaviour[] = [];
  readonly attempts: { readonly notice: ReceivedNotice; readonly behaviour: Behaviour }[] = [];
  /** Requests whose signature is not over what they say, or that say twice who they are. */
  readonly forged: string[] = [];
  readonly #secret: string;
  readonly #certificate: ServerCertificate;
  readonly #sockets = new Set<Duplex>();
  #server: Server | undefined;

  constructor(certificate: ServerCertificate, secret: string) {
    this.#certificate = certificate;
    this.#secret = secret;
  }

  get taken(): readonly ReceivedNotice[] {
    return this.attempts.filter(({ behaviour }) => behaviour === 'taken').map(({ notice }) => notice);
  }

  /** On the port it had before, if any. */
  async listen(port = 0): Promise<number> {
    const server = createServer(this.#certificate, (request, response) => {
      this.#receive(request, response).catch((error: unknown) => this.forged.push(String(error)));
    });
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    this.#server = server;
    return (server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const [, t, v1] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(header(request, 'x-minh-bach-signature')) ?? [];
    const notice = JSON.parse(body) as ReceivedNotice;
    const isSigned = v1 === createHmac('sha256', this.#secret).update(`${t}.${body}`).digest('hex');
    if (!isSigned || header(request, 'x-minh-bach-delivery') !== notice.id) this.forged.push(body);
    const behaviour = this.next.shift() ?? 'taken';
    this.attempts.push({ notice, behaviour });
    switch (behaviour) {
      case 'taken':
        response.writeHead(204).end();
        break;
      case 'failed':
        response.writeHead(500).end('busy');
        break;
      case 'redirected':
        response.writeHead(307, { location: '/elsewhere' }).end();
        break;
      case 'stalls':
        response.writeHead(200, { 'content-length': '10' }).write('1');
        break;
      case 'hangs':
        break;
      default:
        behaviour satisfies never;
    }
  }
}

function header(request: IncomingMessage, name: string): string {
  return String(request.headers[name] ?? '');
}
