import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import pino from 'pino';
import { systemClock } from '@minhbach/shared/clock';
import { DirectoryObjectStore, ObjectStoreError, type ObjectStore } from '@minhbach/shared/object-store';
import {
  captureIdSchema,
  newId,
  recorderIdSchema,
  segmentIdSchema,
  sha256HexSchema,
  sourceIdSchema,
  utcMs,
} from '@minhbach/shared/units-of-measure';
import { openSpool, type Spool } from '../spool/index.ts';
import { Uploader } from './uploader.ts';

let directory: string;
let spool: Spool;
let stopping: AbortController;
let archive: DirectoryObjectStore;
let running: Promise<void> | undefined;
const recorderId = newId(recorderIdSchema);
const sourceId = newId(sourceIdSchema);

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'uploader-'));
  spool = await openSpool({ directory: join(directory, 'spool'), clock: systemClock, recorderId });
  stopping = new AbortController();
  const path = await mkdtemp(join(directory, 'archive-'));
  archive = await DirectoryObjectStore.open({ path });
});
afterEach(async () => {
  stopping.abort();
  await running;
  spool.close();
  await rm(directory, { recursive: true, force: true });
});

let made = 0;
async function seal(): Promise<ReturnType<Spool['sealSegment']>> {
  const content = randomBytes(5_000);
  made += 1;
  const fileName = `${made}.mp4`;
  await writeFile(join(spool.directory, 'sealed', fileName), content);
  const sha256 = sha256HexSchema.parse(createHash('sha256').update(content).digest('hex'));
  return spool.sealSegment({
    segmentId: newId(segmentIdSchema),
    sourceId,
    captureId: newId(captureIdSchema),
    startUtcMs: utcMs(1_700_000_000_000 + made * 1_000),
    endUtcMs: utcMs(1_700_000_001_000 + made * 1_000),
    firstTfdt: 0,
    timescale: 90_000,
    bytes: content.length,
    initBytes: 100,
    fragments: 1,
    sha256,
    fragmentsRoot: sha256,
    codec: 'avc1.4d0028',
    mime: 'video/mp4; codecs="avc1.4d0028"',
    keyframes: [0],
    clockErrorMs: 1,
    recovered: false,
    fileName,
  });
}

function start(store: ObjectStore, cacheBytes = 1e9): Uploader {
  const logger = pino({ level: 'silent' });
  const pace = { firstPauseMs: 20, maxPauseMs: 50 };
  const uploader = new Uploader({
    spool,
    store,
    clock: systemClock,
    logger,
    parallel: 2,
    cacheBytes,
    ...pace,
  });
  running = uploader.run(stopping.signal);
  return uploader;
}

/** The real store with some of its answers changed. */
function faulty(changed: Partial<ObjectStore>): ObjectStore {
  return {
    put: async (...given) => archive.put(...given),
    get: async (...given) => archive.get(...given),
    stat: async (...given) => archive.stat(...given),
    list: (...given) => archive.list(...given),
    remove: async (...given) => archive.remove(...given),
    extendRetention: async (...given) => archive.extendRetention(...given),
    probe: async (...given) => archive.probe(...given),
    close: async () => archive.close(),
    ...changed,
  };
}

const until = async (condition: () => boolean): Promise<void> => {
  for (const endAtMs = performance.now() + 10_000; !condition();) {
    if (performance.now() > endAtMs) throw new Error(`never: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};
const provenEntries = () => spool.readEntries(0, 1_000).filter(({ kind }) => kind === 'segment-proven');
const unavailable = () => new ObjectStoreError('unavailable', 'down', { retryable: true });

test('what is sealed is sent, read back and stated as proven, once, oldest first', async () => {
  const segments = [await seal(), await seal(), await seal()];
  start(archive);
  await until(() => spool.notYetProven() === 0);
  segments.push(await seal());
  await until(() => spool.notYetProven() === 0);
  expect(provenEntries()).toHaveLength(4);
  // Two at once may finish in either order.
  const order = provenEntries().flatMap((entry) =>
    entry.kind === 'segment-proven' ? [entry.segmentId] : [],
  );
  const [first, second, , last] = segments.map(({ segmentId }) => segmentId);
  expect([first, second]).toContain(order[0]);
  expect(order[3]).toBe(last);
});

test('an archive that is down is asked sparingly, told of, and caught up with', async () => {
  for (let count = 0; count < 5; count += 1) await seal();
  let down = true;
  let asked = 0;
  const store = faulty({
    put: async (...given) => {
      asked += 1;
      if (down) throw unavailable();
      return archive.put(...given);
    },
  });
  const uploader = start(store);
  await until(() => asked >= 4);
  expect(uploader.archive.state).toBe('failing');
  expect(spool.notYetProven()).toBe(5);
  down = false;
  await until(() => spool.notYetProven() === 0);
  expect(uploader.archive.state).toBe('working');
  expect(provenEntries()).toHaveLength(5);
});

test('bytes that come back other than they went are not proven, whatever the store says, and are sent again', async () => {
  await seal();
  let damaged = 3;
  const store = faulty({
    get: async (...given) => {
      if (damaged === 0) return archive.get(...given);
      damaged -= 1;
      return Readable.from([Buffer.from('other bytes')]);
    },
  });
  start(store, 0);
  await until(() => spool.notYetProven() === 0);
  expect(damaged).toBe(0);
  expect(provenEntries()).toHaveLength(1);
});

test('an object damaged in the archive is replaced by the good one from the spool', async () => {
  const segment = await seal();
  const other = Buffer.from('doctored');
  const sha256 = sha256HexSchema.parse(createHash('sha256').update(other).digest('hex'));
  await archive.put(segment.key, other, { sha256, contentType: 'video/mp4', signal: stopping.signal });
  start(archive);
  await until(() => spool.notYetProven() === 0);
});

test('an upload that arrived though it seemed to fail is not sent a second time', async () => {
  await seal();
  let puts = 0;
  const store = faulty({
    put: async (...given) => {
      puts += 1;
      await archive.put(...given);
      throw new ObjectStoreError('timeout', 'the answer was lost', { retryable: true });
    },
  });
  start(store);
  await until(() => spool.notYetProven() === 0);
  expect(puts).toBe(1);
});

test('only proven footage leaves the spool, however small the cache', async () => {
  await seal();
  await seal();
  let down = true;
  const store = faulty({
    put: async (...given) => {
      if (down) throw unavailable();
      return archive.put(...given);
    },
  });
  const uploader = start(store, 0);
  await until(() => uploader.archive.state === 'failing');
  expect(await readdir(join(spool.directory, 'sealed'))).toHaveLength(2);
  down = false;
  await until(() => spool.spoolBytes() === 0);
  expect(spool.notYetProven()).toBe(0);
  expect(await readdir(join(spool.directory, 'sealed'))).toEqual([]);
});

test('stopping does not wait for an archive that hangs', async () => {
  await seal();
  const store = faulty({
    put: async (_key, _body, { signal }) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(unavailable()))),
  });
  start(store);
  await until(() => spool.segmentsToUpload(1)[0]?.uploadState === 'uploading');
  stopping.abort();
  await running;
  expect(spool.notYetProven()).toBe(1);
});
