import type { WebSocket } from 'ws';

const goodbyeMs = 1_000;

/** Closes a socket because this program stops; resolves when it is closed, by force if the other side does not answer. */
export async function goodbye(socket: WebSocket): Promise<void> {
  if (socket.readyState === socket.CLOSED) return;
  const timer = setTimeout(() => socket.terminate(), goodbyeMs);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.close(1001, 'the monitor is stopping');
  await closed;
  clearTimeout(timer);
}
