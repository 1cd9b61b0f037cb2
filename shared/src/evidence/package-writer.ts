import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { centralHeader, endRecords, localHeader, type ContainerEntry } from './zip-records.ts';

/** Takes bytes in order; resolves when it can take more. The bytes may be others after that: what it keeps, it copies. */
export type EvidenceSink = (bytes: Uint8Array) => Promise<void>;

/** A file in memory and what its place in the container is made from. */
export interface HeldFile {
  readonly parts: readonly Uint8Array[];
  readonly sizeBytes: number;
  readonly crc32: number;
  readonly sha256Hex: string;
}

/** A file too long to hold: its length and CRC-32 must be known before its bytes are written. */
export interface LongFile {
  readonly sizeBytes: number;
  readonly crc32: number;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** `parts` one after the other; what is not known of them is made. */
export function heldFile(
  parts: readonly Uint8Array[],
  known: { readonly crc32?: number; readonly sha256Hex?: string | undefined } = {},
): HeldFile {
  const sha256 = (): string => {
    const running = createHash('sha256');
    for (const part of parts) running.update(part);
    return running.digest('hex');
  };
  return {
    parts,
    sizeBytes: parts.reduce((sum, { length }) => sum + length, 0),
    crc32: known.crc32 ?? parts.reduce((before, part) => crc32(part, before), 0),
    sha256Hex: known.sha256Hex ?? sha256(),
  };
}

/**
 * Writes the canonical container of EVIDENCE.md, file after file. Holds nothing but the directory; the same files in the
 * same order give the same bytes.
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
    await this.addHeld(path, heldFile([bytes]));
  }

  /** The file's parts must stay as they are until this resolves. */
  async addHeld(path: string, { parts, sizeBytes, crc32, sha256Hex }: HeldFile): Promise<void> {
    const entry = { path, crc32, sizeBytes, offset: this.#offset };
    await this.#write(localHeader(entry));
    for (const part of parts) await this.#write(part);
    this.#added(entry, sha256Hex);
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
    this.#added(entry, sha256.digest('hex'));
  }

  /** Writes the directory. Nothing can be added any more. */
  async finish(): Promise<void> {
    const offset = this.#offset;
    for (const entry of this.#entries) await this.#write(centralHeader(entry));
    await this.#write(endRecords({ count: this.#entries.length, sizeBytes: this.#offset - offset, offset }));
  }

  #added(entry: ContainerEntry, sha256Hex: string): void {
    this.#entries.push(entry);
    this.#sums.push(`${sha256Hex}  ${entry.path}\n`);
  }

  async #write(bytes: Uint8Array): Promise<void> {
    this.#offset += bytes.length;
    await this.#sink(bytes);
  }
}
