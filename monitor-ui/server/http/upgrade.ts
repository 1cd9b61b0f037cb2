import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { upgradeTable, type UpgradePath } from '../access/index.ts';
import type { OriginCheck } from './origin-check.ts';

export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

export interface UpgradeRoute {
  /** A row of the table, which says from whom it takes an upgrade. */
  readonly path: UpgradePath;
  readonly handle: UpgradeHandler;
}

/** Hands each upgrade to its one handler; anything else is refused with a status and closed. */
export function routeUpgrades(
  server: Pick<Server, 'on'>,
  routes: readonly UpgradeRoute[],
  origins: OriginCheck,
): void {
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Without a listener a reset connection would end the process.
    socket.on('error', () => socket.destroy());
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    const route = routes.find((known) =>
      known.path.endsWith('/') ? path.startsWith(known.path) : path === known.path,
    );
    if (route === undefined) refuse(socket, '404 Not Found');
    else if (upgradeTable[route.path].from === 'browser' && !origins.isOwn(request))
      refuse(socket, '403 Forbidden');
    else route.handle(request, socket, head);
  });
}

export function refuse(socket: Duplex, status: string): void {
  // Nobody waits for the other side to close its half: it might never.
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
