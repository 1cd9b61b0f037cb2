import * as http from 'node:http';
import * as https from 'node:https';
import type { OnReadOpts } from 'node:net';
import type { Duplex } from 'node:stream';

/** What one read of a connection takes in at most: fewer, larger reads cost less, and beyond this hardly less still. */
const readBytes = 256 * 1024;

export interface S3AgentOptions {
  /** `http://…` or `https://…`. */
  readonly endpoint: string;
  readonly maxConnections: number;
  readonly idleTimeoutMs: number;
}

/**
 * The connections to one store, kept between calls. Each reads into memory of its own, again and again: by default Node
 * takes 64 KB of new memory for every read, and the system's work for new memory costs more than carrying the bytes.
 */
export function s3Agent({ endpoint, maxConnections, idleTimeoutMs }: S3AgentOptions): http.Agent {
  // The agent's own time-out only drops unused connections, before most servers do.
  const options = { keepAlive: true, maxSockets: maxConnections, timeout: idleTimeoutMs };
  return endpoint.startsWith('https:') ? new ReadingHttpsAgent(options) : new ReadingHttpAgent(options);
}

type Connected = (error: Error | null, stream: Duplex) => void;

class ReadingHttpAgent extends http.Agent {
  override createConnection(options: http.ClientRequestArgs, connected?: Connected) {
    const reading = readingIntoOwnMemory();
    return reading.by(super.createConnection({ ...options, ...reading.options }, connected));
  }
}

class ReadingHttpsAgent extends https.Agent {
  override createConnection(options: https.RequestOptions, connected?: Connected) {
    const reading = readingIntoOwnMemory();
    return reading.by(super.createConnection({ ...options, ...reading.options }, connected));
  }
}

/**
 * A socket with `onread` emits no `data`, which is what Node's HTTP client waits for: it is given here. The client's
 * parser copies what it passes on, so the memory is free again when the listeners return.
 */
function readingIntoOwnMemory() {
  let socket: Duplex | null | undefined;
  const onread: OnReadOpts = {
    buffer: Buffer.allocUnsafeSlow(readBytes),
    callback: (length, memory) => {
      socket?.emit('data', Buffer.from(memory.buffer, memory.byteOffset, length));
      return true;
    },
  };
  return {
    options: { onread },
    by: <Made extends Duplex | null | undefined>(made: Made): Made => {
      socket = made;
      return made;
    },
  };
}
