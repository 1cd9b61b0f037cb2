import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { DemoError } from './demo-error.ts';

/** Linux gives its own choice from 32768 on, also to outgoing connections. */
const [leastPort, portsEnd] = [10_240, 32_768];

/**
 * A TCP port of 127.0.0.1 that was free a moment ago. Of those the system gives nobody by itself: its owner may listen only
 * seconds later, and wants it again at the next start.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const port = await probePort(randomInt(leastPort, portsEnd)).catch(() => undefined);
    if (port !== undefined) return port;
  }
  return probePort(0);
}

/** Throws a sentence for people when the port is in use or not ours to take. */
export async function requireFreePort(port: number): Promise<number> {
  try {
    return await probePort(port);
  } catch (cause) {
    throw new DemoError(
      `Port ${port} of 127.0.0.1 cannot be used: another program has it. Choose one with --port.`,
      {
        cause,
      },
    );
  }
}

async function probePort(port: number): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      const found = typeof address === 'object' && address !== null ? address.port : port;
      server.close(() => resolve(found));
    });
  });
}
