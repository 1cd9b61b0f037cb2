import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import pino from 'pino';
import {
  ObjectStoreError,
  parseThumbnailObjectKey,
  type ArchiveStanding,
} from '@minhbach/shared/object-store';
import {
  newId,
  recorderIdSchema,
  segmentIdSchema,
  sourceIdSchema,
  utcMs,
} from '@minhbach/shared/units-of-measure';
import { AdvancedClock } from '../../../test/support/advanced-clock.ts';
import { sampleFootage } from '../../../test/support/sample-footage.ts';
import { until } from '../../../test/support/until.ts';
import type { SpooledSegment } from '../spool/index.ts';
import { Thumbnails, type ThumbnailsParts } from './thumbnails.ts';

/* Making and storing are stood in for: what is shown here is what happens when they fail, hang or fall behind. */

let directory: string;
let path: string;
const sourceId = newId(sourceIdSchema);
const down = new ObjectStoreError('unavailable', 'the archive is down', { retryable: true });
const usable = { standing: 'usable' } as ArchiveStanding;
const outcomes = { stored: 0, failed: 0, dropped: 0 };
let log: string[];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'thumbnails-'));
  path = join(directory, 'sealed.mp4');
  const { init, fragments } = sampleFootage('h264', 2);
  await writeFile(path, Buffer.concat([init, ...fragments.map(({ bytes }) => bytes)]));
});
afterAll(async () => rm(directory, { recursive: true }));
beforeEach(() => {
  Object.assign(outcomes, { stored: 0, failed: 0, dropped: 0 });
  log = [];
});

const sealed = (mime = 'video/mp4; codecs="avc1.4d0028"') => ({
  ...{ segmentId: newId(segmentIdSchema), sourceId, startUtcMs: utcMs(1_790_000_000_000), mime },
});

async function running(
  parts: Partial<ThumbnailsParts>,
  work: (thumbnails: Thumbnails) => Promise<void>,
): Promise<void> {
  const thumbnails = new Thumbnails({
    spool: { recorderId: newId(recorderIdSchema), findSegment: () => ({ path }) as SpooledSegment },
    store: { put: async (key, { length }) => ({ key, sizeBytes: length }) },
    standing: () => usable,
    make: async () => Buffer.from('jpeg'),
    onOutcome: (outcome) => void (outcomes[outcome] += 1),
    deadlineMs: () => 10_000,
    restMs: 30_000,
    clock: new AdvancedClock(),
    logger: pino({ level: 'info' }, { write: (text: string) => void log.push(text) }),
    ...parts,
  });
  const stop = new AbortController();
  const run = thumbnails.run(stop.signal);
  try {
    await work(thumbnails);
  } finally {
    stop.abort();
    await run;
  }
}

test('one at a time, of pictures only, of the first fragment only, each under the key of its segment', async () => {
  let making = 0;
  let most = 0;
  const keys: string[] = [];
  const pieces: number[] = [];
  const make: ThumbnailsParts['make'] = async (footage) => {
    making += 1;
    most = Math.max(most, making);
    pieces.push(footage.length);
    await new Promise((resolve) => setTimeout(resolve, 5));
    making -= 1;
    return Buffer.from('jpeg');
  };
  const store: ThumbnailsParts['store'] = {
    put: async (key, { length }) => {
      keys.push(key);
      return { key, sizeBytes: length };
    },
  };
  const segments = Array.from({ length: 5 }, () => sealed());
  await running({ make, store }, async (thumbnails) => {
    thumbnails.sealed(sealed('audio/mp4; codecs="mp4a.40.2"'));
    for (const segment of segments) thumbnails.sealed(segment);
    await until(() => outcomes.stored === 5);
  });
  expect([most, outcomes, pieces]).toEqual([1, { stored: 5, failed: 0, dropped: 0 }, [2, 2, 2, 2, 2]]);
  expect(keys.map((key) => parseThumbnailObjectKey(key)?.segmentId)).toEqual(
    segments.map(({ segmentId }) => segmentId),
  );
});

test('the oldest are let go while the archive takes nothing, and none is stored before it is found usable', async () => {
  let standing: ArchiveStanding = { standing: 'unknown', message: 'not tried out yet' };
  const segments = Array.from({ length: 130 }, () => sealed());
  const stored: string[] = [];
  const store: ThumbnailsParts['store'] = {
    put: async (key, { length }) => {
      stored.push(parseThumbnailObjectKey(key)?.segmentId ?? '');
      return { key, sizeBytes: length };
    },
  };
  await running({ standing: () => standing, store }, async (thumbnails) => {
    for (const segment of segments) thumbnails.sealed(segment);
    for (let count = 0; count < 20; count += 1) {
      thumbnails.wake();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(stored).toEqual([]);
    standing = usable;
    thumbnails.wake();
    await until(() => outcomes.stored === 128);
  });
  expect(outcomes).toEqual({ stored: 128, failed: 0, dropped: 2 });
  expect(stored).toEqual(segments.slice(2).map(({ segmentId }) => segmentId));
});

test('an archive that fails is tried once for each and then rests; that is said once, and again after it worked', async () => {
  const clock = new AdvancedClock();
  let puts = 0;
  let fails = true;
  const store: ThumbnailsParts['store'] = {
    put: async (key, { length }) => {
      puts += 1;
      if (fails) throw down;
      return { key, sizeBytes: length };
    },
  };
  await running({ clock, store }, async (thumbnails) => {
    for (let count = 0; count < 4; count += 1) thumbnails.sealed(sealed());
    await until(() => puts === 1);
    // Whoever wakes it: within the rest nothing is tried.
    for (let count = 0; count < 20; count += 1) {
      thumbnails.wake();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect([puts, outcomes.failed]).toEqual([1, 1]);
    clock.advance(30_000);
    await until(() => outcomes.failed === 2);
    expect(log.length).toBe(1);
    fails = false;
    clock.advance(30_000);
    await until(() => outcomes.stored === 2);
    fails = true;
    thumbnails.sealed(sealed());
    await until(() => outcomes.failed === 3);
  });
  expect(puts).toBe(5);
  expect(log.length).toBe(2);
});

test('one that cannot be made, or takes too long, keeps none of the others; footage that is gone has none', async () => {
  const [hangs, broken, gone, whole] = [sealed(), sealed(), sealed(), sealed()];
  let made = 0;
  const make: ThumbnailsParts['make'] = async (_footage, signal) => {
    made += 1;
    if (made === 2) throw new Error('ffmpeg failed');
    if (made > 2) return Buffer.from('jpeg');
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('given up')), { once: true });
    });
  };
  const spool: ThumbnailsParts['spool'] = {
    recorderId: newId(recorderIdSchema),
    findSegment: (id) => (id === gone.segmentId ? undefined : ({ path } as SpooledSegment)),
  };
  await running({ make, spool, makingMs: 1_500 }, async (thumbnails) => {
    for (const segment of [hangs, broken, gone, whole]) thumbnails.sealed(segment);
    await until(() => outcomes.stored === 1);
  });
  expect(outcomes).toEqual({ stored: 1, failed: 2, dropped: 1 });
});
