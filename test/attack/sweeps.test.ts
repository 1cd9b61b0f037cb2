import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { archivedHeadKeys } from '@minhbach/shared/object-store';
import type { SweepDetail } from '@minhbach/shared/protocol';
import { utcMs } from '@minhbach/shared/units-of-measure';
import { placesDrawn, seedOf } from '../../monitor-ui/server/sweeps/draw.ts';
import { HeadSweep, SweepBook, Sweeps, type SweepFailure } from '../../monitor-ui/server/sweeps/index.ts';
import { FootageUnavailableError } from '../../monitor-ui/server/playback/index.ts';
import { ArchivedLedgers } from '../support/archived-ledgers.ts';
import { RetentionBench } from '../support/retention-bench.ts';

const never = new AbortController().signal;
type Filmed = Awaited<ReturnType<RetentionBench['film']>>;

/** Whoever owns archive and database changes something behind the monitor's back; a sweep over everything must name it. */
describe('a sweep', () => {
  let bench: RetentionBench;
  let segments: Filmed[];
  let failures: SweepFailure[];
  let spooled: ReadonlyMap<string, Buffer>;

  beforeEach(async () => {
    bench = await RetentionBench.start();
    const start = bench.nowMs - 3_600_000;
    segments = [];
    for (let count = 0; count < 3; count += 1) {
      segments.push(await bench.film(bench.camera, start + count * 2_000));
      segments.push(await bench.film(bench.microphone, start + count * 2_000));
    }
    failures = [];
    spooled = new Map();
  });
  afterEach(async () => bench.close());

  const sweep = async (sample = segments.length): Promise<SweepDetail> => {
    const { database, clock, archive } = bench;
    const sweeps = new Sweeps({
      ...{ database, audit: bench.rooms().audit, clock, archive, sample },
      fromRecorder: async (segmentId) => {
        const bytes = spooled.get(segmentId);
        if (bytes === undefined) throw new FootageUnavailableError('recorder-away', 'the recorder is away');
        return Readable.from([bytes]);
      },
      onFailure: (failure) => failures.push(failure),
    });
    const id = await sweeps.run(bench.recorderId, never);
    if (id === undefined) throw new Error('nothing was drawn');
    return new SweepBook(database).find(bench.administrator, id);
  };
  const at = (index: number): Filmed => {
    const segment = segments[index];
    if (segment === undefined) throw new Error('no such segment');
    return segment;
  };
  const fileOf = (segment: Filmed): string =>
    execFileSync(
      'find',
      [join(bench.directory, 'archive'), '-type', 'f', '-name', `*${segment.segmentId}*`],
      {
        encoding: 'utf8',
      },
    )
      .trim()
      .split('\n')
      .filter((path) => path.includes('.mp4'))
      .sort((a, b) => a.length - b.length)[0] ?? '';
  const expectNamed = ({ results }: SweepDetail, segment: Filmed, fault: string) => {
    const { segmentId, sourceId, startUtcMs: from, endUtcMs: to } = segment;
    expect(results.filter(({ outcome }) => outcome === 'failed')).toEqual([
      expect.objectContaining({ segmentId, sourceId, from, to, fault }),
    ]);
    expect(failures).toEqual([
      expect.objectContaining({ recorderId: bench.recorderId, segmentId, sourceId, from, to, fault }),
    ]);
  };

  it('finds whole what is whole, hears the sound, and states draw and results in the audit', async () => {
    const found = await sweep();
    expect(found).toMatchObject({ passed: 6, failed: 0, unavailable: 0, endedAt: expect.any(Number) });
    const ofMicrophone = found.results.filter(({ sourceId }) => sourceId === bench.microphone);
    for (const { soundDb } of ofMicrophone) expect(soundDb).toBeGreaterThan(-40);
    const [ended, drawn] = bench.rooms().audit.list({ limit: 2 });
    expect(ended).toMatchObject({
      kind: 'sweep-ended',
      subject: { sweepId: found.id, passed: 6, failed: 0 },
    });
    expect(drawn).toMatchObject({ kind: 'sweep-drawn', seq: found.auditSeq, subject: { seed: found.seed } });
  });

  it('draws what anybody can draw again from its entry', async () => {
    const found = await sweep(3);
    const drawn = bench.rooms().audit.list({ kind: 'sweep-drawn', limit: 1 })[0]?.subject;
    if (drawn === undefined) throw new Error('no entry');
    const seed = seedOf({
      auditSize: Number(drawn['auditSize']),
      auditLeaf: String(drawn['auditLeaf']),
      recorderId: String(drawn['recorderId']),
      generations: String(drawn['generations']),
      lastLeaf: String(drawn['lastLeaf']),
    });
    expect(seed).toBe(drawn['seed']);
    // Every second entry is a seal, every other one a proof: the first seal at the place or after it, going round.
    const again = new Set<number>();
    for (const place of placesDrawn(seed, 12)) {
      again.add((place % 2 === 0 ? place : place + 1) % 12);
      if (again.size === 3) break;
    }
    expect(new Set(found.results.map(({ seq }) => seq))).toEqual(again);
  });

  it('names an object that was deleted', async () => {
    await rm(fileOf(at(2)));
    expectNamed(await sweep(), at(2), 'object-missing');
  });

  it('names an object in whose place other footage lies', async () => {
    const other = execFileSync('cat', [fileOf(at(4))]);
    await writeFile(fileOf(at(2)), other);
    expectNamed(await sweep(), at(2), 'object-altered');
  });

  it('names an object with one bit changed', async () => {
    const bytes = execFileSync('cat', [fileOf(at(5))]);
    bytes[bytes.length - 100] = (bytes[bytes.length - 100] ?? 0) ^ 1;
    await writeFile(fileOf(at(5)), bytes);
    expectNamed(await sweep(), at(5), 'object-altered');
  });

  it.each([
    ['moved in time', 'UPDATE segment SET end_ms = end_ms + 1000 WHERE segment_id = ?', 'row-altered'],
    ['given another hash', "UPDATE segment_fact SET sha256 = 'ab' WHERE segment_id = ?", 'row-altered'],
    [
      'pointed elsewhere',
      "UPDATE segment_fact SET object_key = object_key || 'x' WHERE segment_id = ?",
      'row-altered',
    ],
    ['deleted', 'DELETE FROM segment WHERE segment_id = ?', 'row-missing'],
  ])('names a row that was %s', async (_name, statement, fault) => {
    bench.database.sqlite.prepare(statement).run(at(3).segmentId);
    expectNamed(await sweep(), at(3), fault);
  });

  it('is not told off by an expired span that no removal stated', async () => {
    const { segmentId, sourceId, startUtcMs, endUtcMs } = at(3);
    bench.database.sqlite.prepare('DELETE FROM segment WHERE segment_id = ?').run(segmentId);
    const span = 'INSERT INTO expired_span (source_id, from_ms, to_ms) VALUES (?, ?, ?)';
    bench.database.sqlite.prepare(span).run(sourceId, startUtcMs, endUtcMs);
    expectNamed(await sweep(), at(3), 'row-missing');
  });

  it('says nothing of footage that retention removed', async () => {
    const { runs } = bench.rooms();
    bench.nowMs = utcMs(bench.nowMs + 200 * 86_400_000);
    await runs.runOnce();
    const found = await sweep();
    expect(found.results).toEqual([]);
    expect(failures).toEqual([]);
  });

  it('asks the recorder for what is not archived yet, and calls nothing wrong while it is away', async () => {
    const late = await bench.film(bench.camera, bench.nowMs - 60_000, { told: 'sealed' });
    const bytes = execFileSync('cat', [fileOf(late)]);
    segments.push(late);
    expect(await sweep()).toMatchObject({ passed: 6, failed: 0, unavailable: 1 });
    spooled = new Map([[late.segmentId, bytes]]);
    expect(await sweep()).toMatchObject({ passed: 7, failed: 0, unavailable: 0 });
    bytes[bytes.length - 50] = (bytes[bytes.length - 50] ?? 0) ^ 4;
    spooled = new Map([[late.segmentId, bytes]]);
    expectNamed(await sweep(), late, 'object-altered');
  });
});

