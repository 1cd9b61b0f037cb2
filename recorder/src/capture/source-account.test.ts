import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '@minhbach/shared/clock';
import type { GapEntry } from '@minhbach/shared/protocol';
import {
  newId,
  recorderIdSchema,
  sourceIdSchema,
  utcMs,
  type SourceId,
} from '@minhbach/shared/units-of-measure';
import { openSpool, type Spool } from '../spool/index.ts';
import { SourceAccount } from './source-account.ts';

const at = (seconds: number) => utcMs(1_700_000_000_000 + seconds * 1000);
let directory: string;
let spool: Spool;
let sourceId: SourceId;
let gaps: [number, number, string][];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mb-account-'));
  spool = await openSpool({ directory, clock: systemClock, recorderId: newId(recorderIdSchema) });
  sourceId = newId(sourceIdSchema);
  gaps = [];
});
afterEach(async () => {
  spool.close();
  await rm(directory, { recursive: true });
});

function account(now: number): SourceAccount {
  return new SourceAccount({
    spool,
    sourceId,
    now: at(now),
    cause: (from) => ({ cause: from === undefined ? 'unknown' : 'recorder-crashed', evidence: 'test' }),
    onGap: ({ fromUtcMs, toUtcMs, cause }: GapEntry) =>
      void gaps.push([(fromUtcMs - at(0)) / 1000, (toUtcMs - at(0)) / 1000, cause]),
  });
}

describe('SourceAccount', () => {
  it('tells of the hole before first footage, and between footage, by what was seen last', () => {
    const of = account(0);
    of.footageStarted(at(2));
    of.footageEnded(at(60), 'camera-closed', 'x');
    of.observed('camera-closed', 'x', at(61));
    of.observed('camera-unreachable', 'y', at(63));
    of.footageStarted(at(70));
    expect(gaps).toEqual([
      [0, 2, 'unknown'],
      [60, 63, 'camera-closed'],
      [63, 70, 'camera-unreachable'],
    ]);
  });

  it('names what was only known for sure later by its cause from the beginning', () => {
    const of = account(0);
    of.observed('sound-missing', 'x', at(3));
    of.footageStarted(at(12));
    expect(gaps).toEqual([
      [0, 3, 'unknown'],
      [3, 12, 'sound-missing'],
    ]);
  });

  it('gives way to footage that began before its capture did', () => {
    const of = account(0);
    of.observed('camera-unreachable', 'y', at(5));
    of.footageStarted(at(4));
    expect(gaps).toEqual([[0, 4, 'unknown']]);
  });

  it('tells of a long outage while it lasts, twenty seconds behind', () => {
    const of = account(0);
    for (let second = 1; second <= 200; second += 1) of.tick(at(second));
    expect(gaps).toEqual([
      [0, 60, 'unknown'],
      [60, 120, 'unknown'],
      [120, 180, 'unknown'],
    ]);
    of.footageStarted(at(201));
    expect(gaps.at(-1)).toEqual([180, 201, 'unknown']);
  });

  it('goes on from where the run before ended', () => {
    account(0).footageStarted(at(1));
    spool.setWatermark(sourceId, at(30));
    account(100).footageStarted(at(103));
    expect(gaps.at(-1)).toEqual([30, 103, 'recorder-crashed']);
    expect(spool.watermark(sourceId)).toBe(at(103));
  });

  it('tells of nothing while it is in doubt how much of a failed file is kept, and then all of it', () => {
    const of = account(0);
    of.footageStarted(at(1));
    const kept = of.footageInDoubt(at(10), at(20), 'disk-full', 'x');
    expect(of.until).toEqual(at(20));
    of.tick(at(100));
    of.observed('camera-closed', 'y', at(101));
    of.footageStarted(at(103));
    expect(gaps).toEqual([[0, 1, 'unknown']]);
    spool.setWatermark(sourceId, at(18));
    kept(at(18));
    of.tick(at(130));
    expect(gaps.slice(1)).toEqual([
      [18, 80, 'disk-full'],
      [80, 101, 'disk-full'],
      [101, 103, 'camera-closed'],
    ]);
  });

  it('states no gap where all of a failed file is kept and the next begins at its end', () => {
    const of = account(0);
    of.footageStarted(at(1));
    const kept = of.footageInDoubt(at(10), at(20), 'disk-full', 'x');
    of.footageStarted(at(20));
    kept(at(20));
    of.tick(at(60));
    expect(gaps).toEqual([[0, 1, 'unknown']]);
  });
});
