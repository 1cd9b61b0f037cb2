import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { recorderMessageSchema, type RecorderMessage } from '@minhbach/shared/protocol';
import { WebSocket, WebSocketServer } from 'ws';

export interface HeardMessage {
  /** Counts the control connections that reached a monitor. */
  readonly connection: number;
  readonly message: RecorderMessage;
}

/** Stands between a recorder and wherever its monitor is now, and writes down what the recorder says, in order. */
export class UplinkLine implements AsyncDisposable {
  readonly heard: HeardMessage[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<WebSocket>();
  #monitor: string;
  #connections = 0;

  private constructor(monitor: string) {
    this.#monitor = monitor;
    this.#server = createServer();
    const upgrades = new WebSocketServer({ noServer: true, perMessageDeflate: false });
    this.#server.on('upgrade', (request, socket, head) => {
      upgrades.handleUpgrade(request, socket, head, (recorder) => this.#join(recorder, request.url ?? '/'));
    });
  }

  /** `monitor`: `http://127.0.0.1:PORT`. */
  static async to(monitor: string): Promise<UplinkLine> {
    const line = new UplinkLine(monitor);
    await new Promise<void>((resolve) => line.#server.listen(0, '127.0.0.1', resolve));
    return line;
  }

  /** Where the recorder finds its monitor. */
  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Connections from now on lead there. */
  leadTo(monitor: string): void {
    this.#monitor = monitor;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.terminate();
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #join(recorder: WebSocket, path: string): void {
    const monitor = new WebSocket(new URL(path, this.#monitor.replace('http', 'ws')), {
      perMessageDeflate: false,
    });
    let connection: number | undefined;
    monitor.once('open', () => {
      if (path === '/uplink') connection = this.#connections += 1;
    });
    const [waiting, flush] = queueUntilOpen(monitor);
    recorder.on('message', (data: Buffer, isBinary) => {
      if (connection !== undefined && !isBinary) this.#note(connection, data);
      waiting(data, isBinary);
    });
    monitor.once('open', flush);
    monitor.on('message', (data: Buffer, isBinary) => recorder.send(data, { binary: isBinary }));
    for (const [one, other] of [
      [recorder, monitor],
      [monitor, recorder],
    ] as const) {
      this.#sockets.add(one);
      // The line is all that either end sees of the other: it goes when one of them does.
      one.on('error', () => undefined);
      one.once('close', () => {
        this.#sockets.delete(one);
        other.terminate();
      });
    }
  }

  /** What is said before the welcome is no message of this kind. */
  #note(connection: number, data: Buffer): void {
    const message = recorderMessageSchema.safeParse(JSON.parse(data.toString()));
    if (message.success) this.heard.push({ connection, message: message.data });
  }
}

function queueUntilOpen(to: WebSocket): [(data: Buffer, isBinary: boolean) => void, () => void] {
  const early: [Buffer, boolean][] = [];
  const send = (data: Buffer, binary: boolean): void => {
    if (to.readyState === WebSocket.CONNECTING) early.push([data, binary]);
    else if (to.readyState === WebSocket.OPEN) to.send(data, { binary });
  };
  return [send, () => early.forEach(([data, binary]) => send(data, binary))];
}
