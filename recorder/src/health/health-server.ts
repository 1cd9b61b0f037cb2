import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';

/** What keeps the recorder from doing its work, one sentence each; none means ready. */
export type Readiness = () => readonly string[];

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * `/healthz` (the process answers), `/readyz` (503 with reasons while something is wrong), `/metrics`. On a listener of
 * its own: the recorder has no other, nothing dials in. Rejects when the port is taken.
 */
export async function serveHealth(of: {
  readonly host: string;
  readonly port: number;
  readonly readiness: Readiness;
  readonly registry: Registry;
}): Promise<HealthServer> {
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0];
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return answer(response, 405, 'text/plain', 'GET only\n');
    switch (path) {
      case '/healthz':
        return answer(response, 200, 'application/json', JSON.stringify({ status: 'ok' }));
      case '/readyz': {
        const reasons = of.readiness();
        const body = JSON.stringify({ status: reasons.length === 0 ? 'ready' : 'not-ready', reasons });
        return answer(response, reasons.length === 0 ? 200 : 503, 'application/json', body);
      }
      case '/metrics':
        of.registry.metrics().then(
          (text) => answer(response, 200, of.registry.contentType, text),
          () => answer(response, 500, 'text/plain', 'metrics could not be collected\n'),
        );
        return;
      default:
        return answer(response, 404, 'text/plain', '/healthz /readyz /metrics\n');
    }
  });
  server.requestTimeout = 5_000;
  server.maxConnections = 32;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(of.port, of.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function answer(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, {
    'content-type': type,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(body);
}
