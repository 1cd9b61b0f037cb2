import { spawn } from 'node:child_process';
import { createHash, type Hash } from 'node:crypto';
import { once } from 'node:events';
import { open, unlink, type FileHandle } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The least that could do the same for one file: sends it, and hashes what comes back. */
export interface UploadFloor {
  readonly name: string;
  carry(path: string): Promise<void>;
  close(): void;
}

const pieceBytes = 256 * 1024;
const largestBytes = 32 * 1024 * 1024;

/**
 * PUT and GET over one plain socket to a process that only keeps the body. No signature, no journal, no row, no second
 * SHA-256, no memory that is not used again: what is left is the copies in and out of the kernel and one hash.
 */
export async function plainHttp(): Promise<UploadFloor> {
  const host = spawn(process.execPath, [fileURLToPath(new URL('plain-http-host.js', import.meta.url))], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(host.stdout, 'data')) as [Buffer];
  const memory = Buffer.alloc(largestBytes);
  let onPiece: (piece: Buffer) => void = () => undefined;
  const socket = connect({
    port: Number(String(line)),
    host: '127.0.0.1',
    onread: {
      buffer: Buffer.alloc(pieceBytes),
      callback: (length, piece) => {
        onPiece(Buffer.from(piece.buffer, piece.byteOffset, length));
        return true;
      },
    },
  });
  await once(socket, 'connect');
  /** Resolves when the whole answer is there. */
  const answer = async (into?: Hash): Promise<void> =>
    new Promise((resolve) => {
      let left: number | undefined;
      onPiece = (piece) => {
        let body = piece;
        if (left === undefined) {
          // The host writes its short head at once.
          const head = piece.subarray(0, piece.indexOf('\r\n\r\n') + 4);
          left = Number(/content-length: (\d+)/i.exec(head.toString('latin1'))?.[1] ?? 0);
          body = piece.subarray(head.length);
        }
        into?.update(body);
        left -= body.length;
        if (left === 0) resolve();
      };
    });
  return {
    name: 'read, PUT and GET over a plain socket, what comes back hashed once, memory used again',
    carry: async (path) => {
      const body = await readInto(memory, path);
      const stored = answer();
      socket.write(`PUT / HTTP/1.1\r\nhost: floor\r\ncontent-length: ${body.length}\r\n\r\n`);
      socket.write(body);
      await stored;
      const back = createHash('sha256');
      const whole = answer(back);
      socket.write('GET / HTTP/1.1\r\nhost: floor\r\n\r\n');
      await whole;
      back.digest();
    },
    close: () => {
      socket.destroy();
      host.kill();
    },
  };
}

/** Read, hash (a directory checks nothing of what it is given), write, fsync, read back and hash. */
export function plainFile(directory: string): UploadFloor {
  const copy = join(directory, 'floor');
  const memory = Buffer.alloc(largestBytes);
  const piece = Buffer.alloc(pieceBytes);
  return {
    name: 'read, hash, write, fsync, read and hash a file, memory used again',
    carry: async (path) => {
      const body = await readInto(memory, path);
      const sent = createHash('sha256').update(body).digest('hex');
      const file = await open(copy, 'w+');
      try {
        await file.write(body, 0, body.length, 0);
        await file.sync();
        if ((await digestOf(file, piece)) !== sent) throw new Error('the floor lost bytes');
      } finally {
        await file.close();
      }
      await unlink(copy);
    },
    close: () => undefined,
  };
}

async function readInto(memory: Buffer, path: string): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { bytesRead } = await file.read(memory, 0, memory.length, 0);
    return memory.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function digestOf(file: FileHandle, piece: Buffer): Promise<string> {
  const hash = createHash('sha256');
  for (let at = 0; ;) {
    const { bytesRead } = await file.read(piece, 0, piece.length, at);
    if (bytesRead === 0) return hash.digest('hex');
    hash.update(piece.subarray(0, bytesRead));
    at += bytesRead;
  }
}
