import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock, type Clock } from '@minhbach/shared/clock';
import { BoxSplitter, readFragment, readInitSegment, type InitSegment } from '@minhbach/shared/media';
import { openSegmentSchema, type GapCause, type SegmentSealed } from '@minhbach/shared/protocol';
import {
  captureIdSchema,
  newId,
  recorderIdSchema,
  sourceIdSchema,
  utcMs,
} from '@minhbach/shared/units-of-measure';
import { CapturePlacer } from '../clock/index.ts';
import { openSpool, type Spool } from '../spool/index.ts';
import { createGrowingFile, type CreateFile } from './growing-file.ts';
import { SegmentWriter, type SegmentWriterEvents, type SegmentWriterParts } from './index.ts';

const epoch = 1_700_000_000_000;
let initBytes: Uint8Array;
let init: InitSegment;
let fragments: Uint8Array[];

beforeAll(() => {
  const arguments_ =
    '-v error -f lavfi -i testsrc2=size=320x180:rate=25 -t 20 -pix_fmt yuv420p -c:v libx264 -preset ultrafast ' +
    '-x264-params keyint=25:scenecut=0:bframes=0 -f mp4 -movflags empty_moov+default_base_moof+frag_keyframe ' +
    '-frag_duration 100000 pipe:1';
  const { stdout } = spawnSync('ffmpeg', arguments_.split(' '), { maxBuffer: 1 << 26 });
  const [first, ...rest] = new BoxSplitter().push(stdout);
  initBytes = first?.bytes ?? new Uint8Array();
  init = readInitSegment(initBytes);
  fragments = rest.map(({ bytes }) => bytes);
});

let directory: string;
let spool: Spool;
let sealed: SegmentSealed[];
let started: number[];
let lost: { from: number; to: number; cause: GapCause }[];
let told: string[];
let monotonicMs: number;
let placer: CapturePlacer;
const clock: Clock = { ...systemClock, monotonicNowMs: () => monotonicMs };

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mb-segments-'));
  spool = await openSpool({ directory, clock: systemClock, recorderId: newId(recorderIdSchema) });
  [sealed, started, lost, told, monotonicMs] = [[], [], [], [], 0];
  placer = new CapturePlacer();
});
afterEach(async () => {
  spool.close();
  await rm(directory, { recursive: true });
});

function writer(change: Partial<SegmentWriterParts> = {}): SegmentWriter {
  return new SegmentWriter({
    spool,
    sourceId: newId(sourceIdSchema),
    captureId: newId(captureIdSchema),
    initBytes,
    init,
    placer,
    settings: { segmentDurationMs: 5_000, segmentBytes: 1 << 24 },
    accountedUntil: utcMs(0),
    clockErrorMs: () => 0,
    utcNowMs: () => Number.POSITIVE_INFINITY,
    clock,
    events,
    ...change,
  });
}

const events: SegmentWriterEvents = {
  started: (start) => {
    started.push(start);
    told.push('started');
  },
  sealed: (entry) => void sealed.push(entry),
  indexFailed: (_cause, error) => {
    throw error;
  },
  lost: (span, cause) => void lost.push({ ...span, cause }),
  stopped: () => void told.push('stopped'),
  failed: ({ to }, cause) => {
    told.push('failed');
    return (from) => {
      told.push('kept');
      lost.push({ from, to, cause });
    };
  },
};

/** Real fragments, each arriving 50 ms after it ended. */
async function feed(to: SegmentWriter, from = 0, until = fragments.length): Promise<void> {
  for (const bytes of fragments.slice(from, until)) {
    const fragment = readFragment(bytes, init);
    const endMs = ((fragment.tfdt + fragment.durationTicks) / init.timescale) * 1000;
    placer.observe(endMs, epoch + endMs + 50);
    monotonicMs = endMs;
    to.push(bytes, fragment);
    to.flush();
    // Time for the disk, as between real fragments.
    await new Promise((resolve) => setTimeout(resolve, 4));
  }
}

