import type { FileHandle } from 'node:fs/promises';

/** A package at rest: a file on the disk, a file dropped into a page. */
export interface ByteSource {
  readonly sizeBytes: number;
  /** Exactly these bytes; rejects when they cannot be read. */
  read(from: number, length: number): Promise<Uint8Array>;
}

/** The caller closes the handle. */
export async function fileSource(handle: FileHandle): Promise<ByteSource> {
  const { size } = await handle.stat();
  return {
    sizeBytes: size,
    async read(from, length) {
      const bytes = new Uint8Array(length);
      const { bytesRead } = await handle.read(bytes, 0, length, from);
      if (bytesRead !== length) throw new Error(`the file ends before byte ${from + length}`);
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
