import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import pino from 'pino';
import { systemClock } from '@minhbach/shared/clock';
import {
  DirectoryObjectStore,
  ObjectStoreError,
  type ObjectStore,
  type StoreProbe,
} from '@minhbach/shared/object-store';
import {
  captureIdSchema,
  newId,
  recorderIdSchema,
  segmentIdSchema,
  sha256HexSchema,
  sourceIdSchema,
  utcMs,
  type SegmentId,
  type SourceId,
} from '@minhbach/shared/units-of-measure';
import { countedSleeps } from '../../../test/support/counted-sleeps.ts';
import { takeOutIfDamaged } from '../segments/index.ts';
import { openSpool, type Spool } from '../spool/index.ts';
import { ownProver } from './prover.ts';
import { Uploader, type UploaderParts } from './uploader.ts';

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
async function seal(
  of: { sourceId?: SourceId; startMs?: number } = {},
): Promise<ReturnType<Spool['sealSegment']>> {
  const content = randomBytes(5_000);
  made += 1;
  const fileName = `${made}.mp4`;
  await writeFile(join(spool.directory, 'sealed', fileName), content);
  const sha256 = sha256HexSchema.parse(createHash('sha256').update(content).digest('hex'));
  return spool.sealSegment({
    segmentId: newId(segmentIdSchema),
    sourceId: of.sourceId ?? sourceId,
    captureId: newId(captureIdSchema),
    startUtcMs: utcMs(of.startMs ?? 1_700_000_000_000 + made * 1_000),
    endUtcMs: utcMs((of.startMs ?? 1_700_000_000_000 + made * 1_000) + 1_000),
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

const probe: StoreProbe = {
  lock: 'none',
  createOnly: true,
  versioning: false,
  multipart: false,
  mayRemove: true,
  clockSkewMs: 0,
  remarks: [],
};

function start(store: ObjectStore, changes: Partial<UploaderParts> = {}): Uploader {
  const deadlineMs = () => 10_000;
  const uploader = new Uploader({
    prover: ownProver({ store, deadlineMs }),
    standing: () => ({ standing: 'usable', probe }),
    clock: systemClock,
    logger: pino({ level: 'silent' }),
    parallel: 2,
    cacheBytes: 1e9,
    onFileDamaged: async (segmentId) => void (await takeOutIfDamaged(spool, segmentId)),
    firstPauseMs: 20,
    maxPauseMs: 50,
    ...{ spool, store, deadlineMs },
    ...changes,
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
  const askedAt: number[] = [];
  const store = faulty({
    put: async (...given) => {
      askedAt.push(performance.now());
      if (down) throw unavailable();
      return archive.put(...given);
    },
  });
  const uploader = start(store, { firstPauseMs: 50, maxPauseMs: 200 });
  await until(() => askedAt.length >= 5);
  expect(uploader.archive.state).toBe('failing');
  expect(spool.notYetProven()).toBe(5);
  // Two at once until the first answer; then one at a time, after half of each pause at least. Timers may be early by 1 ms.
  const pausesMs = askedAt.slice(1).map((at, index) => at - (askedAt[index] ?? Infinity));
  expect(askedAt.length).toBeLessThanOrEqual(6);
  for (const [index, leastMs] of [50, 100, 100].entries())
    expect(pausesMs[index + 1]).toBeGreaterThanOrEqual(leastMs - 2);
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
  start(store, { cacheBytes: 0 });
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
  const uploader = start(store, { cacheBytes: 0 });
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

const provenOrder = () =>
  provenEntries().flatMap((entry) => (entry.kind === 'segment-proven' ? [entry.segmentId] : []));

test('what a monitor wants comes before everything older', async () => {
  const old = [await seal(), await seal(), await seal()];
  const [span, fromUtcMs, toUtcMs] = [
    await seal({ startMs: 1_800_000_000_000 }),
    1_800_000_000_500,
    1_800_000_000_600,
  ];
  start(archive, {
    parallel: 1,
    wanted: () => [{ sourceId, fromUtcMs: utcMs(fromUtcMs), toUtcMs: utcMs(toUtcMs) }],
  });
  await until(() => spool.notYetProven() === 0);
  expect(provenOrder()).toEqual([span, ...old].map(({ segmentId }) => segmentId));
});

test('a source with a long backlog does not starve one with a short one', async () => {
  const other = newId(sourceIdSchema);
  for (let count = 0; count < 6; count += 1) await seal();
  const late = await seal({ sourceId: other, startMs: 1_800_000_000_000 });
  start(archive, { parallel: 1 });
  await until(() => spool.notYetProven() === 0);
  expect(provenOrder().indexOf(late.segmentId)).toBeLessThanOrEqual(1);
});

test('nothing is stored in an archive that is refused, nor outside the hours', async () => {
  const { segmentId } = await seal();
  let puts = 0;
  const store = faulty({
    put: async (...given) => {
      puts += 1;
      return archive.put(...given);
    },
  });
  let standing: ReturnType<UploaderParts['standing']> = {
    standing: 'refused',
    probe: { ...probe, lock: 'unsafe', lockFault: 'deletes-locked' },
    message: 'the archive is refused (deletes-locked)',
  };
  let open = true;
  let short = false;
  const { clock, sleeps } = countedSleeps();
  const uploader = start(store, {
    clock,
    standing: () => standing,
    hours: { isOpen: () => open },
    isSpoolShort: () => short,
  });
  expect(uploader.archive).toMatchObject({
    state: 'failing',
    message: expect.stringContaining('deletes-locked'),
  });
  const looked = async (): Promise<void> => {
    const enough = sleeps() + 3;
    await until(() => {
      uploader.wake();
      return sleeps() >= enough;
    });
  };
  /** What is taken up is `uploading` before a byte of it is read. */
  const stateOf = (id: SegmentId) => spool.findSegment(id)?.uploadState;
  await looked();
  expect([stateOf(segmentId), puts]).toEqual(['sealed', 0]);
  open = false;
  standing = { standing: 'usable', probe };
  await looked();
  expect([stateOf(segmentId), puts, uploader.archive.state]).toEqual(['sealed', 0, 'working']);
  open = true;
  uploader.wake();
  await until(() => spool.notYetProven() === 0);
  expect(puts).toBe(1);
  // Hours are over, and the disk runs out of room.
  open = false;
  const late = await seal();
  await looked();
  expect([stateOf(late.segmentId), puts]).toEqual(['sealed', 1]);
  short = true;
  uploader.wake();
  await until(() => spool.notYetProven() === 0);
  expect(puts).toBe(2);
});

test('what is stored and could not be read back yet is read back later, not sent again', async () => {
  await seal();
  let puts = 0;
  let down = true;
  const store = faulty({
    put: async (...given) => {
      puts += 1;
      return archive.put(...given);
    },
    get: async (...given) => {
      if (down) throw unavailable();
      return archive.get(...given);
    },
  });
  const uploader = start(store);
  await until(() => uploader.archive.state === 'failing');
  expect(spool.notYetProven()).toBe(1);
  down = false;
  await until(() => spool.notYetProven() === 0);
  expect(puts).toBe(1);
});

test('footage is locked until so long after its end, not at all when that is over, never longer than from now', async () => {
  const old = await seal();
  const fresh = await seal({ startMs: Date.now() - 5_000 });
  const ahead = await seal({ startMs: Date.now() + 365 * 86_400_000 });
  const asked = new Map<string, unknown>();
  const store = faulty({
    put: async (key, body, options) => {
      asked.set(key, [options.retentionMode, options.retainUntil]);
      return archive.put(key, body, { ...options, retainUntil: undefined });
    },
  });
  start(store, { retention: () => ({ mode: 'governance', days: 1 }) });
  await until(() => spool.notYetProven() === 0);
  expect(asked.get(old.key)).toEqual([undefined, undefined]);
  expect(asked.get(fresh.key)).toEqual(['governance', fresh.endUtcMs + 86_400_000]);
  expect(asked.get(ahead.key)).toEqual(['governance', expect.any(Number)]);
  const [, untilMs] = (asked.get(ahead.key) ?? []) as [unknown, number];
  expect(untilMs).toBeLessThanOrEqual(Date.now() + 86_400_000);
});

test.each([
  ['lost its bytes', 'damaged', async (path: string) => writeFile(path, randomBytes(5_000))],
  ['was cut', 'damaged', async (path: string) => truncate(path, 100)],
  ['is gone', 'lost', async (path: string) => rm(path)],
] as const)('a spool file that %s is named, never proven, and taken out once', async (_how, reason, harm) => {
  const segment = await seal();
  await harm(join(spool.directory, 'sealed', `${made}.mp4`));
  const said: string[] = [];
  start(archive, { logger: pino({ level: 'error' }, { write: (line) => void said.push(line) }) });
  await until(() => spool.totals().segments === 0);
  expect(said.join()).toMatch(/is no longer what was sealed/);
  expect(said).toHaveLength(1);
  expect(await archive.stat(segment.key, { signal: stopping.signal })).toBeUndefined();
  expect(spool.readEntries(1, 9)).toMatchObject([
    { kind: 'segment-dropped', segmentId: segment.segmentId, reason, proven: false },
  ]);
  expect(await readdir(spool.folders.quarantine)).toEqual(reason === 'lost' ? [] : [`${made}.mp4`]);
});
