import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { systemClock } from '@minhbach/shared/clock';
import { DirectoryObjectStore } from '@minhbach/shared/object-store';
import { newId, recorderIdSchema, sourceIdSchema } from '@minhbach/shared/units-of-measure';
import { Scrub, takeOutIfDamaged } from '../../recorder/src/segments/index.ts';
import { openSpool, type Spool } from '../../recorder/src/spool/index.ts';
import { ArchiveUploads, WantedFootage } from '../../recorder/src/upload/index.ts';
import { SealedFootage } from '../../scripts/bench/sealed-footage.ts';
import { until } from '../support/until.ts';

/** Whoever sends a file, looks whether it is damaged or takes it away does not do so to another in the middle. */

const never = new AbortController().signal;
let directory: string;
let spool: Spool;
let footage: SealedFootage;
let store: DirectoryObjectStore;
let stopping: AbortController;
let running: Promise<void> | undefined;
let errors: string[];
let damage: string[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'damage-beside-'));
  const place = { directory: join(directory, 'spool'), recorderId: newId(recorderIdSchema) };
  spool = await openSpool({ ...place, clock: systemClock });
  footage = new SealedFootage(spool, 400_000);
  store = await DirectoryObjectStore.open({ path: await mkdtemp(join(directory, 'archive-')) });
  stopping = new AbortController();
  running = undefined;
  [errors, damage] = [[], []];
});
afterEach(async () => {
  stopping.abort();
  await running;
  spool.close();
  await rm(directory, { recursive: true });
});

interface Gate {
  readonly opened: Promise<void>;
  open(): void;
}
function gate(): Gate {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

const seal = async () => footage.seal(newId(sourceIdSchema), Date.now() - 600_000);
const entriesAfter = (seq: number) =>
  spool.readEntries(seq, 100).filter(({ kind }) => kind !== 'archive-probed');

function upload(): void {
  running = new ArchiveUploads({
    archive: { type: 'directory', path: directory },
    upload: { parallel: 3, timeZone: 'Asia/Ho_Chi_Minh', proveBy: 'recorder' },
    cacheBytes: 1e9,
    wanted: new WantedFootage(systemClock),
    monitor: () => undefined,
    isSpoolShort: () => false,
    onFileDamaged: async (segmentId) => void (await takeOutIfDamaged(spool, segmentId)),
    clock: systemClock,
    logger: pino({ level: 'error' }, { write: (text: string) => void errors.push(text) }),
    ...{ spool, store },
  }).run(stopping.signal);
}

async function scrub(): Promise<void> {
  await new Scrub({
    ...{ spool, clock: systemClock, bytesPerSecond: 1e9 },
    onDamage: ({ message }) => void damage.push(message),
    onPassEnded: async () => undefined,
    onUnreadable: (message) => void damage.push(message),
    onDiskFault: () => undefined,
  }).pass(never);
}

test('a file that is damaged after it was read for the archive is taken out as one that the archive has', async () => {
  const { segmentId, seq } = await seal();
  const [sent, goOn] = [gate(), gate()];
  const put = store.put.bind(store);
  store.put = async (...given) => {
    sent.open();
    await goOn.opened;
    return put(...given);
  };
  let asked = 0;
  const inTurn = spool.inTurn.bind(spool);
  spool.inTurn = async (...given) => {
    asked += 1;
    return inTurn(...given);
  };
  upload();
  await sent.opened;
  await writeFile(join(spool.folders.sealed, `${segmentId}.mp4`), randomBytes(400_000));
  const scrubbed = scrub();
  // It has read the file to its end, found it damaged, and waits for the upload.
  await until(() => asked === 2, 30_000);
  expect(spool.findSegment(segmentId)).toMatchObject({ uploadState: 'uploading' });
  goOn.open();
  await scrubbed;
  expect(entriesAfter(seq + 1)).toMatchObject([
    { kind: 'segment-proven', segmentId },
    { kind: 'segment-dropped', segmentId, reason: 'damaged', proven: true },
  ]);
  expect(damage).toEqual([expect.stringMatching(/the archive has it, proven$/)]);
  expect(await readdir(spool.folders.quarantine)).toEqual([`${segmentId}.mp4`]);
  expect(errors).toEqual([]);
});

test('a file that is taken out while it waits to be sent is not sent, and nothing fails', async () => {
  const { segmentId, seq, key } = await seal();
  await writeFile(join(spool.folders.sealed, `${segmentId}.mp4`), randomBytes(400_000));
  const ended = gate();
  const turn = spool.inTurn(segmentId, async () => ended.opened);
  const taking = takeOutIfDamaged(spool, segmentId);
  let chosen = false;
  const segmentsToUpload = spool.segmentsToUpload.bind(spool);
  spool.segmentsToUpload = (...given) => {
    const found = segmentsToUpload(...given);
    chosen ||= found.length > 0;
    return found;
  };
  upload();
  await until(() => chosen, 30_000);
  ended.open();
  await turn;
  expect((await taking)?.message).toMatch(/lies in quarantine/);
  const { key: next } = await seal();
  await until(() => spool.notYetProven() === 0, 30_000);
  expect(await store.stat(key, { signal: never })).toBeUndefined();
  expect(await store.stat(next, { signal: never })).toBeDefined();
  expect(entriesAfter(seq + 1)).toMatchObject([
    { kind: 'segment-dropped', segmentId, reason: 'damaged', proven: false },
    { kind: 'segment-sealed' },
    { kind: 'segment-proven' },
  ]);
  expect(errors).toEqual([]);
});

test('what the cache, the disk and the scrub let go at the same time goes once', async () => {
  const sealed = [];
  for (let count = 0; count < 30; count += 1) sealed.push(await seal());
  for (const { segmentId } of sealed) {
    spool.markUploading(segmentId);
    spool.markProven(segmentId, {});
  }
  const [damaged] = sealed;
  if (damaged === undefined) throw new Error('nothing was sealed');
  await writeFile(join(spool.folders.sealed, `${damaged.segmentId}.mp4`), 'doctored');
  const since = spool.ledgerSize();
  const [dropped, freedBytes] = await Promise.all([
    spool.keepWithin(0),
    spool.makeRoom(Number.MAX_SAFE_INTEGER),
    takeOutIfDamaged(spool, damaged.segmentId),
    scrub(),
  ]);
  const gone = entriesAfter(since).map((entry) =>
    entry.kind === 'segment-dropped' ? entry.segmentId : entry,
  );
  expect(gone).toHaveLength(30);
  expect(new Set(gone)).toEqual(new Set(sealed.map(({ segmentId }) => segmentId)));
  expect(dropped + freedBytes / 400_000).toBeLessThanOrEqual(30);
  expect(spool.totals().segments).toBe(0);
  expect(await readdir(spool.folders.sealed)).toEqual([]);
});
