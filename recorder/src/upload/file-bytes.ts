import { open } from 'node:fs/promises';

const roundedTo = 1024 * 1024;

/**
 * Reads sealed files whole, into memory that is used again and again: at new memory for each, the system's work for it costs
 * many times what reading does. Keeps at most `most` pieces of memory, each as large as the largest file it held.
 */
export class FileBytes {
  readonly #most: number;
  #free: Buffer[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /**
   * `work` has the bytes until it settles, not longer. Memory of work that failed is not used again: a request that was given
   * up may still be reading from it. Rejects with what the disk says, or as `work` does.
   */
  async lend<Result>(path: string, work: (bytes: Buffer) => Promise<Result>): Promise<Result> {
    const { memory, length } = await this.#read(path);
    const result = await work(memory.subarray(0, length));
    if (this.#free.length < this.#most) this.#free.push(memory);
    return result;
  }

  async #read(path: string): Promise<{ readonly memory: Buffer; readonly length: number }> {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      const memory = this.#take(size);
      let length = 0;
      for (;;) {
        const { bytesRead } = await file.read(memory, length, size - length, length);
        length += bytesRead;
        if (bytesRead === 0 || length === size) return { memory, length };
      }
    } finally {
      await file.close();
    }
  }

  #take(bytes: number): Buffer {
    const large = this.#free.findIndex(({ length }) => length >= bytes);
    if (large >= 0) return this.#free.splice(large, 1)[0] ?? fresh(bytes);
    // One that is too small makes way for the larger one that comes back in its place.
    this.#free.shift();
    return fresh(bytes);
  }
}

function fresh(bytes: number): Buffer {
  return Buffer.allocUnsafeSlow(Math.max(1, Math.ceil(bytes / roundedTo)) * roundedTo);
}
