import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import pino from 'pino';
import { systemClock, type Clock } from '@minhbach/shared/clock';
import { DirectoryObjectStore, type ObjectStore, type StoreProbe } from '@minhbach/shared/object-store';
import { newId, recorderIdSchema, sourceIdSchema } from '@minhbach/shared/units-of-measure';
import { SealedFootage } from '../../../scripts/bench/sealed-footage.ts';
import { AdvancedClock } from '../../../test/support/advanced-clock.ts';
import { fakeS3, lyingStore } from '../../../test/support/fake-s3-server.ts';
import { until } from '../../../test/support/until.ts';
import { openSpool, type Spool } from '../spool/index.ts';
import { ArchiveUploads } from './archive-uploads.ts';
import { WantedFootage } from './wanted-footage.ts';

let directory: string;
let spool: Spool;
let store: DirectoryObjectStore;
let stop: AbortController;
let running: Promise<void> | undefined;
let log: string[];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'archive-uploads-'));
  const place = { directory: join(directory, 'spool'), recorderId: newId(recorderIdSchema) };
  spool = await openSpool({ ...place, clock: systemClock });
  store = await DirectoryObjectStore.open({ path: await mkdtemp(join(directory, 'archive-')) });
  stop = new AbortController();
  running = undefined;
  log = [];
});
afterEach(async () => {
  stop.abort();
  await running;
  spool.close();
  await rm(directory, { recursive: true });
});

const uploads = (to: ObjectStore = store, clock: Clock = systemClock): ArchiveUploads =>
  new ArchiveUploads({
    archive: { type: 'directory', path: directory },
    upload: { parallel: 1, timeZone: 'Asia/Ho_Chi_Minh', proveBy: 'recorder' },
    cacheBytes: 1e9,
    wanted: new WantedFootage(systemClock),
    monitor: () => undefined,
    isSpoolShort: () => false,
    onFileDamaged: async () => undefined,
    logger: pino({ level: 'info' }, { write: (text: string) => void log.push(text) }),
    ...{ spool, store: to, clock },
  });

test('a probe that the index does not take ends the run, so that it can be begun again', async () => {
  const append = spool.appendEntry.bind(spool);
  spool.appendEntry = () => {
    throw Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR_FSYNC' });
  };
  await expect(uploads().run(new AbortController().signal)).rejects.toMatchObject({
    code: 'SQLITE_IOERR_FSYNC',
  });
  spool.appendEntry = append;
  const stated = new Promise<void>((resolve) => spool.onAppended(() => resolve()));
  running = uploads().run(stop.signal);
  await stated;
  stop.abort();
  await running;
  expect(spool.readEntries(0, 10)).toMatchObject([{ kind: 'archive-probed' }]);
});

test('nothing is ever put into a store that answers a lock by overwriting, and it is named by its fault', async () => {
  const { segmentId } = await new SealedFootage(spool, 5_000).seal(newId(sourceIdSchema), 0);
  const lying = lyingStore({ objectLock: 'enabled' });
  const fake = await fakeS3(lying.answer);
  try {
    const sending = uploads(fake.store);
    running = sending.run(stop.signal);
    await until(() => sending.probe !== undefined, 30_000);
    for (let looks = 0; looks < 5; looks += 1) {
      sending.wake();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(sending.archive).toMatchObject({
      state: 'failing',
      message: expect.stringMatching(
        /refused \(overwrites-on-retention\).* lies about locks: use another store/,
      ),
    });
    // Not even begun: an attempt is counted before a byte of it is read.
    expect(spool.findSegment(segmentId)).toMatchObject({ uploadState: 'sealed', attempts: 0 });
    expect([...lying.objects.keys(), ...lying.paths].filter((path) => !isOfProbe(path))).toEqual([]);
    expect(spool.readEntries(1, 9)).toMatchObject([
      {
        kind: 'archive-probed',
        lock: 'unsafe',
        lockFault: 'overwrites-on-retention',
        refusal: expect.any(String),
      },
    ]);
  } finally {
    stop.abort();
    await running;
    await fake.close();
  }
});

const isOfProbe = (path: string): boolean => path === '/archive' || path.startsWith('/archive/probe/');

test('a store that becomes unsafe overnight gets nothing more from the next day’s probe on, and that is said', async () => {
  const clock = new AdvancedClock();
  const footage = new SealedFootage(spool, 5_000);
  const sourceId = newId(sourceIdSchema);
  const probe = store.probe.bind(store);
  let seen: Partial<StoreProbe> = { lock: 'none' };
  let probes = 0;
  store.probe = async (...given) => {
    probes += 1;
    return { ...(await probe(...given)), ...seen };
  };
  await footage.seal(sourceId, 0);
  const sending = uploads(store, clock);
  running = sending.run(stop.signal);
  await until(() => spool.notYetProven() === 0);
  seen = { lock: 'unsafe', lockFault: 'deletes-locked' };
  // Not tried again before the day is nearly over.
  clock.advance(20 * 3_600_000);
  await footage.seal(sourceId, 60_000);
  await until(() => spool.notYetProven() === 0);
  expect([probes, sending.archive.state]).toEqual([1, 'working']);
  clock.advance(4 * 3_600_000);
  await until(() => probes === 2 && sending.archive.state === 'failing');
  const { segmentId, key } = await footage.seal(sourceId, 120_000);
  for (let looks = 0; looks < 5; looks += 1) {
    sending.wake();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(spool.findSegment(segmentId)).toMatchObject({ uploadState: 'sealed', attempts: 0 });
  expect(await store.stat(key, { signal: stop.signal })).toBeUndefined();
  const refusal = 'the archive is refused (deletes-locked)';
  expect(sending.archive).toMatchObject({ message: expect.stringContaining(refusal) });
  expect(log.join()).toContain(refusal);
  expect(spool.readEntries(0, 20).filter(({ kind }) => kind === 'archive-probed')).toMatchObject([
    { lock: 'none' },
    { lock: 'unsafe', lockFault: 'deletes-locked', refusal: expect.stringContaining(refusal) },
  ]);
  // Mended: seen within minutes, not a day later.
  seen = { lock: 'none' };
  clock.advance(300_000);
  await until(() => spool.notYetProven() === 0);
  expect(sending.archive.state).toBe('working');
});
