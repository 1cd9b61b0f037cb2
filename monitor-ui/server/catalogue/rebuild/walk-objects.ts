import { buffer } from 'node:stream/consumers';
import { parseSegmentObjectKey, type StoredObject } from '@minhbach/shared/object-store';
import { EntryRefusedError } from '../../uplink/index.ts';
import { recordersIn } from './read-bundles.ts';
import type { RebuildWork } from './rebuild-work.ts';
import { segmentFromObject } from './segment-from-object.ts';

type SegmentKey = NonNullable<ReturnType<typeof parseSegmentObjectKey>>;
interface Found {
  readonly object: StoredObject;
  readonly of: SegmentKey;
}

const objectsAtOnce = 500;
/** Larger than any segment; what is larger is none. */
const maxSegmentBytes = 64 * 1024 * 1024;

/** Each segment's object against its row; one without a row gets it from the object. `position`: the last key seen. */
export async function walkObjects(work: RebuildWork, position: string): Promise<void> {
  let done = 0;
  for await (const recorderId of recordersIn(work.store, work.signal)) {
    const prefix = `r/${recorderId}/s/`;
    const after = position.startsWith(prefix) ? position : '';
    if (after === '' && prefix < position) continue;
    let batch: Found[] = [];
    const finish = async () => {
      await takeBatch(work, batch);
      done += batch.length;
      work.onProgress('objects', done);
      batch = [];
    };
    for await (const object of work.store.list(prefix, { after, signal: work.signal })) {
      const of = parseSegmentObjectKey(object.key);
      if (of !== undefined && batch.push({ object, of }) >= objectsAtOnce) await finish();
    }
    if (batch.length > 0) await finish();
  }
}

async function takeBatch(work: RebuildWork, batch: readonly Found[]): Promise<void> {
  const row = work.database.sqlite.prepare<[string, string], { bytes: number }>(
    `SELECT s.bytes FROM segment s JOIN segment_fact f USING (segment_id) WHERE s.segment_id = ? AND f.object_key = ?`,
  );
  const known = new Map(batch.map((found) => [found, row.get(found.of.segmentId, found.object.key)]));
  const orphans: (() => void)[] = [];
  for (const found of batch) if (known.get(found) === undefined) orphans.push(await readOrphan(work, found));
  work.database.transaction(() => {
    for (const [{ object, of }, segment] of known) {
      if (segment === undefined) continue;
      work.progress.see(of.segmentId);
      if (segment.bytes !== object.sizeBytes) {
        const [expected, found] = [`${segment.bytes} bytes`, `${object.sizeBytes} bytes`];
        work.progress.note({ code: 'object-size', place: object.key, expected, found });
      }
    }
    for (const take of orphans) take();
    const last = batch.at(-1);
    if (last !== undefined) work.progress.reach('objects', last.object.key);
  });
}

/** Fetches what is needed; answers what then writes it down. */
async function readOrphan(work: RebuildWork, { object, of }: Found): Promise<() => void> {
  const { key } = object;
  const unreadable = (found: string) => () =>
    work.progress.note({ code: 'object-unreadable', place: key, expected: 'a segment', found });
  if (object.sizeBytes > maxSegmentBytes) return unreadable(`${object.sizeBytes} bytes`);
  const stored = await work.store.stat(key, { signal: work.signal });
  if (stored === undefined) return () => undefined;
  const { versionId } = stored;
  const bytes = await buffer(await work.store.get(key, { versionId, signal: work.signal }));
  const sealed = segmentFromObject(key, of, bytes);
  if (sealed === undefined) return unreadable('no whole fragment');
  const proven = {
    kind: 'segment-proven',
    seq: 0,
    at: sealed.at,
    segmentId: of.segmentId,
    key,
    versionId,
  } as const;
  return () => {
    try {
      work.database.sqlite.transaction(() => {
        work.entries.derive(of.recorderId, sealed);
        work.entries.derive(of.recorderId, proven);
      })();
    } catch (error) {
      if (!(error instanceof EntryRefusedError)) throw error;
      return unreadable(error.message)();
    }
    work.database.sqlite.prepare('UPDATE segment SET dropped = 1 WHERE segment_id = ?').run(of.segmentId);
    work.progress.see(of.segmentId);
    const [expected, found] = ['its segment-sealed entry', 'none: catalogued from the object alone'];
    work.progress.note({ code: 'object-without-entry', place: key, expected, found });
  };
}
