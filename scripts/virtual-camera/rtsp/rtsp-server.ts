import { createServer, type Server } from 'node:net';
import { closeServer, listen } from '../listen.ts';
import { RtspConnection, type RtspCamera } from './rtsp-connection.ts';

const LARGEST_CONNECTION_COUNT = 64;

/** A camera's RTSP port. It can stop listening and listen again on the same port, as a rebooting camera does. */
export class RtspServer {
  readonly #camera: RtspCamera;
  readonly #connections = new Set<RtspConnection>();
  #server: Server | undefined;
  #port = 0;

  constructor(camera: RtspCamera) {
    this.#camera = camera;
  }

  get port(): number {
    return this.#port;
  }

  /** Resolves when connections are taken. Port 0 takes any free one, and the same one again later. */
  async open(port = this.#port): Promise<void> {
    if (this.#server !== undefined) return;
    const server = createServer((socket) => {
      const connection = new RtspConnection(socket, this.#camera);
      this.#connections.add(connection);
      socket.on('close', () => this.#connections.delete(connection));
    });
    server.maxConnections = LARGEST_CONNECTION_COUNT;
    this.#server = server;
    this.#port = await listen(server, port, this.#camera.host);
  }

  closeConnections(): void {
    for (const connection of this.#connections) connection.close();
  }

  /** Stops listening and ends all connections. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    this.closeConnections();
    if (server !== undefined) await closeServer(server);
  }
}
