import {
  closeSync,
  constants,
  existsSync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { createFileDurablySync, errnoOf, makeNamesDurableSync } from '@minhbach/shared/file-operations';
import { journalText, readJournalLine, type JournalLine } from './journal-line.ts';
import { closedParts, closePart, countedBytes, packParts, readPart, tidyParts } from './journal-parts.ts';

const tailBytes = 256 * 1024;
const readBytes = 1024 * 1024;
const lineFeed = 0x0a;
/** Of the file that is written; then it is closed, and another begun. */
const partBytes = 32 * 1024 * 1024;

/** The next entry to be written. */
export interface JournalPosition {
  readonly generation: number;
  readonly nextSeq: number;
}

/**
 * The spool's append-only second memory: what `append` returned from is on the disk. Only this class writes the file, and
 * never changes what is in it, but for cutting off, at opening, what was not whole. A file in which a write or sync failed
 * is closed where it was synced last, and neither written nor synced again: a second sync may lie.
 */
export class Journal {
  readonly #path: string;
  readonly #partBytes: number;
  #file: number | undefined;
  #syncedBytes: number;
  #position: JournalPosition | undefined;
  /** What lies at `#path`, if anything, takes nothing more. */
  #isLeft = false;
  #packing: Promise<void> = Promise.resolve();

  private constructor(
    path: string,
    of: {
      readonly file: number;
      readonly syncedBytes: number;
      readonly position: JournalPosition | undefined;
      readonly partBytes: number;
    },
  ) {
    this.#path = path;
    this.#file = of.file;
    this.#syncedBytes = of.syncedBytes;
    this.#position = of.position;
    this.#partBytes = of.partBytes;
  }

  /** Opens or makes it. A last line that is torn or damaged is cut off. Reads only the end of the file, or of the last part. */
  static open(path: string, of: { readonly partBytes?: number } = {}): Journal {
    tidyParts(path);
    const file = openDurably(path);
    const { endBytes: syncedBytes, position } = readEnd(file, fstatSync(file).size);
    ftruncateSync(file, syncedBytes);
    const rest = { file, syncedBytes, partBytes: of.partBytes ?? partBytes };
    return new Journal(path, { ...rest, position: position ?? positionInParts(path) });
  }

  /** `undefined` when it holds nothing of a ledger. */
  get position(): JournalPosition | undefined {
    return this.#position;
  }

  /** Appends lines (JSON) which end at `position`. When it throws, none of them count and they are to be given again. */
  append(lines: readonly string[], position: JournalPosition): void {
    const bytes = Buffer.from(lines.map(journalText).join(''));
    try {
      if (this.#isLeft) this.#leave();
      this.#file ??= createFileDurablySync(this.#path);
      for (let written = 0; written < bytes.length;) {
        written += writeSync(this.#file, bytes, written, bytes.length - written, this.#syncedBytes + written);
      }
      fdatasyncSync(this.#file);
    } catch (error) {
      this.#leaveSoon();
      throw error;
    }
    this.#syncedBytes += bytes.length;
    this.#position = position;
    if (this.#syncedBytes >= this.#partBytes) this.#leaveSoon();
  }

  /** What was appended stays when the file cannot be left now; that is tried again before the next append. */
  #leaveSoon(): void {
    this.#isLeft = true;
    try {
      this.#leave();
    } catch {
      // The next append says what the disk says.
    }
  }

  /** The next append makes a new file. What of this one was synced is a closed part; one with nothing of the kind goes. */
  #leave(): void {
    this.close();
    // Not there: it was renamed before, and only the sync of the folder failed; making the next file syncs it.
    if (existsSync(this.#path)) {
      const { size } = statSync(this.#path);
      if (this.#syncedBytes === 0) rmSync(this.#path);
      else closePart(this.#path, size === this.#syncedBytes ? {} : { trustedBytes: this.#syncedBytes });
    }
    this.#syncedBytes = 0;
    this.#isLeft = false;
    // Only makes it smaller: what cannot be packed now is packed after the next part.
    this.#packing = this.#packing.then(async () => packParts(this.#path)).catch(() => undefined);
  }

  /** Resolves when no closed part is being packed. */
  async packed(): Promise<void> {
    await this.#packing;
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}

/** Every line in order, of the closed parts too; `undefined` for one, or a whole part, that is damaged. */
export function* journalLines(path: string): Generator<JournalLine | undefined> {
  for (const part of closedParts(path)) {
    const bytes = wholePart(part);
    if (bytes === undefined) {
      yield undefined;
      continue;
    }
    let from = 0;
    for (let end = bytes.indexOf(lineFeed); end >= 0; end = bytes.indexOf(lineFeed, from)) {
      yield readJournalLine(bytes.toString('utf8', from, end));
      from = end + 1;
    }
    if (from < bytes.length) yield undefined;
  }
  yield* activeLines(path);
}

/** `undefined` for one that is no longer what was packed. */
function wholePart(part: string): Buffer | undefined {
  try {
    return readPart(part);
  } catch (error) {
    if (/^Z_/.test(errnoOf(error) ?? '')) return undefined;
    throw error;
  }
}

function positionInParts(path: string): JournalPosition | undefined {
  const newest = closedParts(path).at(-1);
  if (newest === undefined) return undefined;
  const file = openSync(newest, constants.O_RDONLY);
  try {
    return readEnd(file, countedBytes(newest)).position;
  } finally {
    closeSync(file);
  }
}

function* activeLines(path: string): Generator<JournalLine | undefined> {
  // None: it was closed, and nothing has come since.
  if (!existsSync(path)) return;
  const file = openSync(path, constants.O_RDONLY);
  try {
    let rest = Buffer.alloc(0);
    const chunk = Buffer.alloc(readBytes);
    for (;;) {
      const length = readSync(file, chunk, 0, chunk.length, null);
      if (length === 0) break;
      const bytes = Buffer.concat([rest, chunk.subarray(0, length)]);
      let from = 0;
      for (let end = bytes.indexOf(lineFeed); end >= 0; end = bytes.indexOf(lineFeed, from)) {
        yield readJournalLine(bytes.toString('utf8', from, end));
        from = end + 1;
      }
      rest = bytes.subarray(from);
    }
    if (rest.length > 0) yield undefined;
  } finally {
    closeSync(file);
  }
}

function openDurably(path: string): number {
  const file = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  makeNamesDurableSync(dirname(path));
  return file;
}

function readEnd(
  file: number,
  sizeBytes: number,
): { endBytes: number; position: JournalPosition | undefined } {
  for (let lookBytes = tailBytes; ; lookBytes *= 4) {
    const from = Math.max(0, sizeBytes - lookBytes);
    const bytes = Buffer.alloc(sizeBytes - from);
    for (let got = 0; got < bytes.length;) {
      const length = readSync(file, bytes, got, bytes.length - got, from + got);
      if (length === 0) break;
      got += length;
    }
    // The first line of a tail may have lost its beginning.
    const begin = from === 0 ? 0 : bytes.indexOf(lineFeed) + 1;
    let end = bytes.lastIndexOf(lineFeed) + 1;
    let sound: number | undefined;
    while (end > begin) {
      const start = end - 2 < begin ? begin : Math.max(begin, bytes.lastIndexOf(lineFeed, end - 2) + 1);
      const line = readJournalLine(bytes.toString('utf8', start, end - 1));
      if (line !== undefined) {
        sound ??= from + end;
        const position = positionOf(line);
        if (position !== undefined) return { endBytes: sound, position };
      }
      end = start;
    }
    if (from === 0) return { endBytes: sound ?? 0, position: undefined };
  }
}

function positionOf(line: JournalLine): JournalPosition | undefined {
  if ('entry' in line) return { generation: line.generation, nextSeq: line.entry.seq + 1 };
  return 'previous' in line ? { generation: line.generation, nextSeq: 0 } : undefined;
}
