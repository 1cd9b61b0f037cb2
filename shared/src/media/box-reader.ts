import { MediaError } from './media-error.ts';

export interface Box {
  readonly type: string;
  readonly start: number;
  /** First byte after size and type. */
  readonly bodyStart: number;
  readonly end: number;
}

/** Reads big-endian fields; every read past the end throws `MediaError`. */
export class BoxReader {
  readonly bytes: Uint8Array;
  #view: DataView;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  u8(at: number): number {
    this.#check(at, 1);
    return this.#view.getUint8(at);
  }

  u16(at: number): number {
    this.#check(at, 2);
    return this.#view.getUint16(at);
  }

  u32(at: number): number {
    this.#check(at, 4);
    return this.#view.getUint32(at);
  }

  i32(at: number): number {
    this.#check(at, 4);
    return this.#view.getInt32(at);
  }

  /** Throws for what a JavaScript number cannot hold exactly. */
  u64(at: number): number {
    const value = this.u32(at) * 2 ** 32 + this.u32(at + 4);
    if (!Number.isSafeInteger(value)) throw new MediaError('a 64-bit field is too large', at);
    return value;
  }

  i64(at: number): number {
    const value = this.i32(at) * 2 ** 32 + this.u32(at + 4);
    if (!Number.isSafeInteger(value)) throw new MediaError('a 64-bit field is too large', at);
    return value;
  }

  setU32(at: number, value: number): void {
    this.#check(at, 4);
    this.#view.setUint32(at, value);
  }

  fourCharacters(at: number): string {
    this.#check(at, 4);
    const { bytes } = this;
    return String.fromCharCode(bytes[at] ?? 0, bytes[at + 1] ?? 0, bytes[at + 2] ?? 0, bytes[at + 3] ?? 0);
  }

  /** The box that begins at `start`. Throws when it leaves `start..to`. */
  boxAt(start: number, to: number): Box {
    if (start + 8 > to) throw new MediaError('stray bytes after the last box', start);
    let sizeBytes = this.u32(start);
    let bodyStart = start + 8;
    if (sizeBytes === 1) {
      sizeBytes = this.u64(start + 8);
      bodyStart = start + 16;
    }
    const end = start + sizeBytes;
    if (end < bodyStart || end > to) throw new MediaError(`a box of ${sizeBytes} bytes does not fit`, start);
    return { type: this.fourCharacters(start + 4), start, bodyStart, end };
  }

  /** The boxes that fill `from..to`. Throws when one leaves that range. */
  *boxes(from: number, to: number): Generator<Box> {
    for (let start = from; start < to;) {
      const box = this.boxAt(start, to);
      yield box;
      start = box.end;
    }
  }

  /** The first of its type; written without a generator because every fragment passes here. */
  find(type: string, from: number, to: number): Box | undefined {
    for (let start = from; start < to;) {
      const box = this.boxAt(start, to);
      if (box.type === type) return box;
      start = box.end;
    }
    return undefined;
  }

  /** Walks down by first child of each type; throws when one is missing. */
  require(path: readonly string[], from: number, to: number): Box {
    let [start, end] = [from, to];
    let found: Box | undefined;
    for (const type of path) {
      found = this.find(type, start, end);
      if (found === undefined) throw new MediaError(`no ${type} box`, start);
      [start, end] = [found.bodyStart, found.end];
    }
    if (found === undefined) throw new MediaError('an empty path names no box', from);
    return found;
  }

  #check(at: number, lengthBytes: number): void {
    if (at < 0 || at + lengthBytes > this.bytes.length) throw new MediaError('the bytes end too early', at);
  }
}