async function until(reached: () => boolean): Promise<void> {
  for (let tries = 0; !reached(); tries += 1) {
    if (tries > 1_000) throw new Error('never reached');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** A disk that takes `goodBytes` of the first file and then fails every write to it with `code`. */
function failingDisk(goodBytes: number, code: string): CreateFile {
  let left = goodBytes;
  let files = 0;
  return async (path) => {
    const file = await createGrowingFile(path);
    files += 1;
    if (files > 1) return file;
    return {
      ...file,
      write: async (parts, position) => {
        const bytes = Buffer.concat(parts);
        if (bytes.length > left) {
          // A full disk takes what fits.
          await file.write([bytes.subarray(0, left)], position);
          throw Object.assign(new Error(`${code}: the disk fails`), { code });
        }
        left -= bytes.length;
        return file.write(parts, position);
      },
    };
  };
}

describe('SegmentWriter', () => {
  it('ends no later than now where media time has run ahead, and says by how much it may be wrong', async () => {
    const of = writer({ utcNowMs: () => epoch + 19_600 });
    await feed(of);
    await of.close();
    expect(sealed.map(({ endUtcMs }) => endUtcMs - epoch)).toEqual([5_050, 10_050, 15_050, 19_600]);
    expect(sealed.map(({ clockErrorMs }) => clockErrorMs)).toEqual([100, 100, 100, 550]);
  });

  it('cuts at the first keyframe after the length, with one instant between neighbours', async () => {
    const of = writer();
    await feed(of);
    await of.close();
    expect(sealed.map(({ startUtcMs, endUtcMs }) => [startUtcMs - epoch, endUtcMs - epoch])).toEqual([
      [50, 5_050],
      [5_050, 10_050],
      [10_050, 15_050],
      [15_050, 20_050],
    ]);
    expect(started).toEqual([epoch + 50, epoch + 5_050, epoch + 10_050, epoch + 15_050]);
    for (const {
      segmentId,
      sha256,
      keyframes,
      keyframeOffsets = [],
      initBytes: bytesOfInit,
      firstTfdt,
    } of sealed) {
      const bytes = await readFile(join(spool.folders.sealed, `${segmentId}.mp4`));
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
      expect(keyframes).toEqual([0, 1000, 2000, 3000, 4000]);
      expect(keyframeOffsets[0]).toBe(bytesOfInit);
      const found = keyframeOffsets.map((offset) => {
        expect(bytes.toString('latin1', offset + 4, offset + 8)).toBe('moof');
        const moofBytes = bytes.readUInt32BE(offset);
        const end = offset + moofBytes + bytes.readUInt32BE(offset + moofBytes);
        const fragment = readFragment(bytes.subarray(offset, end), init);
        expect(fragment.startsWithKeyframe).toBe(true);
        return ((fragment.tfdt - firstTfdt) / init.timescale) * 1000;
      });
      expect(found).toEqual(keyframes);
    }
    expect(await readdir(spool.folders.open)).toEqual([]);
  });

  it('says of the segment it is writing where its keyframes lie, as it will of the sealed one', async () => {
    const of = writer();
    await feed(of, 0, 45);
    const open = of.openSegment();
    await of.close();
    const [kept] = sealed;
    expect(open?.keyframes?.slice(0, 3)).toEqual([0, 1000, 2000]);
    expect(open?.keyframeOffsets).toEqual(kept?.keyframeOffsets?.slice(0, open?.keyframes?.length));
    expect(openSegmentSchema.safeParse(open).success).toBe(true);
    expect(openSegmentSchema.safeParse({ ...open, keyframes: [0] }).success).toBe(false);
  });

  it('moves the start of what a kill would leave to where later fragments show it, and is not sure of it before it settles', async () => {
    const of = writer();
    const [first = Buffer.alloc(0)] = fragments;
    const { tfdt, durationTicks } = readFragment(first, init);
    const firstEndMs = ((tfdt + durationTicks) / init.timescale) * 1000;
    const row = () =>
      spool.openSegmentRows().map(({ startUtcMs, clockErrorMs }) => [startUtcMs - epoch, clockErrorMs]);
    // Looking at the stream held it back; the next ones come 50 ms late, as all that follow.
    placer.observe(firstEndMs, epoch + firstEndMs + 480);
    of.push(first, readFragment(first, init));
    of.flush();
    expect(row()).toEqual([[480, 1_100]]);
    await feed(of, 1, 3);
    expect(row()).toEqual([[50, 1_100]]);
    expect(started).toEqual([]);
    placer.settle(firstEndMs);
    await feed(of, 3, 5);
    expect(row()).toEqual([[50, 100]]);
    expect(started).toEqual([epoch + 50]);
    await of.close();
  });

  it('cuts before a size is passed, and not twice on one split keyframe', async () => {
    const of = writer({ settings: { segmentDurationMs: 60_000, segmentBytes: 200_000 } });
    await feed(of);
    await of.close();
    expect(sealed.length).toBeGreaterThan(2);
    for (const { bytes, startUtcMs, endUtcMs } of sealed) {
      // Only as large as allowed, or one GOP: there is no smaller place to cut.
      expect(bytes <= 200_000 || endUtcMs - startUtcMs <= 1_000).toBe(true);
      expect(endUtcMs - startUtcMs).toBeGreaterThanOrEqual(500);
    }
  });

  it('waits for a keyframe, and starts no earlier than what is told of already', async () => {
    const of = writer({ accountedUntil: utcMs(epoch + 1_500) });
    await feed(of, 3, 40);
    await of.close();
    expect(sealed).toHaveLength(1);
    expect(sealed[0]?.keyframes[0]).toBe(0);
    expect(sealed[0]?.startUtcMs).toBe(epoch + 1_500);
  });

  it('keeps what a full disk took, whole to the last fragment, and begins again when there is room', async () => {
    const of = writer({ createFile: failingDisk(100_000, 'ENOSPC') });
    await feed(of);
    await of.close();
    const [kept, next] = [...sealed].sort((a, b) => a.startUtcMs - b.startUtcMs);
    expect(kept?.recovered).toBe(true);
    expect(kept?.bytes).toBeLessThanOrEqual(100_000);
    const bytes = await readFile(join(spool.folders.sealed, `${kept?.segmentId ?? ''}.mp4`));
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(kept?.sha256);
    expect(lost).toMatchObject([{ from: kept?.endUtcMs, cause: 'disk-full' }]);
    expect(next?.recovered).toBe(false);
    expect((next?.startUtcMs ?? 0) - (kept?.endUtcMs ?? 0)).toBeLessThan(5_000);
  });

  it('holds back what is young, and has all of it in the file after a flush', async () => {
    const of = writer();
    const written = () => of.openSegment()?.bytes ?? 0;
    const [first = new Uint8Array(), second = new Uint8Array()] = fragments;
    for (const bytes of [first, second]) {
      placer.observe(0, epoch);
      of.push(bytes, readFragment(bytes, init));
    }
    expect(written()).toBe(0);
    await until(() => {
      of.flush();
      return written() === initBytes.length + first.length + second.length;
    });
    await of.close();
  });

  it('takes the rest in another write when the disk takes less than offered', async () => {
    const of = writer({
      createFile: async (path) => {
        const file = await createGrowingFile(path);
        return {
          ...file,
          write: (parts, position) => file.write([Buffer.concat(parts).subarray(0, 1_000)], position),
        };
      },
    });
    await feed(of, 0, 30);
    await of.close();
    const bytes = await readFile(join(spool.folders.sealed, `${sealed[0]?.segmentId ?? ''}.mp4`));
    expect(bytes).toEqual(Buffer.concat([initBytes, ...fragments.slice(0, 30)]));
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(sealed[0]?.sha256);
  });

  it('syncs within 2 s, however often it writes', async () => {
    let writes = 0;
    const syncedAtMs: number[] = [];
    const of = writer({
      settings: { segmentDurationMs: 60_000, segmentBytes: 1 << 24 },
      createFile: async (path) => {
        const file = await createGrowingFile(path);
        return {
          ...file,
          write: (parts, position) => {
            writes += 1;
            return file.write(parts, position);
          },
          datasync: () => {
            syncedAtMs.push(monotonicMs);
            return file.datasync();
          },
        };
      },
    });
    await feed(of);
    await of.close();
    const gapsMs = syncedAtMs.map((ms, index) => ms - (syncedAtMs[index - 1] ?? 0));
    expect(syncedAtMs.length).toBeGreaterThanOrEqual(5);
    expect(writes).toBeGreaterThan(syncedAtMs.length);
    for (const ms of gapsMs) {
      expect(ms).toBeGreaterThanOrEqual(1_400);
      expect(ms).toBeLessThanOrEqual(2_000);
    }
  });

  it('syncs what it wrote also when nothing more comes, and then leaves the disk alone', async () => {
    let syncs = 0;
    const of = writer({
      createFile: async (path) => {
        const file = await createGrowingFile(path);
        return {
          ...file,
          datasync: async () => {
            await file.datasync();
            syncs += 1;
          },
        };
      },
    });
    await feed(of, 0, 3);
    await until(() => {
      of.flush();
      return (of.openSegment()?.bytes ?? 0) > 0;
    });
    expect(syncs).toBe(0);
    monotonicMs += 2_000;
    await until(() => {
      of.flush();
      return syncs > 0;
    });
    monotonicMs += 10_000;
    of.flush();
    await of.close();
    expect(syncs).toBe(1);
  });

  it('says at once that nothing is kept, and what was kept also when that shows only after it began again', async () => {
    let refusals = 0;
    let sealing = true;
    const reallySeal = spool.sealSegment.bind(spool);
    spool.sealSegment = (segment) => {
      if (sealing) return reallySeal(segment);
      refusals += 1;
      throw Object.assign(new Error('the index has no room'), { code: 'SQLITE_FULL' });
    };
    const of = writer({
      createFile: failingDisk(100_000, 'ENOSPC'),
      clock: { ...clock, sleep: () => new Promise((resolve) => setTimeout(resolve, 5)) },
      events: { ...events, indexFailed: () => undefined },
    });
    sealing = false;
    await feed(of);
    await until(() => refusals > 1);
    expect(told.slice(0, 3)).toEqual(['started', 'failed', 'started']);
    expect(told).not.toContain('kept');
    sealing = true;
    await of.close();
    expect(told.filter((what) => what === 'kept')).toHaveLength(1);
    const kept = sealed.find(({ recovered }) => recovered);
    expect(lost).toMatchObject([{ from: kept?.endUtcMs, cause: 'disk-full' }]);
    expect(started[1]).toBeGreaterThanOrEqual(lost[0]?.to ?? 0);
  });

  it('waits for an index that takes nothing when its capture ends; at a stop the next start seals it', async () => {
    let refusals = 0;
    let isTaking = false;
    const reallySeal = spool.sealSegment.bind(spool);
    spool.sealSegment = (segment) => {
      if (isTaking) return reallySeal(segment);
      refusals += 1;
      throw Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR_FSYNC' });
    };
    const parts = {
      clock: { ...clock, sleep: () => new Promise<void>((resolve) => setTimeout(resolve, 5)) },
      events: { ...events, indexFailed: () => undefined },
    };
    const ended = writer(parts);
    await feed(ended, 0, 20);
    const draining = ended.drain();
    await until(() => refusals >= 3);
    isTaking = true;
    await draining;
    expect(sealed).toHaveLength(1);
    expect(spool.openSegmentRows()).toEqual([]);

    isTaking = false;
    placer = new CapturePlacer();
    const stopped = writer(parts);
    await feed(stopped, 0, 20);
    await stopped.close();
    expect(sealed).toHaveLength(1);
    expect(spool.openSegmentRows()).toHaveLength(1);
  });

  it('never trusts a file again in which a write failed otherwise', async () => {
    const of = writer({ createFile: failingDisk(100_000, 'EIO') });
    await feed(of);
    await of.close();
    expect(lost).toMatchObject([{ from: epoch + 50, cause: 'disk-failed' }]);
    expect(await readdir(spool.folders.quarantine)).toHaveLength(1);
    expect(sealed.every(({ startUtcMs, recovered }) => startUtcMs > epoch + 2_000 && !recovered)).toBe(true);
    expect(spool.openSegmentRows()).toEqual([]);
  });
});
