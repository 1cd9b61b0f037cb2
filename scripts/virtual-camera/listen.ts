import type { Server } from 'node:net';
import { VirtualCameraError } from './virtual-camera-error.ts';

/** Listens and answers the port taken (asked for with 0: any free one). Rejects with `port-unavailable`. */
export async function listen(server: Server, port: number, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: Error) => {
      const message = `cannot listen on ${host}:${port}: ${cause.message}`;
      reject(new VirtualCameraError('port-unavailable', message, { cause }));
    });
    server.listen(port, host, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('a server without a port');
  return address.port;
}

export async function closeServer(server: Server): Promise<void> {
  await new Promise<void>((resolve) => server.close(() => resolve()));
}
