/** What a record of the container is made from. All numbers in bytes. */
export interface ContainerEntry {
  readonly path: string;
  readonly crc32: number;
  readonly sizeBytes: number;
  /** Where its local header begins. */
  readonly offset: number;
}

const limit32 = 0xffffffff;
const limit16 = 0xffff;
const fixed = { flags: 0x0800, date: 0x0021, madeBy: 0x0314, attributes: 0o100644 * 0x10000 } as const;

/** Little-endian fields one after the other, as APPNOTE.TXT §4.3 lists them. */
class Fields {
  readonly #parts: Uint8Array[] = [];

  u16(...values: readonly number[]): this {
    for (const value of values) this.#add(2, (view) => view.setUint16(0, value, true));
    return this;
  }

  u32(...values: readonly number[]): this {
    for (const value of values) this.#add(4, (view) => view.setUint32(0, value, true));
    return this;
  }

  u64(...values: readonly number[]): this {
    for (const value of values) this.#add(8, (view) => view.setBigUint64(0, BigInt(value), true));
    return this;
  }

  bytes(bytes: Uint8Array): this {
    this.#parts.push(bytes);
    return this;
  }

  done(): Uint8Array {
    const whole = new Uint8Array(this.#parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of this.#parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  #add(length: number, write: (view: DataView) => void): void {
    const part = new Uint8Array(length);
    write(new DataView(part.buffer));
    this.#parts.push(part);
  }
}

/** The bytes before an entry's content. */
export function localHeader({ path, crc32, sizeBytes }: ContainerEntry): Uint8Array {
  const large = sizeBytes >= limit32;
  const name = new TextEncoder().encode(path);
  const fields = new Fields()
    .u32(0x04034b50)
    .u16(large ? 45 : 20, fixed.flags, 0, 0, fixed.date)
    .u32(crc32, large ? limit32 : sizeBytes, large ? limit32 : sizeBytes)
    .u16(name.length, large ? 20 : 0)
    .bytes(name);
  if (large) fields.u16(1, 16).u64(sizeBytes, sizeBytes);
  return fields.done();
}

/** An entry's record in the central directory. */
export function centralHeader({ path, crc32, sizeBytes, offset }: ContainerEntry): Uint8Array {
  const [largeSize, farOffset] = [sizeBytes >= limit32, offset >= limit32];
  const name = new TextEncoder().encode(path);
  const extra = [...(largeSize ? [sizeBytes, sizeBytes] : []), ...(farOffset ? [offset] : [])];
  const fields = new Fields()
    .u32(0x02014b50)
    .u16(fixed.madeBy, extra.length > 0 ? 45 : 20, fixed.flags, 0, 0, fixed.date)
    .u32(crc32, largeSize ? limit32 : sizeBytes, largeSize ? limit32 : sizeBytes)
    .u16(name.length, extra.length > 0 ? 4 + 8 * extra.length : 0, 0, 0, 0)
    .u32(fixed.attributes, farOffset ? limit32 : offset)
    .bytes(name);
  if (extra.length > 0) fields.u16(1, 8 * extra.length).u64(...extra);
  return fields.done();
}

/** What stands behind the central directory, which has `count` records in `sizeBytes` from `offset` on. */
export function endRecords(of: {
  readonly count: number;
  readonly sizeBytes: number;
  readonly offset: number;
}): Uint8Array {
  const { count, sizeBytes, offset } = of;
  const large = count >= limit16 || sizeBytes >= limit32 || offset >= limit32;
  const fields = new Fields();
  if (large) {
    fields.u32(0x06064b50).u64(44).u16(fixed.madeBy, 45).u32(0, 0).u64(count, count, sizeBytes, offset);
    fields
      .u32(0x07064b50, 0)
      .u64(offset + sizeBytes)
      .u32(1);
  }
  const short = large ? limit16 : count;
  return fields
    .u32(0x06054b50)
    .u16(0, 0, short, short)
    .u32(large ? limit32 : sizeBytes, large ? limit32 : offset)
    .u16(0)
    .done();
}
