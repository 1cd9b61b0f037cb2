import type { Trust } from '@minhbach/shared/evidence';
import { segmentSealedSchema } from '@minhbach/shared/protocol';
import {
  archivedHeadKeys,
  ObjectStoreError,
  parseSegmentObjectKey,
  readBackSha256,
  type ObjectStore,
  type StoredObject,
} from '@minhbach/shared/object-store';
import { z } from 'zod';
import type { ArchiveFinding, ArchiveSummary } from './archive-finding.ts';
import { checkLedger } from './check-ledger.ts';
import { listLedgers } from './listed-ledger.ts';
import { StatedFootage, type StatedRow } from './stated-footage.ts';
import { TrustedSigners } from './trusted-signers.ts';

export interface ArchiveCheckParts {
  readonly store: ObjectStore;
  readonly trust: Trust;
  readonly signal: AbortSignal;
  readonly say: (finding: ArchiveFinding) => void;
  /** Objects read so far. */
  readonly onProgress: (objects: number) => void;
}

/** How long an object may be there before the entries that state it are. */
const entriesLagMs = 15 * 60_000;

const provenSchema = z.looseObject({ segmentId: z.string(), versionId: z.string().optional() });
const expiredSchema = z.looseObject({
  subject: z.looseObject({ sourceId: z.string(), from: z.int(), to: z.int() }),
});
const archivedSchema = z.looseObject({ subject: z.looseObject({ heads: z.string() }) });

/** Everything in an archive against the ledgers in it, trusting no database. Rejects with what keeps it from looking. */
export async function checkArchive(parts: ArchiveCheckParts): Promise<ArchiveSummary> {
  const { store, signal, say, onProgress } = parts;
  const signers = new TrustedSigners(parts.trust);
  const stated = new StatedFootage();
  const sum = { ledgers: 0, entries: 0, objects: 0, bytes: 0, pending: 0, expired: 0, untrusted: 0 };
  try {
    const read = async (
      prefix: string,
      onEntry: (entry: Record<string, unknown>) => void,
    ): Promise<number> => {
      let lastAt = 0;
      for (const ledger of await listLedgers(store, prefix, signal)) {
        for (const { key } of ledger.checkpoints) stated.seeHead(key);
        const result = await checkLedger({ store, signers, signal, say, onEntry }, ledger);
        sum.ledgers += 1;
        sum.entries += result.entries;
        if (!result.trusted) sum.untrusted += 1;
        lastAt = Math.max(lastAt, result.lastAt);
      }
      return lastAt;
    };
    await read('m/', (entry) => {
      noteExpiry(stated, entry);
      noteHeads(stated, entry);
    });
    for (let after = 'r/'; ;) {
      const recorderId = await firstRecorderAfter(store, after, signal);
      if (recorderId === undefined) break;
      const lastAt = await read(`r/${recorderId}/ledger/`, (entry) => noteFootage(stated, recorderId, entry));
      await checkObjects(parts, recorderId, stated.segments(recorderId), lastAt, (found) => {
        if (found === 'pending' || found === 'expired') sum[found] += 1;
        else sum.bytes += found;
        sum.objects += 1;
        onProgress(sum.objects);
      });
      after = `r/${recorderId}0`;
    }
    await checkHeads(parts, stated);
    return sum;
  } finally {
    stated.close();
  }
}

function noteFootage(stated: StatedFootage, recorderId: string, entry: Record<string, unknown>): void {
  if (entry['kind'] === 'segment-sealed') {
    const sealed = segmentSealedSchema.safeParse(entry);
    if (sealed.success) stated.add({ ...pick(sealed.data), recorderId });
  } else if (entry['kind'] === 'segment-proven') {
    const proven = provenSchema.safeParse(entry);
    if (proven.success) stated.prove(proven.data.segmentId, proven.data.versionId);
  }
}

function pick({
  key,
  segmentId,
  sourceId,
  startUtcMs,
  endUtcMs,
  bytes,
  sha256,
}: z.infer<typeof segmentSealedSchema>) {
  return { key, segmentId, sourceId, startUtcMs, endUtcMs, bytes, sha256 };
}

