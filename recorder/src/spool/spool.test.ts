import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { systemClock } from '@minhbach/shared/clock';
import {
  captureIdSchema,
  newId,
  recorderIdSchema,
  segmentIdSchema,
  sha256HexSchema,
  sourceIdSchema,
  utcMs,
} from '@minhbach/shared/units-of-measure';
import { openSpool, SpoolError, type NewSegment, type Spool } from './index.ts';

const recorderId = newId(recorderIdSchema);
const sha256 = sha256HexSchema.parse('ab'.repeat(32));
let directory: string;
let spool: Spool;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mb-spool-'));
  spool = await openSpool({ directory, clock: systemClock, recorderId });
});
afterEach(async () => {
  spool.close();
  await rm(directory, { recursive: true });
});

function segment(change: Partial<NewSegment> = {}): NewSegment {
  const segmentId = newId(segmentIdSchema);
  return {
    segmentId,
    sourceId: newId(sourceIdSchema),
    captureId: newId(captureIdSchema),
    startUtcMs: utcMs(1_700_000_000_000),
    endUtcMs: utcMs(1_700_000_060_000),
    firstTfdt: 900_000,
    timescale: 90_000,
    bytes: 1000,
    initBytes: 100,
    fragments: 3,
    sha256,
    fragmentsRoot: sha256,
    codec: 'avc1.4d0028',
    mime: 'video/mp4; codecs="avc1.4d0028"',
    keyframes: [0, 2000],
    clockErrorMs: 100,
    recovered: false,
    fileName: `${segmentId}.mp4`,
    ...change,
  };
}

async function sealed(change: Partial<NewSegment> = {}) {
  const made = segment(change);
  await writeFile(join(spool.folders.sealed, made.fileName), 'footage');
  return spool.sealSegment(made);
}

async function reopen(): Promise<void> {
  spool.close();
  spool = await openSpool({ directory, clock: systemClock, recorderId });
}

