import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { reasonOf, StartError } from './state-directory.ts';

export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

/** Throws `StartError` for a certificate or key that cannot be used. */
export function createListener(tls: TlsFiles | undefined, handle: RequestListener): Server {
  const options = { requestTimeout: 60_000, headersTimeout: 15_000, keepAliveTimeout: 20_000 };
  if (tls === undefined) return withSockets(createHttpServer(options, handle));
  try {
    const cert = readFileSync(tls.certFile);
    const key = readFileSync(tls.keyFile);
    return withSockets(createHttpsServer({ ...options, cert, key, minVersion: 'TLSv1.2' }, handle));
  } catch (cause) {
    throw new StartError(`tls: ${tls.certFile} and ${tls.keyFile} cannot be used (${reasonOf(cause)})`, {
      cause,
    });
  }
}

/** Resolves with the port once it listens. Rejects with `StartError` when the port cannot be had. */
export async function listen(
  server: Server,
  at: { readonly host: string; readonly port: number },
): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    const failed = (cause: Error): void => {
      const reason =
        reasonOf(cause) === 'EADDRINUSE'
          ? 'another program listens there'
          : `the system answers ${reasonOf(cause)}`;
      reject(new StartError(`listen: cannot listen on ${at.host}:${at.port}: ${reason}`, { cause }));
    };
    server.once('error', failed);
    server.listen(at.port, at.host, () => {
      server.off('error', failed);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}

/**
 * Takes no new connection, gives those there `graceMs` to finish, then ends them: also those that became WebSockets, which
 * Node does not count among its own, and whose page may be asleep and never answer that it closes.
 */
export async function closeListener(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const force = setTimeout(() => {
    for (const socket of socketsOf.get(server) ?? []) socket.destroy();
  }, graceMs);
  await closed;
  clearTimeout(force);
}

/** Of each listener, whatever they speak. */
const socketsOf = new WeakMap<Server, Set<Socket>>();

function withSockets(server: Server): Server {
  const sockets = new Set<Socket>();
  socketsOf.set(server, sockets);
  for (const event of ['connection', 'secureConnection']) {
    server.on(event, (socket: Socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
  }
  return server;
}
