import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** What a packet of Ethernet carries of TCP; one is the unit in which connections take turns. */
const pieceBytes = 1_448;
/** A sender may have so much under way on a connection, as in the buffers of a cheap router. */
const underWayBytes = 32 * 1024;

interface Piece {
  readonly to: Socket;
  readonly bytes: Buffer;
  readonly sent: () => void;
}

/**
 * One slow line that several TCP services are reached over, as from an office: what goes out shares one rate and one
 * queue, in the order in which it was sent; what comes in has a rate and a queue of its own. No packet is lost.
 */
export class ThinLine {
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #out: Lane;
  readonly #in: Lane;

  constructor(bitsPerS: number) {
    this.#out = new Lane(bitsPerS / 8);
    this.#in = new Lane(bitsPerS / 8);
  }

  /** The port on 127.0.0.1 at which that port is found over this line. */
  async to(port: number): Promise<number> {
    const server = createServer((client) => {
      const target = connect(port, '127.0.0.1');
      for (const socket of [client, target]) {
        this.#sockets.add(socket);
        socket.setNoDelay(true);
        socket.on('error', () => undefined);
      }
      this.#carry(client, target, this.#out);
      this.#carry(target, client, this.#in);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    this.#servers.push(server);
    return (server.address() as AddressInfo).port;
  }

  /** Bytes that went out so far. */
  get sentBytes(): number {
    return this.#out.bytes;
  }

  async close(): Promise<void> {
    this.#out.stop();
    this.#in.stop();
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(this.#servers.map((server) => once(server.close(), 'close')));
  }

  #carry(from: Socket, to: Socket, lane: Lane): void {
    let underWay = 0;
    from.on('data', (bytes: Buffer) => {
      for (let at = 0; at < bytes.length; at += pieceBytes) {
        const piece = bytes.subarray(at, at + pieceBytes);
        underWay += piece.length;
        lane.push({
          to,
          bytes: piece,
          sent: () => {
            underWay -= piece.length;
            if (underWay < underWayBytes && from.isPaused()) from.resume();
          },
        });
      }
      if (underWay >= underWayBytes) from.pause();
    });
    from.once('close', () => {
      this.#sockets.delete(from);
      // After what is still on its way.
      lane.push({ to, bytes: Buffer.alloc(0), sent: () => to.end() });
    });
  }
}

/** One direction: pieces one after the other, each taking as long as the rate says. */
class Lane {
  bytes = 0;
  readonly #bytesPerS: number;
  readonly #waiting: Piece[] = [];
  #freeAtMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(bytesPerS: number) {
    this.#bytesPerS = bytesPerS;
  }

  push(piece: Piece): void {
    this.#waiting.push(piece);
    this.#timer ??= setTimeout(() => this.#pass(), 0);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#waiting.length = 0;
  }

  #pass(): void {
    this.#timer = undefined;
    const now = performance.now();
    this.#freeAtMs = Math.max(this.#freeAtMs, now - 20);
    while (this.#freeAtMs <= now) {
      const piece = this.#waiting.shift();
      if (piece === undefined) return;
      this.#freeAtMs += (piece.bytes.length / this.#bytesPerS) * 1_000;
      this.bytes += piece.bytes.length;
      if (!piece.to.destroyed) piece.to.write(piece.bytes);
      piece.sent();
    }
    if (this.#waiting.length > 0) this.#timer = setTimeout(() => this.#pass(), this.#freeAtMs - now);
  }
}
