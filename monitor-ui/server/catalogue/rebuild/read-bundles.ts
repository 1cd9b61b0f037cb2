import { buffer } from 'node:stream/consumers';
import { tileWidth } from '@minhbach/shared/ledger';
import {
  ledgerPrefix,
  parseEntryBundleKey,
  type EntryBundlePlace,
  type ObjectStore,
} from '@minhbach/shared/object-store';
import type { RecorderEntry } from '@minhbach/shared/protocol';
import { recorderIdSchema, type RecorderId } from '@minhbach/shared/units-of-measure';
import { readBundle } from '../entry-bundle.ts';
import { canonicalEntryText } from '../entry-text.ts';
import type { RebuildWork } from './rebuild-work.ts';

interface StoredBundle extends EntryBundlePlace {
  readonly key: string;
}

/** Entries that the archive has and this database has not, put where they belong. `position`: the last bundle read. */
export async function readBundles(work: RebuildWork, position: string): Promise<void> {
  let done = 0;
  for await (const recorderId of recordersIn(work.store, work.signal)) {
    for (const bundle of await widestBundles(work, recorderId)) {
      if (bundle.key <= position) continue;
      await readOne(work, bundle);
      done += 1;
      work.onProgress('entries', done);
    }
  }
}

/** Skips from recorder to recorder, over all that lies below each. */
export async function* recordersIn(store: ObjectStore, signal: AbortSignal): AsyncGenerator<RecorderId> {
  for (let after = 'r/'; ;) {
    const name = await firstRecorderAfter(store, after, signal);
    if (name === undefined) return;
    const recorderId = recorderIdSchema.safeParse(name);
    if (recorderId.success) yield recorderId.data;
    // The character after `/`: no key of this recorder is greater.
    after = `r/${name}0`;
  }
}

async function firstRecorderAfter(
  store: ObjectStore,
  after: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  for await (const { key } of store.list('r/', { after, signal })) return key.split('/')[1];
  return undefined;
}

/** In the order of their keys, which differs from the order of their entries. */
async function widestBundles(work: RebuildWork, recorderId: RecorderId): Promise<StoredBundle[]> {
  const widest = new Map<string, StoredBundle>();
  for await (const { key } of work.store.list(ledgerPrefix(recorderId), { signal: work.signal })) {
    const place = parseEntryBundleKey(key);
    if (place === undefined) continue;
    const name = `${place.generation}/${place.bundle}`;
    if ((widest.get(name)?.width ?? 0) < place.width) widest.set(name, { ...place, key });
  }
  return [...widest.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

async function readOne(work: RebuildWork, bundle: StoredBundle): Promise<void> {
  const body = await buffer(await work.store.get(bundle.key, { signal: work.signal }));
  let entries: readonly RecorderEntry[] = [];
  try {
    entries = readBundle(body, { firstSeq: bundle.bundle * tileWidth, width: bundle.width });
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    work.progress.note({ code: 'bundle-unreadable', place: bundle.key, expected: 'entries', found });
  }
  const { sqlite } = work.database;
  const known = sqlite
    .prepare<[string, number, number], string>(
      'SELECT body FROM recorder_entry WHERE recorder_id = ? AND generation = ? AND seq = ?',
    )
    .pluck();
  const insert = sqlite.prepare(
    'INSERT INTO recorder_entry (recorder_id, generation, seq, at, kind, body) VALUES (?, ?, ?, ?, ?, ?)',
  );
  work.database.transaction(() => {
    for (const entry of entries) {
      const text = canonicalEntryText(entry);
      const here = known.get(bundle.recorderId, bundle.generation, entry.seq);
      if (here === undefined) {
        insert.run(bundle.recorderId, bundle.generation, entry.seq, entry.at, entry.kind, text);
      } else if (here !== text) {
        // What the recorder said over its own connection stands.
        const place = `${bundle.key}, entry ${entry.seq}`;
        work.progress.note({ code: 'entry-differs', place, expected: here, found: text });
      }
    }
    work.progress.reach('entries', bundle.key);
  });
}
