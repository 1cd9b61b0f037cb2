import {
  closeSync,
  constants,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { open, readFile, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync, gzip } from 'node:zlib';
import { makeNamesDurable, removeDurably } from './durable-files.ts';

/*
 * The journal lies in one file that is written, `journal.jsonl`, and closed parts that never change, oldest first:
 * `journal-000001.jsonl.gz`, ... The newest closed part is not packed, for the journal's end may have to be looked for there.
 */
const digits = 6;
const packed = '.gz';
const packing = '.gz.part';
const pack = promisify(gzip);

/** Closed parts in order, and whether each is packed. Of one that is there twice, a crash lay between: the packed is whole. */
export function closedParts(path: string): string[] {
  const byName = new Map<string, string>();
  const directory = dirname(path);
  for (const name of readdirSync(directory).sort()) {
    const part = partPattern(path).exec(name);
    if (part?.[1] !== undefined && name.endsWith(packing) === false)
      byName.set(part[1], join(directory, name));
  }
  return [...byName.values()];
}

/** Takes away what a crash left of packing. */
export function tidyParts(path: string): void {
  const directory = dirname(path);
  const whole = new Set(closedParts(path));
  for (const name of readdirSync(directory)) {
    if (partPattern(path).test(name) && !whole.has(join(directory, name))) rmSync(join(directory, name));
  }
}

/** What was written into a closed part. Throws what the disk or zlib says. */
export function readPart(part: string): Buffer {
  const bytes = readFileSync(part);
  return part.endsWith(packed) ? gunzipSync(bytes) : bytes;
}

/** The file at `path` is the newest closed part, also after a power cut, and no file is at `path`. */
export function closePart(path: string): void {
  const newest = partPattern(path).exec(basename(closedParts(path).at(-1) ?? ''));
  const number = String(Number(newest?.[1] ?? 0) + 1).padStart(digits, '0');
  const { name, ending } = namesOf(path);
  renameSync(path, join(dirname(path), `${name}-${number}${ending}`));
  const folder = openSync(dirname(path), constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/**
 * Packs all closed parts but the newest. At any instant each is there in full, packed or not, also after a power cut:
 * packed beside it, synced, named, and only then is the other removed. Rejects with what the disk says; nothing is lost then.
 */
export async function packParts(path: string): Promise<void> {
  for (const part of closedParts(path).slice(0, -1)) {
    if (part.endsWith(packed)) continue;
    const beside = `${part}${packing}`;
    try {
      const file = await open(beside, 'w', 0o600);
      try {
        await file.writeFile(await pack(await readFile(part)));
        await file.sync();
      } finally {
        await file.close();
      }
    } catch (error) {
      rmSync(beside, { force: true });
      throw error;
    }
    await rename(beside, `${part}${packed}`);
    await makeNamesDurable(dirname(part));
    await removeDurably(part);
  }
}

function partPattern(path: string): RegExp {
  const { name, ending } = namesOf(path);
  const literal = (text: string) => text.replace(/[.]/g, '\\.');
  return new RegExp(`^${literal(name)}-(\\d{${digits}})${literal(ending)}(?:\\.gz(?:\\.part)?)?$`);
}

function namesOf(path: string): { readonly name: string; readonly ending: string } {
  const [, name = '', ending = ''] = /^(.+)(\.[^.]+)$/.exec(basename(path)) ?? [];
  return { name, ending };
}
