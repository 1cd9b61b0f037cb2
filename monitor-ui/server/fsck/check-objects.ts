import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import { entryBundle, tileWidth } from '@minhbach/shared/ledger';
import {
  ObjectStoreError,
  parseSegmentObjectKey,
  readBackSha256,
  type ObjectStore,
  type StoredObject,
} from '@minhbach/shared/object-store';
import type { SourceId, UtcMs } from '@minhbach/shared/units-of-measure';
import type { MonitorDisagreement } from './disagreement.ts';

interface SegmentRow {
  readonly segment_id: string;
  readonly source_id: SourceId;
  readonly start_ms: UtcMs;
  readonly end_ms: UtcMs;
  readonly bytes: number;
  readonly object_key: string;
  readonly version_id: string | null;
  readonly sha256: string;
}
interface BundleRow {
  readonly recorder_id: string;
  readonly generation: number;
  readonly bundle: number;
  readonly width: number;
  readonly object_key: string;
  readonly version_id: string | null;
}

export interface ObjectCheck {
  readonly sqlite: Database.Database;
  readonly store: ObjectStore;
  /** Fetches and hashes each object; else only whether it is there, and its size. */
  readonly inFull: boolean;
  readonly signal: AbortSignal;
  readonly say: (found: MonitorDisagreement) => void;
  readonly onProgress: (checked: number) => void;
}

/** How long a running monitor may take from an object's arrival to its row. */
const settleMs = 3_000;

/** The archive against the catalogue, both ways. Rejects with what keeps it from looking. */
export async function checkObjects(of: ObjectCheck): Promise<{ readonly objects: number }> {
  let objects = 0;
  const rows = of.sqlite.prepare<[string, number, string], SegmentRow>(
    `SELECT s.segment_id, s.source_id, s.start_ms, s.end_ms, s.bytes, f.object_key, f.version_id, f.sha256
     FROM segment s JOIN segment_fact f USING (segment_id)
     WHERE s.proven = 1 AND (s.source_id, s.start_ms, s.segment_id) > (?, ?, ?)
     ORDER BY s.source_id, s.start_ms, s.segment_id LIMIT 500`,
  );
  for (let page = rows.all('', -1, ''); page.length > 0;) {
    for (const row of page) {
      of.signal.throwIfAborted();
      await checkSegment(of, row);
      objects += 1;
      of.onProgress(objects);
    }
    const last = page.at(-1);
    page = last === undefined ? [] : rows.all(last.source_id, last.start_ms, last.segment_id);
  }
  await checkBundles(of);
  await checkStrays(of);
  return { objects };
}

async function checkSegment(of: ObjectCheck, row: SegmentRow): Promise<void> {
  const found = await faultOf(of, row, row.bytes, row.sha256);
  // Retention may have removed it since its row was read.
  const still = of.sqlite.prepare('SELECT 1 FROM segment WHERE segment_id = ?').get(row.segment_id);
  if (found === undefined || still === undefined) return;
  of.say({
    ...found,
    sourceId: row.source_id,
    span: { fromUtcMs: row.start_ms, toUtcMs: row.end_ms },
  });
}

type ObjectFault = Pick<MonitorDisagreement, 'where' | 'expected' | 'found'> & {
  readonly code: 'object-missing' | 'object-size' | 'object-altered';
};

async function faultOf(
  { store, inFull, signal }: ObjectCheck,
  at: { readonly object_key: string; readonly version_id: string | null },
  bytes: number,
  sha256: string,
): Promise<ObjectFault | undefined> {
  const versionId = at.version_id ?? undefined;
  const where = versionId === undefined ? at.object_key : `${at.object_key} (version ${versionId})`;
  const stored: StoredObject | undefined = await store.stat(at.object_key, { versionId, signal });
  if (stored === undefined) return { code: 'object-missing', where, expected: 'an object', found: 'none' };
  if (stored.sizeBytes !== bytes) {
    return { code: 'object-size', where, expected: `${bytes} bytes`, found: `${stored.sizeBytes} bytes` };
  }
  if (!inFull) return undefined;
  try {
    const read = await readBackSha256(store, stored, { signal });
    if (read.sha256 === sha256) return undefined;
    return { code: 'object-altered', where, expected: `SHA-256 ${sha256}`, found: `SHA-256 ${read.sha256}` };
  } catch (error) {
    if (!(error instanceof ObjectStoreError) || error.code !== 'damaged') throw error;
    return { code: 'object-altered', where, expected: `SHA-256 ${sha256}`, found: error.message };
  }
}

async function checkBundles(of: ObjectCheck): Promise<void> {
  const texts = of.sqlite
    .prepare<[string, number, number, number], string>(
      'SELECT body FROM recorder_entry WHERE recorder_id = ? AND generation = ? AND seq >= ? ORDER BY seq LIMIT ?',
    )
    .pluck();
  const bundles = of.sqlite.prepare<[], BundleRow>('SELECT * FROM entry_bundle').all();
  const current = of.sqlite.prepare('SELECT 1 FROM entry_bundle WHERE object_key = ?');
  for (const row of bundles) {
    of.signal.throwIfAborted();
    const lines = texts.all(row.recorder_id, row.generation, row.bundle * tileWidth, row.width);
    const body = entryBundle(lines.map((line) => Buffer.from(line)));
    const found = await faultOf(of, row, body.length, createHash('sha256').update(body).digest('hex'));
    // A running monitor replaces the last one by a wider one.
    if (found === undefined || current.get(row.object_key) === undefined) continue;
    of.say({ ...found, code: found.code === 'object-missing' ? 'bundle-missing' : 'bundle-altered' });
  }
}

/** Segments in the archive that the catalogue does not know. */
async function checkStrays({ sqlite, store, signal, say }: ObjectCheck): Promise<void> {
  const known = sqlite.prepare(
    'SELECT 1 FROM segment s JOIN segment_fact f USING (segment_id) WHERE s.segment_id = ? AND f.object_key = ?',
  );
  const isKnown = (key: string) => {
    const of = parseSegmentObjectKey(key);
    return of === undefined || known.get(of.segmentId, key) !== undefined;
  };
  const suspects: string[] = [];
  for await (const { key } of store.list('r/', { signal })) if (!isKnown(key)) suspects.push(key);
  if (suspects.length === 0) return;
  await delay(settleMs, undefined, { signal });
  for (const where of suspects) {
    if (isKnown(where) || (await store.stat(where, { signal })) === undefined) continue;
    say({ code: 'object-without-row', where, expected: 'a row of the catalogue', found: 'none' });
  }
}
