import { expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { OriginCheck } from './origin-check.ts';
import { routeUpgrades } from './upgrade.ts';

test('a refused upgrade is let go, though the other side keeps its half of the connection', async () => {
  const server = createServer();
  routeUpgrades(server, [], new OriginCheck({ secure: false, publicOrigins: [] }));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
  let answer = '';
  socket.on('data', (bytes: Buffer) => (answer += bytes.toString()));
  socket.write('GET /none HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
  try {
    await once(socket, 'end');
    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
    // Not before the last connection is gone on its side.
    await new Promise((resolve) => server.close(resolve));
  } finally {
    socket.destroy();
  }
}, 15_000);