describe('the spool', () => {
  it('is as durable at its second opening as at its first', async () => {
    for (let opening = 0; opening < 2; opening += 1) {
      expect(spool.database.pragma('synchronous', { simple: true })).toBe(3);
      expect(spool.database.pragma('journal_mode', { simple: true })).toBe('wal');
      expect(spool.database.pragma('foreign_keys', { simple: true })).toBe(1);
      await reopen();
    }
  });

  it('seals row, entry and watermark together, or nothing', async () => {
    const entry = await sealed();
    expect(spool.findSegment(entry.segmentId)).toMatchObject({ uploadState: 'sealed', keyframes: [0, 2000] });
    expect(spool.readEntries(0, 10)).toEqual([entry]);
    expect(spool.watermark(entry.sourceId)).toBe(entry.endUtcMs);
    expect(entry.key).toBe(
      `r/${recorderId}/s/${entry.sourceId}/2023/11/14/22/1700000000000-${entry.segmentId}.mp4`,
    );
    const impossible = segment({ endUtcMs: utcMs(1_600_000_000_000) });
    expect(() => spool.sealSegment(impossible)).toThrow();
    expect(spool.ledgerSize()).toBe(1);
    expect(spool.watermark(impossible.sourceId)).toBeUndefined();
  });

  it('numbers entries without holes and tells listeners once they are durable', async () => {
    const sizes: number[] = [];
    const stop = spool.onAppended((size) => {
      sizes.push(size);
      const reader = new Database(join(directory, 'spool.db'), { readonly: true });
      expect(reader.prepare('SELECT count(*) FROM entry').pluck().get()).toBe(size);
      reader.close();
    });
    spool.appendEntry({ kind: 'recorder-started', version: '0.1.0', boot: 'x' });
    await sealed();
    stop();
    spool.appendEntry({ kind: 'recorder-stopped', reason: 'SIGTERM' });
    expect(sizes).toEqual([1, 2]);
    expect(spool.readEntries(1, 10).map(({ seq, kind }) => [seq, kind])).toEqual([
      [1, 'segment-sealed'],
      [2, 'recorder-stopped'],
    ]);
  });

  it('drops only what is proven to make room, never silently', async () => {
    const kept = await sealed();
    const gone = await sealed();
    await expect(spool.drop(kept.segmentId, 'quota')).rejects.toMatchObject({ code: 'not-proven' });
    spool.markUploading(gone.segmentId);
    spool.markUploaded(gone.segmentId, { versionId: 'v1' });
    spool.markProven(gone.segmentId, { versionId: 'v1' });
    spool.markProven(gone.segmentId, { versionId: 'v1' });
    expect(await spool.keepWithin(0)).toBe(1);
    expect(spool.findSegment(gone.segmentId)).toBeUndefined();
    expect(spool.findSegment(kept.segmentId)).toBeDefined();
    expect(existsSync(join(spool.folders.sealed, `${gone.segmentId}.mp4`))).toBe(false);
    expect(spool.spoolBytes()).toBe(1000);
    expect(spool.readEntries(2, 10).map(({ kind }) => kind)).toEqual(['segment-proven', 'segment-dropped']);
  });

  it('finishes a drop that a crash interrupted', async () => {
    const { segmentId } = await sealed();
    spool.database.prepare('UPDATE segment SET garbage = 1').run();
    await reopen();
    expect(existsSync(join(spool.folders.sealed, `${segmentId}.mp4`))).toBe(false);
    expect(spool.database.prepare('SELECT count(*) FROM segment').pluck().get()).toBe(0);
  });

  it('gives what is due for upload, sources in turn', async () => {
    const [a, b] = [newId(sourceIdSchema), newId(sourceIdSchema)];
    const at = (minute: number) => ({
      startUtcMs: utcMs(1_700_000_000_000 + minute * 60_000),
      endUtcMs: utcMs(1_700_000_060_000 + minute * 60_000),
    });
    for (const minute of [0, 1, 2]) await sealed({ sourceId: a, ...at(minute) });
    const late = await sealed({ sourceId: b, ...at(7) });
    expect(spool.segmentsToUpload(3).map(({ sourceId }) => sourceId)).toEqual([a, b, a]);
    spool.markUploading(late.segmentId);
    spool.markFailed(late.segmentId, { nextAttemptAt: utcMs(Date.now() + 60_000) });
    expect(spool.segmentsToUpload(9).map(({ sourceId }) => sourceId)).toEqual([a, a, a]);
    expect(spool.findSegment(late.segmentId)?.attempts).toBe(1);
    expect(spool.notYetProven()).toBe(4);
  });

  it('knows whether the run before stopped cleanly', async () => {
    expect(spool.previousRun.end).toBe('none');
    await reopen();
    expect(spool.previousRun.end).toBe('crashed');
    spool.close({ clean: true });
    spool = await openSpool({ directory, clock: systemClock, recorderId });
    expect(spool.previousRun.end).toBe('stopped');
    spool.noteAlive();
    spool.database.prepare(`UPDATE spool SET boot_id = 'another'`).run();
    await reopen();
    expect(spool.previousRun).toMatchObject({
      end: 'power-lost',
      evidence: expect.stringMatching(/boot another/),
    });
  });

  it('refuses what is not its own', async () => {
    await expect(
      openSpool({ directory, clock: systemClock, recorderId: newId(recorderIdSchema) }),
    ).rejects.toMatchObject({ code: 'wrong-recorder' });
    spool.database.prepare(`INSERT INTO migration VALUES ('spool-99', 99)`).run();
    await expect(openSpool({ directory, clock: systemClock, recorderId })).rejects.toThrow(SpoolError);
  });

  it('keeps its sums right through seal, proof and drop', async () => {
    const [one, two] = [await sealed(), await sealed({ bytes: 500 })];
    expect(spool.totals()).toEqual({ segments: 2, bytes: 1500, unproven: 2, unprovenBytes: 1500 });
    spool.markUploading(one.segmentId);
    spool.markProven(one.segmentId, {});
    expect(spool.totals()).toEqual({ segments: 2, bytes: 1500, unproven: 1, unprovenBytes: 500 });
    await spool.drop(two.segmentId, 'lost');
    expect(spool.totals()).toEqual({ segments: 1, bytes: 1000, unproven: 0, unprovenBytes: 0 });
    expect(spool.readEntries(3, 1)).toMatchObject([{ reason: 'lost', proven: false }]);
    expect(await spool.makeRoom(1)).toBe(1000);
    expect(await spool.makeRoom(1)).toBe(0);
    expect(spool.totals()).toEqual({ segments: 0, bytes: 0, unproven: 0, unprovenBytes: 0 });
  });

  it('takes further rooms into the same schema', async () => {
    const migrations = [{ name: 'device-1', sql: 'CREATE TABLE device (id TEXT PRIMARY KEY) STRICT' }];
    spool.close();
    for (let opening = 0; opening < 2; opening += 1) {
      spool = await openSpool({ directory, clock: systemClock, recorderId, migrations });
      if (opening === 0) spool.close();
    }
    expect(spool.database.prepare('SELECT count(*) FROM device').pluck().get()).toBe(0);
  });
});
