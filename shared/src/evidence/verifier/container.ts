import { centralHeader, endRecords, localHeader, type ContainerEntry } from '../zip-records.ts';
import type { ByteSource } from './byte-source.ts';
import { isSame, textOf } from './bytes.ts';
import type { Finding } from './finding.ts';

/** These bytes cannot be taken as a package at all. */
export class UnusablePackage extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnusablePackage';
  }
}

export interface PackedFile extends ContainerEntry {
  /** Where its content begins. */
  readonly contentOffset: number;
}

const maxFiles = 200_000;
const maxDirectoryBytes = 64 * 1024 * 1024;
const endBytes = 22;
const end64Bytes = 56 + 20;

/**
 * Reads the container's directory and builds every header anew from it: a byte that comes out otherwise is a finding.
 * Rejects with `UnusablePackage` for what is no such container, without reading more than the directory's bound.
 */
export async function readContainer(
  source: ByteSource,
): Promise<{ readonly files: readonly PackedFile[]; readonly findings: readonly Finding[] }> {
  const directory = await readDirectory(source);
  const findings: Finding[] = [];
  const found = (path: string | undefined, detail: string): void => {
    findings.push({ code: 'container', path, detail });
  };
  const files: PackedFile[] = [];
  const seen = new Set<string>();
  let [at, offset] = [0, 0];
  for (let index = 0; index < directory.count; index += 1) {
    const entry = readRecord(directory.bytes, at);
    const rebuilt = centralHeader(entry);
    if (!isSame(directory.bytes.subarray(at, at + rebuilt.length), rebuilt)) {
      found(entry.path, 'its directory record is not the one its content demands');
    }
    if (seen.has(entry.path)) found(entry.path, 'it stands in the directory twice');
    seen.add(entry.path);
    // Many files over the same bytes would take for ever to read.
    if (entry.offset < offset) throw new UnusablePackage('files of the package lie over each other');
    if (entry.offset !== offset) found(entry.path, `it begins at byte ${entry.offset}, not ${offset}`);
    const header = localHeader(entry);
    const contentOffset = entry.offset + header.length;
    if (contentOffset + entry.sizeBytes > directory.offset) {
      throw new UnusablePackage(`${entry.path} reaches beyond the files' part of the package`);
    }
    if (!isSame(await source.read(entry.offset, header.length), header)) {
      found(entry.path, 'its header is not the one the directory demands');
    }
    files.push({ ...entry, contentOffset });
    at += rebuilt.length;
    offset = contentOffset + entry.sizeBytes;
  }
  if (at !== directory.bytes.length) found(undefined, 'the directory is longer than its records');
  if (offset !== directory.offset)
    found(undefined, 'there are bytes between the last file and the directory');
  const end = endRecords({
    count: directory.count,
    sizeBytes: directory.bytes.length,
    offset: directory.offset,
  });
  const endOffset = directory.offset + directory.bytes.length;
  if (source.sizeBytes !== endOffset + end.length || !isSame(await source.read(endOffset, end.length), end)) {
    found(undefined, 'the end of the container is not the one its directory demands');
  }
  return { files, findings };
}

async function readDirectory(
  source: ByteSource,
): Promise<{ readonly bytes: Uint8Array; readonly offset: number; readonly count: number }> {
  if (source.sizeBytes < endBytes) throw new UnusablePackage('the file is too short for a ZIP');
  const end = viewOf(await source.read(source.sizeBytes - endBytes, endBytes));
  if (end.getUint32(0, true) !== 0x06054b50)
    throw new UnusablePackage('the file does not end like a ZIP without comment');
  let count = end.getUint16(10, true);
  let [length, offset] = [end.getUint32(12, true), end.getUint32(16, true)];
  let endOffset = source.sizeBytes - endBytes;
  if (count === 0xffff || length === 0xffffffff || offset === 0xffffffff) {
    endOffset -= end64Bytes;
    if (endOffset < 0) throw new UnusablePackage('the zip64 end record is missing');
    const end64 = viewOf(await source.read(endOffset, end64Bytes));
    if (end64.getUint32(0, true) !== 0x06064b50) throw new UnusablePackage('the zip64 end record is missing');
    count = wide(end64, 32);
    [length, offset] = [wide(end64, 40), wide(end64, 48)];
  }
  if (count > maxFiles || length > maxDirectoryBytes) {
    throw new UnusablePackage(`a package has at most ${maxFiles} files`);
  }
  if (offset + length > endOffset)
    throw new UnusablePackage('the directory reaches beyond the end of the file');
  return { bytes: await source.read(offset, length), offset, count };
}

function readRecord(directory: Uint8Array, at: number): ContainerEntry {
  const broken = (): never => {
    throw new UnusablePackage('the directory ends within a record');
  };
  if (at + 46 > directory.length) return broken();
  const view = viewOf(directory.subarray(at));
  if (view.getUint32(0, true) !== 0x02014b50)
    throw new UnusablePackage('the directory holds something else than files');
  const [nameBytes, extraBytes] = [view.getUint16(28, true), view.getUint16(30, true)];
  if (at + 46 + nameBytes + extraBytes > directory.length) return broken();
  const path = textOf(directory.subarray(at + 46, at + 46 + nameBytes));
  if (
    path === undefined ||
    !/^[\w.-]+(?:\/[\w.-]+)*$/.test(path) ||
    path.split('/').some((part) => /^\.+$/.test(part))
  ) {
    throw new UnusablePackage('a file of the package has a name that no file of a package has');
  }
  let [sizeBytes, offset] = [view.getUint32(24, true), view.getUint32(42, true)];
  // Zip64 values stand in a fixed order; whether they are all that stands there is seen when the record is built anew.
  let wideAt = 46 + nameBytes + 4;
  const next = (): number => {
    if (wideAt + 8 > 46 + nameBytes + extraBytes) return broken();
    wideAt += 8;
    return wide(view, wideAt - 8);
  };
  if (sizeBytes === 0xffffffff) {
    sizeBytes = next();
    next();
  }
  if (offset === 0xffffffff) offset = next();
  return { path, crc32: view.getUint32(16, true), sizeBytes, offset };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** A 64-bit value; those beyond what a number holds exactly are larger than any file. */
function wide(view: DataView, at: number): number {
  const value = view.getBigUint64(at, true);
  if (value > BigInt(Number.MAX_SAFE_INTEGER))
    throw new UnusablePackage('the package claims to be larger than any file');
  return Number(value);
}
