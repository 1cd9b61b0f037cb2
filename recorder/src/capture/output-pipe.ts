import { readSync } from 'node:fs';
import type { Readable } from 'node:stream';

/** Memory is taken in pieces of this size, and what was read stays where it was put: nothing is copied. */
const slabBytes = 256 * 1024;
/** Less than this at the end of a slab is not worth a read. */
const leastReadBytes = 64 * 1024;
/** Of one pipe in one turn, however fast its process writes. */
const mostReads = 4;
/** After this much the process may have been waiting for room (a socket holds some 200 kB): the rest comes in a moment. */
const nearlyFullBytes = 128 * 1024;
const refillMs = 10;

/** What node keeps beneath the stream of a pipe. `fd` is -1 once it is closed. */
interface PipeHandle {
  readonly fd: number;
  readStart(): unknown;
  readStop(): unknown;
}

/**
 * One output of a process. While it flows, each write wakes us and is told at once. While it gathers, bytes stay in the
 * kernel and cost nothing until `read` takes all there are: with an ffmpeg for each device it is the waking up that costs.
 * It begins flowing.
 *
 * For gathering, node's handle beneath the stream is used, which is none of its documented interface; a stream whose
 * handle is of another shape flows always.
 */
export class OutputPipe {
  readonly #handle: PipeHandle | undefined;
  readonly #onChunk: (chunk: Uint8Array) => void;
  #gathers = false;
  #slab: Uint8Array = new Uint8Array(0);
  #refill: NodeJS.Timeout | undefined;

  /** `onChunk` may keep what it is given: nobody else writes there. */
  constructor(stream: Readable, onChunk: (chunk: Uint8Array) => void) {
    this.#onChunk = onChunk;
    this.#handle = handleOf(stream);
    stream.on('data', onChunk);
    stream.once('close', () => this.flow());
  }

  /** Tells what has gathered, and from now on all that comes. */
  flow(): void {
    clearTimeout(this.#refill);
    this.#refill = undefined;
    if (!this.#gathers) return;
    this.#gathers = false;
    if (this.#isOpen()) this.#handle?.readStart();
  }

  /** From now on nothing is told but by `read`, or once it flows again. */
  gather(): void {
    if (this.#gathers || !this.#isOpen()) return;
    this.#gathers = true;
    this.#handle?.readStop();
  }

  /** Tells what has gathered. At the end of the output it flows, so that its stream ends. */
  read(): void {
    let takenBytes = 0;
    for (let reads = 0; this.#gathers && reads < mostReads; reads += 1) {
      if (this.#slab.length < leastReadBytes) this.#slab = Buffer.allocUnsafeSlow(slabBytes);
      const offeredBytes = this.#slab.length;
      const bytes = readNow(this.#handle?.fd ?? -1, this.#slab);
      if (bytes === 'nothing') break;
      if (bytes === 'ended') {
        this.flow();
        return;
      }
      const chunk = this.#slab.subarray(0, bytes);
      this.#slab = this.#slab.subarray(bytes);
      takenBytes += bytes;
      this.#onChunk(chunk);
      if (bytes < offeredBytes) break;
    }
    if (takenBytes < nearlyFullBytes || !this.#gathers) return;
    this.#refill ??= setTimeout(() => {
      this.#refill = undefined;
      this.read();
    }, refillMs);
  }

  #isOpen(): boolean {
    return this.#handle !== undefined && this.#handle.fd >= 0;
  }
}

/** Bytes put into `into`. An error is an end like any other: the stream will meet it again, and say so. */
function readNow(fd: number, into: Uint8Array): number | 'nothing' | 'ended' {
  if (fd < 0) return 'ended';
  try {
    const bytes = readSync(fd, into, 0, into.length, null);
    return bytes === 0 ? 'ended' : bytes;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EAGAIN' ? 'nothing' : 'ended';
  }
}

function handleOf(stream: Readable): PipeHandle | undefined {
  const handle: unknown = Reflect.get(stream, '_handle');
  return isPipeHandle(handle) ? handle : undefined;
}

function isPipeHandle(handle: unknown): handle is PipeHandle {
  return (
    typeof handle === 'object' &&
    handle !== null &&
    typeof Reflect.get(handle, 'fd') === 'number' &&
    typeof Reflect.get(handle, 'readStart') === 'function' &&
    typeof Reflect.get(handle, 'readStop') === 'function'
  );
}
