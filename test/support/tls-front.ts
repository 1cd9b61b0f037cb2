import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'];

/** An authority of its own and certificates signed by it, as files in `directory`. */
export class PrivateAuthority {
  readonly certificateFile: string;
  readonly #keyFile: string;
  readonly #directory: string;

  constructor(directory: string, name: string) {
    this.#directory = directory;
    this.certificateFile = join(directory, `${name}.pem`);
    this.#keyFile = join(directory, `${name}.key`);
    openssl(['-subj', `/CN=${name}`, '-keyout', this.#keyFile, '-out', this.certificateFile]);
  }

  certificateFor(hostName: string): { readonly key: string; readonly cert: string } {
    const [key, cert] = ['key', 'pem'].map((end) => join(this.#directory, `${hostName}.${end}`)) as [
      string,
      string,
    ];
    openssl([
      ...['-CA', this.certificateFile, '-CAkey', this.#keyFile, '-subj', `/CN=${hostName}`],
      ...['-addext', `subjectAltName=DNS:${hostName}`, '-keyout', key, '-out', cert],
    ]);
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  }
}

function openssl(options: readonly string[]): void {
  execFileSync('openssl', ['req', '-x509', ...newKey, ...options], { stdio: 'ignore' });
}

/** Takes TLS off connections and hands them on to a plain server. */
export class TlsFront implements AsyncDisposable {
  /** First line of the first request of each connection, in the order they came. */
  readonly requests: string[] = [];
  /** Connections are cut once so many bytes of answer have passed. */
  cutAnswerAfterBytes = Number.POSITIVE_INFINITY;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(target: URL, certificate: { readonly key: string; readonly cert: string }) {
    this.#server = createServer(certificate, (client) => {
      const server = connect(Number(target.port), target.hostname);
      for (const socket of [client, server]) {
        this.#sockets.add(socket);
        socket.on('error', () => undefined);
        socket.once('close', () => {
          this.#sockets.delete(socket);
          client.destroy();
          server.destroy();
        });
      }
      client.once('data', (bytes: Buffer) =>
        this.requests.push(bytes.toString('latin1').split('\r\n')[0] ?? ''),
      );
      client.pipe(server);
      let passedBytes = 0;
      server.on('data', (bytes: Buffer) => {
        const left = this.cutAnswerAfterBytes - passedBytes;
        passedBytes += bytes.length;
        if (left < bytes.length) client.write(bytes.subarray(0, Math.max(0, left)), () => client.destroy());
        else if (!client.write(bytes)) {
          server.pause();
          client.once('drain', () => server.resume());
        }
      });
    });
    // What a client that distrusts the certificate does.
    this.#server.on('tlsClientError', () => undefined);
  }

  /** `target`: `http://127.0.0.1:PORT`. */
  static async to(
    target: string,
    certificate: { readonly key: string; readonly cert: string },
  ): Promise<TlsFront> {
    const front = new TlsFront(new URL(target), certificate);
    front.#server.listen(0, '127.0.0.1');
    await once(front.#server, 'listening');
    return front;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
