import { connect, isIP, type OnReadOpts, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { whenAborted } from './bounded-call.ts';
import type { Look } from './object-store.ts';
import { S3Silence } from './s3-transport.ts';

/** Of one read. Beyond this, larger ones hardly cost less. */
const pieceBytes = 256 * 1024;
const maxHeadBytes = 65_536;

export interface PlainRead {
  /** Signed by its query. */
  readonly url: URL;
  readonly idleTimeoutMs: number;
  readonly signal: AbortSignal;
  readonly look: Look;
}

/**
 * Gets a body past Node's HTTP client, which takes new memory for every 64 KB, twice: at a rate of gigabytes that costs more
 * than hashing them. Here every read goes into the same memory, on a connection of its own. Answers false, with nothing
 * looked at, when the answer is anything but `200` with a length: whatever that is, the ordinary way tells it better.
 */
export async function readPlainly({ url, idleTimeoutMs, signal, look }: PlainRead): Promise<boolean> {
  let socket: Socket | undefined;
  let letGo: () => void = () => undefined;
  try {
    return await new Promise<boolean>((resolve, reject) => {
      let head = Buffer.alloc(0);
      let leftBytes: number | undefined;
      /** TLS hands on what it has decrypted even to who has asked for no more. */
      let isOver = false;
      /** Whether to go on reading. */
      const seen = (isWanted: boolean): boolean => {
        if (isWanted && leftBytes !== 0) return true;
        isOver = true;
        resolve(true);
        return false;
      };
      const body = (piece: Buffer): boolean => {
        leftBytes = (leftBytes ?? 0) - piece.length;
        if (leftBytes < 0) {
          isOver = true;
          reject(cut('the store sent more than it announced'));
          return false;
        }
        return seen(look(piece));
      };
      const onread: OnReadOpts = {
        buffer: Buffer.allocUnsafeSlow(pieceBytes),
        callback: (length, memory) => {
          const piece = Buffer.from(memory.buffer, memory.byteOffset, length);
          if (isOver) return false;
          if (leftBytes !== undefined) return body(piece);
          head = Buffer.concat([head, piece]);
          const end = head.indexOf('\r\n\r\n');
          if (end < 0 && head.length <= maxHeadBytes) return true;
          leftBytes = lengthIn(head.toString('latin1', 0, end));
          if (leftBytes === undefined) {
            isOver = true;
            resolve(false);
            return false;
          }
          const begun = head.subarray(end + 4);
          return begun.length === 0 ? seen(true) : body(begun);
        },
      };
      const made = open(url, onread);
      socket = made;
      letGo = whenAborted(signal, () => reject(signal.reason as Error));
      if (signal.aborted) reject(signal.reason as Error);
      made.setTimeout(idleTimeoutMs, () => reject(new S3Silence(idleTimeoutMs)));
      made.once('error', reject);
      made.once('close', () => reject(cut('the connection ended in the middle of the object')));
      made.write(
        `GET ${url.pathname}${url.search} HTTP/1.1\r\nhost: ${url.host}\r\nconnection: close\r\n\r\n`,
      );
    });
  } finally {
    letGo();
    // Whatever it says from here on is of no interest.
    socket?.on('error', () => undefined).destroy();
  }
}

function open(url: URL, onread: OnReadOpts): Socket {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (url.protocol !== 'https:') return connect({ host, port: Number(url.port || 80), onread });
  // `onread` is documented for tls.connect and missing in its types.
  const options = { host, port: Number(url.port || 443), servername: isIP(host) === 0 ? host : '', onread };
  return connectTls(options);
}

/** `undefined` unless it is a success whose length is known. */
function lengthIn(head: string): number | undefined {
  const [status = '', ...lines] = head.split('\r\n');
  if (!/^HTTP\/1\.1 200\b/.test(status) || lines.some((line) => /^(transfer|content)-encoding:/i.test(line)))
    return undefined;
  const lengths = lines.flatMap((line) => /^content-length:\s*(\d{1,15})\s*$/i.exec(line)?.[1] ?? []);
  return lengths.length === 1 ? Number(lengths[0]) : undefined;
}

function cut(message: string): Error {
  return Object.assign(new Error(message), { code: 'ECONNRESET' });
}
