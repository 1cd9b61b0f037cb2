import { PackageWriter } from '@minhbach/shared/evidence';

/** A file of a container whose entries are stored and small: where its record, name and content are. */
export interface ZipPart {
  readonly path: string;
  readonly headerOffset: number;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** Reads the local headers one after the other, by nothing of the code under test. */
export function zipParts(zip: Uint8Array): ZipPart[] {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.length);
  const parts: ZipPart[] = [];
  for (let at = 0; view.getUint32(at, true) === 0x04034b50;) {
    const [size, nameBytes, extraBytes] = [
      view.getUint32(at + 18, true),
      view.getUint16(at + 26, true),
      view.getUint16(at + 28, true),
    ];
    const offset = at + 30 + nameBytes + extraBytes;
    const path = Buffer.from(zip.subarray(at + 30, at + 30 + nameBytes)).toString('utf8');
    parts.push({ path, headerOffset: at, offset, bytes: zip.subarray(offset, offset + size) });
    at = offset + size;
  }
  return parts;
}

/** The same files in a container without a fault: what an attacker makes who knows the format but has no key. */
export async function zipOf(parts: readonly Pick<ZipPart, 'path' | 'bytes'>[]): Promise<Uint8Array> {
  const written: Uint8Array[] = [];
  const writer = new PackageWriter(async (bytes) => void written.push(bytes));
  for (const { path, bytes } of parts) await writer.add(path, bytes);
  await writer.finish();
  return Buffer.concat(written);
}
