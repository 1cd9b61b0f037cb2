import type { WebSocket } from 'ws';

const heartbeatEveryMs = 5_000;
const deadAfterMs = 15_000;

/**
 * Calls `beat` every 5 s and ends the socket when nothing at all has come from the other side for 15 s. Every message
 * and WebSocket pong counts as a sign of life, so that a line full of footage is not taken for dead.
 */
export function keepAlive(
  socket: WebSocket,
  beat: () => void,
  timing: { readonly everyMs: number; readonly deadAfterMs: number } = {
    everyMs: heartbeatEveryMs,
    deadAfterMs,
  },
): void {
  let heardAtMs = performance.now();
  const heard = () => (heardAtMs = performance.now());
  socket.on('message', heard);
  socket.on('pong', heard);
  socket.on('ping', heard);
  const timer = setInterval(() => {
    if (performance.now() - heardAtMs >= timing.deadAfterMs) {
      socket.terminate();
      return;
    }
    socket.ping();
    beat();
  }, timing.everyMs);
  socket.once('close', () => clearInterval(timer));
}
