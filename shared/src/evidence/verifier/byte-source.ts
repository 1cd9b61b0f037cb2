import type { FileHandle } from 'node:fs/promises';

/** A package at rest: a file on the disk, a file dropped into a page. */
export interface ByteSource {
  readonly sizeBytes: number;
  /** Exactly these bytes; rejects when they cannot be read. */
  read(from: number, length: number): Promise<Uint8Array>;
  /** The same into memory that there is, filling it. */
  readonly readInto?: (from: number, into: Uint8Array) => Promise<void>;
}

/** The caller closes the handle. */
export async function fileSource(handle: FileHandle): Promise<ByteSource> {
  const { size } = await handle.stat();
  const readInto = async (from: number, into: Uint8Array): Promise<void> => {
    for (let at = 0; at < into.length;) {
      const { bytesRead } = await handle.read(into, at, into.length - at, from + at);
      if (bytesRead === 0) throw new Error(`the file ends before byte ${from + into.length}`);
      at += bytesRead;
    }
  };
  return {
    sizeBytes: size,
    readInto,
    async read(from, length) {
      const bytes = new Uint8Array(length);
      await readInto(from, bytes);
      return bytes;
    },
  };
}

export function memorySource(bytes: Uint8Array): ByteSource {
  return {
    sizeBytes: bytes.length,
    read: async (from, length) => {
      if (from < 0 || from + length > bytes.length) throw new Error(`there is no byte ${from + length}`);
      return bytes.subarray(from, from + length);
    },
  };
}
