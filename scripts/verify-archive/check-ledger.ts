import { buffer } from 'node:stream/consumers';
import { z } from 'zod';
import {
  canonicalJson,
  type CanonicalValue,
  checkedSignatures,
  entriesOfBundle,
  leafHash,
  LedgerError,
  MerkleRoot,
  newTiles,
  tilePath,
  parseCheckpoint,
  parseNote,
  tileWidth,
} from '@minhbach/shared/ledger';
import { ObjectStoreError, type ObjectStore } from '@minhbach/shared/object-store';
import type { ArchiveFinding } from './archive-finding.ts';
import { GrowingTiles } from './check-tiles.ts';
import type { ListedLedger } from './listed-ledger.ts';
import type { TrustedSigners } from './trusted-signers.ts';

export interface LedgerCheckParts {
  readonly store: ObjectStore;
  readonly signers: TrustedSigners;
  readonly signal: AbortSignal;
  readonly say: (finding: ArchiveFinding) => void;
  /** Each entry, in order. */
  readonly onEntry: (entry: Record<string, unknown>) => void;
}

/** `trusted`: a known key signed its newest head. */
export interface LedgerResult {
  readonly entries: number;
  readonly trusted: boolean;
  readonly lastAt: number;
}

interface Head {
  readonly size: number;
  readonly root: string;
  readonly key: string;
}

const entrySchema = z.looseObject({ seq: z.int(), at: z.int(), kind: z.string() });

/** One ledger from its bundles alone: entries, tiles, roots, signatures. Holds a bundle at a time. */
export async function checkLedger(parts: LedgerCheckParts, ledger: ListedLedger): Promise<LedgerResult> {
  const { origin, place, bundles } = ledger;
  const { signal } = parts;
  const say = (finding: Omit<ArchiveFinding, 'ledger'>): void => parts.say({ ledger: origin, ...finding });
  for (const where of ledger.unknown)
    say({ code: 'unknown-object', where, detail: 'is no part of a ledger' });
  const { heads, trusted } = await readHeads(parts, ledger, say);
  const root = new MerkleRoot();
  const misfits: Misfit[] = [];
  const tiles = new GrowingTiles(async (level, index, hashes) => {
    misfits.push(...(await misfitsOf(parts, ledger, level, index, hashes)));
  });
  let forked = false;
  let [entries, whole, lastAt, nextHead, since] = [0, true, 0, 0, 0];
  const last = Math.max(-1, ...bundles.keys());
  for (let index = 0; index <= last; index += 1) {
    signal.throwIfAborted();
    const bundle = bundles.get(index);
    const texts = bundle && (await readBundle(parts.store, bundle.key, signal));
    const isWhole = texts?.length === bundle?.width && (index === last || texts?.length === tileWidth);
    if (bundle === undefined || texts === undefined || !isWhole) {
      whole = false;
      const where = bundle?.key ?? place + tilePath({ level: 'entries', index, width: tileWidth });
      say({
        code: 'entries-missing',
        where,
        detail: `entries from ${index * tileWidth} on are not there whole`,
      });
      continue;
    }
    for (const [nth, bytes] of texts.entries()) {
      const entry = readEntry(bytes, index * tileWidth + nth, origin);
      if (entry === undefined)
        say({ code: 'entry-altered', where: bundle.key, detail: `entry ${index * tileWidth + nth} is none` });
      else {
        parts.onEntry(entry);
        lastAt = Math.max(lastAt, entry.at);
        if (since === 0) since = entry.at;
      }
      entries += 1;
      if (!whole) continue;
      const hash = leafHash(bytes);
      root.appendHash(hash);
      await tiles.append(hash);
      for (let head = heads[nextHead]; head?.size === root.size; head = heads[(nextHead += 1)]) {
        if (head.root !== Buffer.from(root.root()).toString('hex')) {
          forked = true;
          say({
            ...{ code: 'root-differs', where: head.key, fromUtcMs: since, toUtcMs: lastAt },
            detail: `the entries are not those the head over ${head.size} was signed over`,
          });
        }
        since = 0;
      }
    }
  }
  if (whole) await tiles.end();
  for (const { key, level, index, detail } of misfits) {
    // Under a root that is as it was signed, entries are whole: then the tile is what was altered.
    const bundle = forked && level === 0 ? bundles.get(index)?.key : undefined;
    if (bundle === undefined) say({ code: 'tile-altered', where: key, detail: `does not fit ${detail}` });
    else
      say({
        code: 'entry-altered',
        where: bundle,
        detail: `${detail} are not those that the log's tile is over`,
      });
  }
  const newest = heads.at(-1);
  if (newest === undefined) say({ code: 'ledger-unheaded', where: place, detail: 'no head of it is there' });
  else missingParts(ledger, newest.size, entries, say);
  return { entries, trusted, lastAt };
}

