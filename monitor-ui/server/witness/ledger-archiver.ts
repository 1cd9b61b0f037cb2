import { createHash } from 'node:crypto';
import type Database from 'better-sqlite3';
import { entryBundle, newTiles, tilePath, tileWidth, type Tile } from '@minhbach/shared/ledger';
import {
  checkpointKey,
  ledgerPlace,
  ObjectStoreError,
  type ArchivedHead,
  type ObjectStore,
} from '@minhbach/shared/object-store';
import { sha256HexSchema } from '@minhbach/shared/units-of-measure';
import type { MonitorDatabase } from '../database/index.ts';
import type { EntryTexts, LedgerTrees, StoredHead } from './ledger-trees.ts';

export interface LedgerArchiverParts {
  readonly database: MonitorDatabase;
  readonly trees: LedgerTrees;
  readonly store: ObjectStore;
  /** The ledger of what people did: its entries are put there too. */
  readonly own: { readonly origin: string; readonly texts: EntryTexts };
  /** States in that ledger which heads are in the archive: whoever takes one away is named by whoever looks. */
  readonly state: (archived: readonly ArchivedHead[]) => void;
}

/** Heads to be archived, once the entries under them are. */
export type HeadsToArchive = readonly { readonly origin: string; readonly head: StoredHead }[];

const hashBytes = 32;
/** An entry has room for some hundreds. */
const statedAtOnce = 200;

/** Puts heads and tiles of every ledger into the archive, so that the archive alone can be checked. */
export class LedgerArchiver {
  readonly #parts: LedgerArchiverParts;
  readonly #archived: Database.Statement<[string], number>;
  readonly #note: Database.Statement<[string, number]>;

  constructor(parts: LedgerArchiverParts) {
    this.#parts = parts;
    const { sqlite } = parts.database;
    this.#archived = sqlite
      .prepare<[string], number>('SELECT size FROM archived_head WHERE origin = ?')
      .pluck();
    this.#note = sqlite.prepare('INSERT OR REPLACE INTO archived_head (origin, size) VALUES (?, ?)');
  }

  /** Those that are not there yet. To be called before recorders' entries are put there. */
  heads(): HeadsToArchive {
    const { trees } = this.#parts;
    return trees.origins().flatMap((origin) => {
      const head = trees.latest(origin);
      return head === undefined || head.size === this.#archived.get(origin) ? [] : [{ origin, head }];
    });
  }

  /** In the archive on return and stated: tiles first, the head last. Rejects with what keeps it from that. */
  async run(heads: HeadsToArchive, signal: AbortSignal): Promise<void> {
    const { own, state } = this.#parts;
    const archived: ArchivedHead[] = [];
    const ownBefore = this.#archived.get(own.origin) ?? 0;
    try {
      for (const { origin, head } of heads) {
        await this.#archive(origin, head, signal);
        archived.push({ origin, size: head.size });
      }
    } finally {
      // The statement before is no reason for another one: a monitor that has nothing to say becomes quiet.
      const isNews = archived.some(({ origin, size }) => origin !== own.origin || size > ownBefore + 1);
      for (let from = 0; isNews && from < archived.length; from += statedAtOnce)
        state(archived.slice(from, from + statedAtOnce));
    }
  }

  async #archive(origin: string, head: StoredHead, signal: AbortSignal): Promise<void> {
    const { own } = this.#parts;
    const place = ledgerPlace(origin);
    if (place === undefined) throw new Error(`${origin} is no ledger's name`);
    const before = this.#archived.get(origin) ?? 0;
    for (const tile of newTiles(before, head.size)) {
      if (tile.level === 'entries' && origin !== own.origin) continue;
      await this.#put(place + tilePath(tile), this.#bytesOf(origin, tile), signal);
    }
    await this.#put(checkpointKey(place, head.size), Buffer.from(head.note), signal);
    this.#note.run(origin, head.size);
    // Left behind when we die here: readers take the widest.
    for (const tile of partialTiles(before)) {
      if (tile.level === 'entries' && origin !== own.origin) continue;
      if (isPartOf(tile, head.size)) await this.#remove(place + tilePath(tile), signal);
    }
  }

  #bytesOf(origin: string, { level, index, width }: Tile): Buffer {
    const { trees, own } = this.#parts;
    if (level === 'entries') {
      const texts = own.texts(index * tileWidth, width);
      if (texts.length !== width) throw new Error(`${origin} has lost entries from ${index * tileWidth} on`);
      return Buffer.from(entryBundle(texts.map((text) => Buffer.from(text))));
    }
    const hashes = trees.tileHashes(origin, level, index)?.subarray(0, width * hashBytes);
    if (hashes?.length !== width * hashBytes)
      throw new Error(`${origin} lacks tile ${index} of level ${level}`);
    return Buffer.from(hashes);
  }

  async #put(key: string, body: Buffer, signal: AbortSignal): Promise<void> {
    const sha256 = sha256HexSchema.parse(createHash('sha256').update(body).digest('hex'));
    try {
      await this.#parts.store.put(key, body, { sha256, contentType: 'application/octet-stream', signal });
    } catch (error) {
      // A head put there before this program died has meanwhile got another signature: the one there will do.
      if (!(error instanceof ObjectStoreError) || error.code !== 'exists') throw error;
      if (!key.includes('/checkpoint/')) throw error;
    }
  }

  async #remove(key: string, signal: AbortSignal): Promise<void> {
    const { store } = this.#parts;
    const there = await store.stat(key, { signal });
    if (there !== undefined) await store.remove(key, { versionId: there.versionId, signal });
  }
}

/** The last tile of each level of a tree of this size, where it is not full. */
function partialTiles(size: number): Tile[] {
  const tiles: Tile[] = [];
  const add = (level: Tile['level'], count: number): void => {
    const width = count % tileWidth;
    if (width > 0) tiles.push({ level, index: Math.floor(count / tileWidth), width });
  };
  add('entries', size);
  for (let [level, count] = [0, size]; count > 0; level += 1) {
    add(level, count);
    count = Math.floor(count / tileWidth);
  }
  return tiles;
}

/** Whether a tree of `size` entries has that tile with more in it. */
function isPartOf({ level, index, width }: Tile, size: number): boolean {
  const count = level === 'entries' ? size : Math.floor(size / tileWidth ** level);
  return count > index * tileWidth + width;
}
