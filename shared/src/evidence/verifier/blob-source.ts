import type { ByteSource } from './byte-source.ts';

/** As much of a browser's `Blob` or `File` as is needed. */
interface Sliceable {
  readonly size: number;
  slice(from: number, to: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

/** A file that a person chose; only what is read at the moment is in memory. */
export function blobSource(blob: Sliceable): ByteSource {
  return {
    sizeBytes: blob.size,
    async read(from, length) {
      const bytes = new Uint8Array(await blob.slice(from, from + length).arrayBuffer());
      if (bytes.length !== length) throw new Error(`the file ends before byte ${from + length}`);
      return bytes;
    },
  };
}