async function readHeads(
  { store, signers, signal }: LedgerCheckParts,
  { origin, checkpoints }: ListedLedger,
  say: (finding: Omit<ArchiveFinding, 'ledger'>) => void,
): Promise<{ readonly heads: readonly Head[]; readonly trusted: boolean }> {
  const heads: Head[] = [];
  const author = signers.author(origin);
  let trusted = false;
  for (const { key, size } of checkpoints) {
    const text = (await bytesOf(store, key, signal))?.toString('utf8') ?? '';
    try {
      const note = parseNote(text);
      const head = parseCheckpoint(note.text);
      if (head.origin !== origin || head.size !== size)
        throw new LedgerError('malformed', `is the head over ${head.size} entries of ${head.origin}`);
      const signed = checkedSignatures(note, [...(author ? [author] : []), ...signers.witnesses]);
      const isAuthors = signed.some(({ key: by }) => by.kind === 'ed25519');
      if (author !== undefined && !isAuthors)
        say({ code: 'checkpoint-unsigned', where: key, detail: `not signed by the known key of ${origin}` });
      const isWitnessed = signed.some(({ key: by }) => by.kind === 'cosignature');
      if (signers.witnesses.length > 0 && origin.startsWith('minhbach/r/') && !isWitnessed)
        say({ code: 'head-not-witnessed', where: key, detail: 'no known witness signed this head' });
      trusted = isAuthors || isWitnessed;
      heads.push({ size, root: Buffer.from(head.root).toString('hex'), key });
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      say({ code: 'checkpoint-altered', where: key, detail: error.message });
    }
  }
  return { heads, trusted };
}

interface Misfit {
  readonly key: string;
  readonly level: number;
  readonly index: number;
  readonly detail: string;
}

/** Tiles that are there and are not over the entries that are there. */
async function misfitsOf(
  { store, signal }: LedgerCheckParts,
  { tiles }: ListedLedger,
  level: number,
  index: number,
  hashes: readonly Uint8Array[],
): Promise<Misfit[]> {
  const expected = Buffer.concat(hashes);
  const span = tileWidth ** (level + 1);
  const misfits: Misfit[] = [];
  for (const { key, width } of tiles.get(`${level}/${index}`) ?? []) {
    const found = await bytesOf(store, key, signal);
    // One that was replaced by a wider one since it was listed.
    if (found === undefined && width < tileWidth) continue;
    if (found?.equals(expected.subarray(0, width * 32)) === true) continue;
    misfits.push({ key, level, index, detail: `entries ${index * span} to ${(index + 1) * span - 1}` });
  }
  return misfits;
}

/** What a tree of the newest head's size has, by its listing. */
function missingParts(
  { place, tiles }: ListedLedger,
  size: number,
  entries: number,
  say: (finding: Omit<ArchiveFinding, 'ledger'>) => void,
): void {
  if (entries < size) {
    const next = tilePath({ level: 'entries', index: Math.floor(entries / tileWidth), width: tileWidth });
    const detail = `${entries} entries are there of ${size} under its head`;
    say({ code: 'entries-missing', where: place + next, detail });
  }
  for (const { level, index, width } of newTiles(0, size)) {
    if (level === 'entries') continue;
    const widths = (tiles.get(`${level}/${index}`) ?? []).map((tile) => tile.width);
    if (Math.max(0, ...widths) < width)
      say({
        code: 'tile-missing',
        where: `${place}tile/${level}`,
        detail: `tile ${index} of level ${level}`,
      });
  }
}

async function readBundle(
  store: ObjectStore,
  key: string,
  signal: AbortSignal,
): Promise<Uint8Array[] | undefined> {
  const body = await bytesOf(store, key, signal);
  try {
    return body && entriesOfBundle(body);
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    return undefined;
  }
}

/** A recorder's entries count from 0, a monitor's from 1. */
function readEntry(bytes: Uint8Array, leaf: number, origin: string): z.infer<typeof entrySchema> | undefined {
  const text = Buffer.from(bytes).toString('utf8');
  try {
    const value = entrySchema.parse(JSON.parse(text));
    const seq = origin.startsWith('minhbach/m/') ? leaf + 1 : leaf;
    return value.seq === seq && canonicalJson(JSON.parse(text) as CanonicalValue) === text
      ? value
      : undefined;
  } catch {
    return undefined;
  }
}

/** `undefined` for what is not there, or what the store itself says is damaged. */
async function bytesOf(store: ObjectStore, key: string, signal: AbortSignal): Promise<Buffer | undefined> {
  try {
    return await buffer(await store.get(key, { signal }));
  } catch (error) {
    if (error instanceof ObjectStoreError && ['not-found', 'damaged'].includes(error.code)) return undefined;
    throw error;
  }
}
