import { WebSocketServer } from 'ws';
import type { UpgradeRoute } from '../http/index.ts';
import type { UplinkPath } from './handshake.ts';
import type { RecorderLinks } from './recorder-links.ts';

/** 200 entries with 4000 keyframes and their offsets each fit; more than this from anyone ends the connection. */
const controlLimitBytes = 16 * 1024 * 1024;
/** 16 KB of payload, 64 KB of meta, a header. */
const mediaLimitBytes = 96 * 1024;

/** The two addresses recorders dial. */
export function uplinkUpgrades(links: RecorderLinks): UpgradeRoute[] {
  return [upgradeOf('/uplink', controlLimitBytes, links), upgradeOf('/uplink/media', mediaLimitBytes, links)];
}

function upgradeOf(path: UplinkPath, limitBytes: number, links: RecorderLinks): UpgradeRoute {
  const server = new WebSocketServer({ noServer: true, maxPayload: limitBytes, perMessageDeflate: false });
  return {
    path,
    handle: (request, socket, head) =>
      server.handleUpgrade(request, socket, head, (webSocket) => {
        void links.accept(path, webSocket, request.socket.remoteAddress ?? '');
      }),
  };
}