describe('a sweep of heads', () => {
  it('names one of the newest that is gone and any other when it is drawn, and nothing while all are there', async () => {
    const bench = await RetentionBench.start();
    try {
      const ledgers = new ArchivedLedgers(bench);
      for (let round = 0; round < 3; round += 1) {
        await bench.film(bench.camera, bench.nowMs - 3_600_000 + round * 2_000);
        await ledgers.archive();
      }
      const stated = ledgers.audit.list({ kind: 'heads-archived', limit: 10 });
      expect(stated).toHaveLength(3);
      const [newest = [], , first = []] = stated.map(({ subject }) =>
        archivedHeadKeys(String(subject['heads'])),
      );
      expect(newest).toHaveLength(2);
      const missing = async (sample: number): Promise<string[]> => {
        const keys: string[] = [];
        const { database, archive } = bench;
        await new HeadSweep({ database, archive, sample, onMissing: (key) => keys.push(key) }).run(never);
        return keys;
      };
      expect(await missing(10)).toEqual([]);
      for (const key of newest) await rm(join(bench.directory, 'archive', key));
      expect(await missing(0)).toEqual(newest);
      const [of = ''] = first;
      await rm(join(bench.directory, 'archive', of));
      expect((await missing(3)).toSorted()).toEqual([...newest, of].toSorted());
    } finally {
      await bench.close();
    }
  }, 60_000);
});
