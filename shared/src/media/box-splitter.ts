import { MediaError } from './media-error.ts';

/** `init`: `ftyp` + `moov`. `fragment`: one `moof` + `mdat`, with the `styp`, `prft`, `sidx` or `emsg` before it. */
export interface MediaPiece {
  readonly kind: 'init' | 'fragment';
  readonly bytes: Uint8Array;
}

/** Larger than any fragment of a second of 4K; a header that asks for more is garbage or an attack. */
export const maxPieceBytes = 32 * 1024 * 1024;
const maxBoxesPerPiece = 32;

/**
 * Cuts a stream of bytes into whole init segments and fragments. Bytes are copied at most once, and not at all when a
 * piece lies within one chunk (then it is a view: the caller must not reuse the chunk's memory).
 */
export class BoxSplitter {
  #chunks: Uint8Array[] = [];
  #bufferedBytes = 0;
  /** Where the piece's boxes seen whole so far end, from the first buffered byte. */
  #scannedBytes = 0;
  #boxes: string[] = [];
  #consumedBytes = 0;
  #next: { readonly type: string; readonly sizeBytes: number } | undefined;

  /** Bytes held back because their piece is not whole yet. */
  get bufferedBytes(): number {
    return this.#bufferedBytes;
  }

  /** The pieces this chunk made whole, in order. Throws `MediaError` for what is no fMP4; then use it no further. */
  push(chunk: Uint8Array): MediaPiece[] {
    if (chunk.length === 0) return [];
    this.#chunks.push(chunk);
    this.#bufferedBytes += chunk.length;
    const pieces: MediaPiece[] = [];
    for (;;) {
      this.#next ??= this.#readHeader();
      if (this.#next === undefined) return pieces;
      const end = this.#scannedBytes + this.#next.sizeBytes;
      if (end > maxPieceBytes)
        throw this.#error(`a ${this.#next.type} box makes its piece ${end} bytes long`);
      if (this.#bufferedBytes < end) return pieces;
      const { type } = this.#next;
      this.#next = undefined;
      this.#scannedBytes = end;
      const piece = this.#boxEnded(type);
      if (piece !== undefined) pieces.push(piece);
    }
  }

  #boxEnded(type: string): MediaPiece | undefined {
    const before = this.#boxes;
    switch (type) {
      case 'moov':
        if (before.includes('moof')) throw this.#error('a moov box stands where an mdat was due');
        return { kind: 'init', bytes: this.#take() };
      case 'mdat':
        if (!before.includes('moof')) throw this.#error('an mdat box has no moof before it');
        return { kind: 'fragment', bytes: this.#take() };
      case 'moof':
        if (before.includes('moof')) throw this.#error('a moof box stands where an mdat was due');
        break;
      case 'mfra':
      case 'free':
      case 'skip':
        if (before.length === 0) {
          this.#take();
          return undefined;
        }
        break;
      case 'ftyp':
      case 'styp':
      case 'prft':
      case 'sidx':
      case 'emsg':
        break;
      default:
        throw this.#error(`unknown box ${JSON.stringify(type)}`);
    }
    before.push(type);
    if (before.length > maxBoxesPerPiece)
      throw this.#error(`more than ${maxBoxesPerPiece} boxes in one piece`);
    return undefined;
  }

  #readHeader(): { type: string; sizeBytes: number } | undefined {
    // Nearly always the header lies within the first chunk, and nothing need be copied.
    const [first] = this.#chunks;
    const inFirst = first !== undefined && first.length >= this.#scannedBytes + 16;
    const header = inFirst ? first : this.#peek(16);
    const from = inFirst ? this.#scannedBytes : 0;
    const lengthBytes = header.length - from;
    if (lengthBytes < 8) return undefined;
    const byte = (at: number) => header[from + at] ?? 0;
    const u32 = (at: number) =>
      byte(at) * 2 ** 24 + byte(at + 1) * 2 ** 16 + byte(at + 2) * 2 ** 8 + byte(at + 3);
    const type = String.fromCharCode(byte(4), byte(5), byte(6), byte(7));
    const short = u32(0);
    if (short !== 1) {
      if (short < 8) throw this.#error(`box size ${short}`);
      return { type, sizeBytes: short };
    }
    if (lengthBytes < 16) return undefined;
    const sizeBytes = u32(8) * 2 ** 32 + u32(12);
    if (sizeBytes < 16) throw this.#error(`box size ${sizeBytes}`);
    return { type, sizeBytes };
  }

  /** Up to `lengthBytes` bytes from the end of the scanned part; fewer when fewer have come. */
  #peek(lengthBytes: number): Uint8Array {
    let skip = this.#scannedBytes;
    let found = 0;
    const out = new Uint8Array(lengthBytes);
    for (const chunk of this.#chunks) {
      if (skip >= chunk.length) {
        skip -= chunk.length;
        continue;
      }
      const part = chunk.subarray(skip, skip + lengthBytes - found);
      if (found === 0 && part.length === lengthBytes) return part;
      out.set(part, found);
      found += part.length;
      skip = 0;
      if (found === lengthBytes) break;
    }
    return out.subarray(0, found);
  }

  #take(): Uint8Array {
    const lengthBytes = this.#scannedBytes;
    this.#scannedBytes = 0;
    this.#boxes = [];
    this.#bufferedBytes -= lengthBytes;
    this.#consumedBytes += lengthBytes;
    const [first] = this.#chunks;
    if (first !== undefined && first.length > lengthBytes) {
      this.#chunks[0] = first.subarray(lengthBytes);
      return first.subarray(0, lengthBytes);
    }
    if (first?.length === lengthBytes) {
      this.#chunks.shift();
      return first;
    }
    const out = new Uint8Array(lengthBytes);
    let filled = 0;
    let whole = 0;
    for (const chunk of this.#chunks) {
      const part = chunk.subarray(0, lengthBytes - filled);
      out.set(part, filled);
      filled += part.length;
      if (part.length < chunk.length) {
        this.#chunks[whole] = chunk.subarray(part.length);
        break;
      }
      whole += 1;
      if (filled === lengthBytes) break;
    }
    this.#chunks.splice(0, whole);
    return out;
  }

  #error(message: string): MediaError {
    return new MediaError(message, this.#consumedBytes + this.#scannedBytes);
  }
}
