import { readSync } from 'node:fs';
import type { Readable } from 'node:stream';

/** Of this much in one read the socket may have been full, and ffmpeg waiting: what it holds comes a moment later. */
const nearlyFullBytes = 128 * 1024;
const refillMs = 10;

/** More than a socket between two processes holds (net.core.wmem_default). What is read stays where it was put. */
const slabBytes = 256 * 1024;
/** With less than this left, the rest of a slab is not worth a read. */
const leastReadBytes = 64 * 1024;

/** What node keeps of a pipe beneath its stream. */
interface Handle {
  readonly fd: number;
  readStart(): number;
  readStop(): number;
}

/**
 * One output of a process. It flows: each write wakes us, and is told at once. Or it gathers: bytes stay in the kernel,
 * where they cost nothing, until `read` takes all there are in one call.
 *
 * The system calls for that are not in node's interface but in the handle beneath it; where that is of another shape,
 * the pipe flows always.
 */
export class OutputPipe {
  readonly #handle: Handle | undefined;
  readonly #onChunk: (chunk: Uint8Array) => void;
  #gathers = false;
  #refill: NodeJS.Timeout | undefined;
  #slab = new Uint8Array(0);

  constructor(stream: Readable, onChunk: (chunk: Uint8Array) => void) {
    this.#onChunk = onChunk;
    this.#handle = handleOf(stream);
    stream.on('data', onChunk);
    stream.once('close', () => this.flow());
  }

  /** Each write is told at once, from now on. */
  flow(): void {
    clearTimeout(this.#refill);
    this.#refill = undefined;
    if (!this.#gathers) return;
    this.#gathers = false;
    this.#handle?.readStart();
  }

  /** Nothing is told any more but by `read`. */
  gather(): void {
    if (this.#gathers || this.#handle === undefined) return;
    this.#gathers = true;
    this.#handle.readStop();
  }

  /** Tells what has gathered. At the end of the pipe it flows, so that its stream ends. */
  read(): void {
    if (!this.#gathers || this.#handle === undefined) return;
    if (this.#slab.length < leastReadBytes) this.#slab = Buffer.allocUnsafeSlow(slabBytes);
    const bytes = readAvailable(this.#handle.fd, this.#slab);
    if (bytes === 'nothing') return;
    if (bytes === 'ended') {
      this.flow();
      return;
    }
    const chunk = this.#slab.subarray(0, bytes);
    this.#slab = this.#slab.subarray(bytes);
    this.#onChunk(chunk);
    const mayBeMore = bytes >= nearlyFullBytes || this.#slab.length === 0;
    if (mayBeMore && this.#gathers) this.#refill ??= setTimeout(() => this.#readOn(), refillMs);
  }

  #readOn(): void {
    this.#refill = undefined;
    this.read();
  }
}

function readAvailable(fd: number, into: Uint8Array): number | 'nothing' | 'ended' {
  try {
    const bytes = readSync(fd, into, 0, into.length, null);
    return bytes === 0 ? 'ended' : bytes;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EAGAIN' ? 'nothing' : 'ended';
  }
}

function handleOf(stream: Readable): Handle | undefined {
  const handle: unknown = Reflect.get(stream, '_handle');
  return isHandle(handle) ? handle : undefined;
}

function isHandle(handle: unknown): handle is Handle {
  if (typeof handle !== 'object' || handle === null) return false;
  const fd: unknown = Reflect.get(handle, 'fd');
  return typeof fd === 'number' && fd >= 0 && 'readStart' in handle && 'readStop' in handle;
}