function noteExpiry(stated: StatedFootage, entry: Record<string, unknown>): void {
  if (entry['kind'] !== 'expired') return;
  const expired = expiredSchema.safeParse(entry);
  if (!expired.success) return;
  const { sourceId, from, to } = expired.data.subject;
  stated.expire(sourceId, from, to);
}

function noteHeads(stated: StatedFootage, entry: Record<string, unknown>): void {
  if (entry['kind'] !== 'heads-archived') return;
  const archived = archivedSchema.safeParse(entry);
  if (!archived.success) return;
  for (const key of archivedHeadKeys(archived.data.subject.heads)) stated.addHead(key);
}

/** Heads that a monitor stated to have put there; one that came since its ledger was listed is asked for. */
async function checkHeads({ store, signal, say }: ArchiveCheckParts, stated: StatedFootage): Promise<void> {
  for (const key of stated.headsUnseen()) {
    signal.throwIfAborted();
    if ((await store.stat(key, { signal })) !== undefined) continue;
    const [kind, id = '', , generation = ''] = key.split('/');
    const ledger = kind === 'r' ? `minhbach/r/${id}/${generation}` : `minhbach/m/${id}`;
    const detail = "a monitor's ledger says that this head was put there";
    say({ code: 'head-missing', ledger, where: key, detail });
  }
}

/** Both in the byte order of their keys, held against each other as they come. */
async function checkObjects(
  { store, signal, say }: ArchiveCheckParts,
  recorderId: string,
  rows: IterableIterator<StatedRow>,
  lastAt: number,
  count: (found: number | 'pending' | 'expired') => void,
): Promise<void> {
  let row = rows.next();
  const absent = (missing: StatedRow): void => {
    if (missing.expired === 1) return count('expired');
    if (missing.proven === 0) return count('pending');
    say({
      ...placeOf(missing),
      code: 'object-missing',
      detail: 'its ledger says that it was proven to be there',
    });
  };
  for await (const object of store.list(`r/${recorderId}/s/`, { signal })) {
    signal.throwIfAborted();
    for (; row.done !== true && row.value.key < object.key; row = rows.next()) absent(row.value);
    if (row.done !== true && row.value.key === object.key) {
      await checkObject(store, row.value, object, say, signal);
      count(object.sizeBytes);
      row = rows.next();
      continue;
    }
    const place = parseSegmentObjectKey(object.key);
    if (place !== undefined && place.startUtcMs > lastAt - entriesLagMs) count('pending');
    else
      say({
        ...{ code: 'object-without-entry', ledger: recorderId, where: object.key },
        ...(place && { sourceId: place.sourceId, fromUtcMs: place.startUtcMs, toUtcMs: place.startUtcMs }),
        detail: 'no ledger here states it',
      });
  }
  for (; row.done !== true; row = rows.next()) absent(row.value);
}

async function checkObject(
  store: ObjectStore,
  row: StatedRow,
  object: StoredObject,
  say: (finding: ArchiveFinding) => void,
  signal: AbortSignal,
): Promise<void> {
  const versionId = row.versionId ?? object.versionId;
  try {
    const read = await readBackSha256(store, { key: row.key, versionId }, { signal, atMostBytes: row.bytes });
    if (read.sizeBytes !== row.bytes)
      say({
        ...placeOf(row),
        code: 'object-size',
        detail: `${read.sizeBytes} bytes instead of ${row.bytes}`,
      });
    else if (read.sha256 !== row.sha256)
      say({
        ...placeOf(row),
        code: 'object-altered',
        detail: `SHA-256 ${read.sha256} instead of ${row.sha256}`,
      });
  } catch (error) {
    if (!(error instanceof ObjectStoreError) || !['not-found', 'damaged'].includes(error.code)) throw error;
    const code = error.code === 'damaged' ? 'object-altered' : 'object-missing';
    say({ ...placeOf(row), code, detail: error.message });
  }
}

function placeOf({ recorderId, sourceId, startUtcMs, endUtcMs, key }: StatedRow) {
  return { ledger: recorderId, sourceId, fromUtcMs: startUtcMs, toUtcMs: endUtcMs, where: key };
}

async function firstRecorderAfter(
  store: ObjectStore,
  after: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  for await (const { key } of store.list('r/', { after, signal })) return key.split('/')[1];
  return undefined;
}
