import { WebSocket } from 'ws';
import { handshake, type HandshakeParts, type Handshaken, type UplinkPath } from './handshake.ts';
import { UplinkError } from './uplink-error.ts';

/** The largest thing a monitor says: a job. */
const maxMessageBytes = 256 * 1024;
const openDeadlineMs = 10_000;
const heartbeat = { everyMs: 5_000, deadAfterMs: 15_000 };

/** Opens one connection to the monitor and shakes hands. The socket is kept alive from then on and ended with `signal`. */
export async function dial(
  path: UplinkPath,
  parts: HandshakeParts,
  signal: AbortSignal,
): Promise<Handshaken & { readonly socket: WebSocket }> {
  signal.throwIfAborted();
  const socket = new WebSocket(new URL(path, parts.monitor.url), {
    perMessageDeflate: false,
    maxPayload: maxMessageBytes,
    handshakeTimeout: openDeadlineMs,
    followRedirects: false,
  });
  const end = (): void => socket.terminate();
  signal.addEventListener('abort', end, { once: true });
  socket.once('close', () => signal.removeEventListener('abort', end));
  // Every error is followed by `close`, which is where it is dealt with.
  socket.on('error', () => undefined);
  try {
    await opened(socket);
    const handshaken = await handshake(socket, path, parts);
    keepAlive(socket);
    return { socket, ...handshaken };
  } catch (error) {
    socket.terminate();
    throw error;
  }
}

async function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', (error) =>
      reject(new UplinkError('lost', `cannot connect: ${error.message}`, { cause: error })),
    );
    socket.once('close', () => reject(new UplinkError('lost', 'the monitor closed the connection')));
  });
}

function keepAlive(socket: WebSocket): void {
  let heardAtMs = performance.now();
  const heard = (): void => {
    heardAtMs = performance.now();
  };
  for (const sign of ['message', 'ping', 'pong'] as const) socket.on(sign, heard);
  const timer = setInterval(() => {
    if (performance.now() - heardAtMs >= heartbeat.deadAfterMs) socket.terminate();
    else socket.ping();
  }, heartbeat.everyMs);
  socket.once('close', () => clearInterval(timer));
}
