import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '@minhbach/shared/clock';
import {
  captureIdSchema,
  newId,
  recorderIdSchema,
  segmentIdSchema,
  sha256HexSchema,
  sourceIdSchema,
  utcMs,
  type SegmentId,
} from '@minhbach/shared/units-of-measure';
import { openSpool, type Spool } from '../spool/index.ts';
import { checkPresence } from './presence.ts';
import { Scrub } from './scrub.ts';

const recorderId = newId(recorderIdSchema);
const sourceId = newId(sourceIdSchema);
let directory: string;
let spool: Spool;
let found: string[];
const signal = new AbortController().signal;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mb-scrub-'));
  spool = await openSpool({ directory, clock: systemClock, recorderId });
  found = [];
});
afterEach(async () => {
  spool.close();
  await rm(directory, { recursive: true });
});

const pathOf = (segmentId: SegmentId) => join(spool.folders.sealed, `${segmentId}.mp4`);
let minute = 0;
async function sealed(text = 'footage'): Promise<SegmentId> {
  const segmentId = newId(segmentIdSchema);
  await writeFile(pathOf(segmentId), text);
  const sha256 = sha256HexSchema.parse(createHash('sha256').update(text).digest('hex'));
  const startUtcMs = utcMs(1_700_000_000_000 + (minute += 1) * 60_000);
  spool.sealSegment({
    ...{ segmentId, sourceId, captureId: newId(captureIdSchema), firstTfdt: 0, timescale: 1000 },
    ...{ startUtcMs, endUtcMs: utcMs(startUtcMs + 60_000), bytes: text.length, initBytes: 1, fragments: 1 },
    ...{ sha256, fragmentsRoot: sha256, codec: 'c', mime: 'm', keyframes: [], clockErrorMs: 0 },
    ...{ recovered: false, fileName: `${segmentId}.mp4` },
  });
  return segmentId;
}

const untold = { onUnreadable: () => undefined, onDiskFault: () => undefined };
function scrub(bytesPerSecond = 1e9): Scrub {
  return new Scrub({
    ...{ spool, clock: systemClock, bytesPerSecond },
    onDamage: ({ message }) => void found.push(message),
    onPassEnded: async () => undefined,
    ...untold,
  });
}

describe('the scrub', () => {
  it('finds nothing in what is as it was sealed', async () => {
    await sealed();
    await scrub().pass(signal);
    expect(found).toEqual([]);
    expect(scrub().progress()).toMatchObject({
      segments: 0,
      damaged: 0,
      lastPassEndedAt: expect.any(Number),
    });
  });

  it('takes out what is not, says whether the archive has it, and keeps the file for a person to look at', async () => {
    const [altered, short, gone, kept] = [await sealed(), await sealed(), await sealed(), await sealed()];
    spool.markUploading(short);
    spool.markProven(short, {});
    await writeFile(pathOf(altered), 'f0otage');
    await truncate(pathOf(short), 3);
    await rm(pathOf(gone));
    await scrub().pass(signal);
    expect(found).toHaveLength(3);
    expect(found.find((text) => text.includes(short))).toMatch(/the archive has it, proven$/);
    expect(found.find((text) => text.includes(altered))).toMatch(
      /quarantine\/; the archive is not known to have it$/,
    );
    expect(found.find((text) => text.includes(gone))).toMatch(/is gone;/);
    expect(spool.segmentsAfter('', 9).map(({ segmentId }) => segmentId)).toEqual([kept]);
    expect((await readdir(spool.folders.quarantine)).sort()).toEqual(
      [`${altered}.mp4`, `${short}.mp4`].sort(),
    );
    expect(spool.readEntries(0, 99).filter(({ kind }) => kind === 'segment-dropped')).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ segmentId: short, reason: 'damaged', proven: true }),
        expect.objectContaining({ segmentId: altered, reason: 'damaged', proven: false }),
      ]),
    );
  });

  it('goes on where it was stopped', async () => {
    const ids = [
      await sealed('a'.repeat(100)),
      await sealed('b'.repeat(100)),
      await sealed('c'.repeat(100)),
    ].sort();
    const [first, ...rest] = ids;
    if (first === undefined) throw new Error('nothing was sealed');
    const stop = new AbortController();
    let reads = 0;
    // Stopped while the second file is being read.
    const sleep = async (): Promise<void> => {
      if ((reads += 1) === 2) stop.abort();
    };
    await new Scrub({
      ...{ spool, clock: { ...systemClock, sleep }, bytesPerSecond: 1 },
      onDamage: ({ message }) => void found.push(message),
      onPassEnded: async () => undefined,
      ...untold,
    }).pass(stop.signal);
    expect(scrub().progress().segments).toBe(1);
    await rm(pathOf(first));
    for (const id of rest) await rm(pathOf(id));
    await scrub().pass(signal);
    expect(found.filter((text) => text.includes(first))).toEqual([]);
    expect(found).toHaveLength(2);
  });
});

describe('the presence check', () => {
  it('names both what has no row and what has no file, and leaves what is being sealed', async () => {
    const [kept, lost] = [await sealed(), await sealed()];
    await rm(pathOf(lost));
    await writeFile(join(spool.folders.sealed, 'stranger.mp4'), 'x');
    const segmentId = newId(segmentIdSchema);
    await writeFile(pathOf(segmentId), 'being sealed');
    spool.saveOpenSegment({
      ...{ segmentId, sourceId, captureId: newId(captureIdSchema), fileName: `${segmentId}.mp4` },
      ...{ startUtcMs: utcMs(1), firstTfdt: 0, timescale: 1000, clockErrorMs: 0 },
    });
    expect(await checkPresence({ spool, isAlone: true, signal })).toEqual({
      filesWithoutRow: ['stranger.mp4'],
      rowsWithoutFile: [lost],
    });
    expect((await readdir(spool.folders.sealed)).sort()).toEqual([`${kept}.mp4`, `${segmentId}.mp4`].sort());
  });
});
