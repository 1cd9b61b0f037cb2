import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync, gzip } from 'node:zlib';
import { removeDurably, renameDurablySync, replaceFileDurably } from '@minhbach/shared/file-operations';

/*
 * The journal lies in one file that is written, `journal.jsonl`, and closed parts that never change, oldest first:
 * `journal-000001.jsonl.gz`, ... The newest closed part is not packed, for the journal's end may have to be looked for there.
 * `journal-000002-4096.jsonl` was closed because a write or sync of it failed: its first 4096 bytes were synced before and
 * count; the rest is for people to look at, hence it is not packed.
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

/** What counts of a closed part. Throws what the disk or zlib says. */
export function readPart(part: string): Buffer {
  const bytes = readFileSync(part);
  return part.endsWith(packed) ? gunzipSync(bytes) : bytes.subarray(0, countedBytes(part));
}

/** How many bytes of a closed part that is not packed count. */
export function countedBytes(part: string): number {
  return trustedBytes(part) ?? statSync(part).size;
}

/**
 * The file at `path` is the newest closed part, also after a power cut, and no file is at `path`. `trustedBytes`: only so
 * many of it count, which is said by its name, so that no crash lies between.
 */
export function closePart(path: string, of: { readonly trustedBytes?: number } = {}): void {
  const newest = partPattern(path).exec(basename(closedParts(path).at(-1) ?? ''));
  const number = String(Number(newest?.[1] ?? 0) + 1).padStart(digits, '0');
  const { name, ending } = namesOf(path);
  const trusted = of.trustedBytes === undefined ? '' : `-${of.trustedBytes}`;
  renameDurablySync(path, join(dirname(path), `${name}-${number}${trusted}${ending}`));
}

/**
 * Packs all closed parts but the newest. At any instant each is there in full, packed or not, also after a power cut:
 * packed beside it, synced, named, and only then is the other removed. Rejects with what the disk says; nothing is lost then.
 */
export async function packParts(path: string): Promise<void> {
  for (const part of closedParts(path).slice(0, -1)) {
    if (part.endsWith(packed) || trustedBytes(part) !== undefined) continue;
    await replaceFileDurably(`${part}${packed}`, await pack(await readFile(part)));
    await removeDurably(part);
  }
}

/** What the name of a part says that failed. */
function trustedBytes(part: string): number | undefined {
  const stated = new RegExp(`-\\d{${digits}}-(\\d+)\\.[^.]+$`).exec(part)?.[1];
  return stated === undefined ? undefined : Number(stated);
}

function partPattern(path: string): RegExp {
  const { name, ending } = namesOf(path);
  const literal = (text: string) => text.replace(/[.]/g, '\\.');
  return new RegExp(`^${literal(name)}-(\\d{${digits}})(?:-\\d+)?${literal(ending)}(?:\\.gz(?:\\.part)?)?$`);
}

function namesOf(path: string): { readonly name: string; readonly ending: string } {
  const [, name = '', ending = ''] = /^(.+)(\.[^.]+)$/.exec(basename(path)) ?? [];
  return { name, ending };
}
