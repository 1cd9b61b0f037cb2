import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { centralHeader, endRecords, localHeader, type ContainerEntry } from './zip-records.ts';

/** Takes bytes in order; resolves when it can take more. */
export type EvidenceSink = (bytes: Uint8Array) => Promise<void>;

/** A file too long to hold: its length and CRC-32 must be known before its bytes are written. */
export interface LongFile {
  readonly sizeBytes: number;
  readonly crc32: number;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/**
 * Writes the canonical container of EVIDENCE.md, file after file. Holds one file at a time; the same files in the same
 * order give the same bytes.
 */
export class PackageWriter {
  readonly #sink: EvidenceSink;
  readonly #entries: ContainerEntry[] = [];
  readonly #sums: string[] = [];
  #offset = 0;

  constructor(sink: EvidenceSink) {
    this.#sink = sink;
  }

  /** `coreutils sha256sum` lines of what was added so far. */
  get sums(): string {
    return this.#sums.join('');
  }

  async add(path: string, bytes: Uint8Array): Promise<void> {
    await this.addLong(path, {
      sizeBytes: bytes.length,
      crc32: crc32(bytes),
      bytes: (async function* one() {
        yield bytes;
      })(),
    });
  }

  /** Rejects when the bytes are not what was said of them; the package is unusable then. */
  async addLong(path: string, file: LongFile): Promise<void> {
    const entry = { path, crc32: file.crc32, sizeBytes: file.sizeBytes, offset: this.#offset };
    await this.#write(localHeader(entry));
    const sha256 = createHash('sha256');
    let [length, sum] = [0, 0];
    for await (const bytes of file.bytes) {
      sha256.update(bytes);
      sum = crc32(bytes, sum);
      length += bytes.length;
      await this.#write(bytes);
    }
    if (length !== file.sizeBytes || sum !== file.crc32) {
      throw new Error(`${path} has ${length} bytes, not the ${file.sizeBytes} that were announced`);
    }
    this.#entries.push(entry);
    this.#sums.push(`${sha256.digest('hex')}  ${path}\n`);
  }

  /** Writes the directory. Nothing can be added any more. */
  async finish(): Promise<void> {
    const offset = this.#offset;
    for (const entry of this.#entries) await this.#write(centralHeader(entry));
    await this.#write(endRecords({ count: this.#entries.length, sizeBytes: this.#offset - offset, offset }));
  }

  async #write(bytes: Uint8Array): Promise<void> {
    this.#offset += bytes.length;
    await this.#sink(bytes);
  }
}
