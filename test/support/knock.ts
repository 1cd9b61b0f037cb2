import { WebSocket } from 'ws';

/**
 * Asks for an upgrade and says `word`: `refused 403` without one, `closed 4401` when it ended, `answered` when something
 * came that was not an end.
 */
export function knock(
  address: string,
  headers: Readonly<Record<string, string>>,
  word?: string,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(address.replace('http', 'ws'), { headers });
    const done = (outcome: string) => {
      resolve(outcome);
      socket.terminate();
    };
    socket.on('error', reject);
    socket.on('unexpected-response', (_request, { statusCode }) => done(`refused ${statusCode}`));
    socket.on('open', () => word !== undefined && socket.send(word));
    socket.on('close', (code) => done(`closed ${code}`));
    socket.on('message', (said) => {
      const text = (said as Buffer).toString();
      if (!text.includes('"refused"')) done('answered');
    });
  });
}
