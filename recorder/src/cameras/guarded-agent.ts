import { createHash } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import type { AddressGuard } from './address-guard.ts';

const connectDeadlineMs = 3_000;

/** A device sent more than any honest answer has. */
export class AnswerTooLong extends Error {
  constructor(maxBytes: number) {
    super(`the device answered with more than ${maxBytes} bytes`);
    this.name = 'AnswerTooLong';
  }
}

type Created = (error: Error | null, socket: Duplex) => void;

export interface GuardedAgents {
  readonly http: http.Agent;
  readonly https: https.Agent;
  /** SHA-256 of each public key that answered over TLS so far. Nobody vouches for them: cameras sign their own. */
  readonly tlsKeys: ReadonlySet<string>;
}

/**
 * Agents through which both ONVIF libraries reach the network, so that neither can be led astray: each connection
 * goes to the address that was checked, carries one request (no redirect is followed by anybody) and is cut off when
 * the device sends more than `maxAnswerBytes`.
 */
export function guardedAgents(guard: AddressGuard, maxAnswerBytes: number): GuardedAgents {
  const tlsKeys = new Set<string>();
  const open = (
    options: net.NetConnectOpts & tls.ConnectionOptions,
    secure: boolean,
    created: Created,
  ): void => {
    const { host = '', port = 0 } = options as net.TcpNetConnectOpts;
    guard.resolve(host).then(
      (address) => {
        const socket = secure
          ? tls.connect({
              host: address,
              port,
              rejectUnauthorized: false,
              ...(net.isIP(host) ? {} : { servername: host }),
            })
          : net.connect({ host: address, port });
        watch(socket, maxAnswerBytes);
        if (socket instanceof tls.TLSSocket) socket.once('secureConnect', () => tlsKeys.add(keyOf(socket)));
        created(null, socket);
      },
      (error: unknown) =>
        created(error instanceof Error ? error : new Error(String(error)), new net.Socket()),
    );
  };
  class GuardedHttpAgent extends http.Agent {
    override createConnection(
      options: http.ClientRequestArgs,
      created?: (error: Error | null, socket: Duplex) => void,
    ) {
      open(options as net.NetConnectOpts, false, created ?? ignore);
      return undefined as unknown as Duplex;
    }
  }
  class GuardedHttpsAgent extends https.Agent {
    override createConnection(
      options: https.RequestOptions,
      created?: (error: Error | null, socket: Duplex) => void,
    ) {
      open(options as net.NetConnectOpts, true, created ?? ignore);
      return undefined as unknown as Duplex;
    }
  }
  const settings = { keepAlive: false, maxSockets: 8 };
  return { http: new GuardedHttpAgent(settings), https: new GuardedHttpsAgent(settings), tlsKeys };
}

const ignore: Created = () => undefined;

/** Of the key and not of the certificate, which a camera may renew with the same key. */
function keyOf(socket: tls.TLSSocket): string {
  const key = socket.getPeerX509Certificate()?.publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256')
    .update(key ?? '')
    .digest('hex');
}

function watch(socket: net.Socket, maxBytes: number): void {
  const timer = setTimeout(() => {
    const error = Object.assign(new Error('the device did not accept the connection in time'), {
      code: 'ETIMEDOUT',
    });
    socket.destroy(error);
  }, connectDeadlineMs);
  socket.once(socket instanceof tls.TLSSocket ? 'secureConnect' : 'connect', () => clearTimeout(timer));
  socket.once('close', () => clearTimeout(timer));
  let bytes = 0;
  socket.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxBytes) socket.destroy(new AnswerTooLong(maxBytes));
  });
}
