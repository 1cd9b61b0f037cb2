import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import pino from 'pino';
import { systemClock } from '@minhbach/shared/clock';
import { DirectoryObjectStore } from '@minhbach/shared/object-store';
import { newId, recorderIdSchema } from '@minhbach/shared/units-of-measure';
import { openSpool, type Spool } from '../spool/index.ts';
import { ArchiveUploads } from './archive-uploads.ts';
import { WantedFootage } from './wanted-footage.ts';

let directory: string;
let spool: Spool;
let store: DirectoryObjectStore;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'archive-uploads-'));
  const place = { directory: join(directory, 'spool'), recorderId: newId(recorderIdSchema) };
  spool = await openSpool({ ...place, clock: systemClock });
  store = await DirectoryObjectStore.open({ path: await mkdtemp(join(directory, 'archive-')) });
});
afterEach(async () => {
  spool.close();
  await rm(directory, { recursive: true });
});

const uploads = (): ArchiveUploads =>
  new ArchiveUploads({
    archive: { type: 'directory', path: directory },
    upload: { parallel: 1, timeZone: 'Asia/Ho_Chi_Minh', proveBy: 'recorder' },
    cacheBytes: 1e9,
    wanted: new WantedFootage(systemClock),
    monitor: () => undefined,
    isSpoolShort: () => false,
    onFileDamaged: async () => undefined,
    clock: systemClock,
    logger: pino({ level: 'silent' }),
    ...{ spool, store },
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
  const stop = new AbortController();
  const stated = new Promise<void>((resolve) => spool.onAppended(() => resolve()));
  const running = uploads().run(stop.signal);
  await stated;
  stop.abort();
  await running;
  expect(spool.readEntries(0, 10)).toMatchObject([{ kind: 'archive-probed' }]);
});
