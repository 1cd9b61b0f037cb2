import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { copyFile, cp, mkdir, mkdtemp, open, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '@minhbach/shared/clock';
import { newId, recorderIdSchema } from '@minhbach/shared/units-of-measure';
import type { SegmentSealed } from '@minhbach/shared/protocol';
import { checkSpool, type Disagreement } from '../../recorder/src/fsck/index.ts';
import { openSpool } from '../../recorder/src/spool/index.ts';
import { startVirtualCamera } from '../../scripts/virtual-camera/index.ts';
import { devicePlan, RecordingBench } from '../support/recording-bench.ts';
import { until } from '../support/until.ts';

/* A spool filled by a real camera is copied, one thing in the copy is changed, and fsck must name just that. */
describe('fsck', () => {
  const stop = new AbortController();
  let directory: string;
  let template: string;
  let segment: SegmentSealed;
  let whileRecording: Disagreement[];

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'mb-fsck-'));
    template = join(directory, 'template');
    const password = randomUUID();
    const camera = await startVirtualCamera({ password, name: 'fsck' }, stop.signal);
    const url = camera.rtspUrls.main.replace('rtsp://', `rtsp://admin:${password}@`);
    const bench = await RecordingBench.over(template, newId(recorderIdSchema), { segmentDurationMs: 2_000 });
    const plan = devicePlan({ main: () => url });
    bench.recording.addDevice(plan);
    await until(() => bench.sealed(plan.picture).length >= 2, 60_000);
    whileRecording = await check(template);
    const [first] = bench.sealed(plan.picture);
    await bench.stop();
    if (first === undefined) throw new Error('nothing was sealed');
    segment = first;
  }, 300_000);
  afterAll(async () => {
    stop.abort();
    await rm(directory, { recursive: true, force: true });
  });

  async function check(spool: string, quick = false): Promise<Disagreement[]> {
    const found: Disagreement[] = [];
    const signal = stop.signal;
    await checkSpool({ directory: spool, quick, signal, onDisagreement: (one) => void found.push(one) });
    return found;
  }

  async function damaged(change: (spool: string) => Promise<void> | void): Promise<string> {
    const copy = join(directory, randomUUID());
    await cp(template, copy, { recursive: true });
    await change(copy);
    return copy;
  }

  const fileOf = (spool: string) => join(spool, 'sealed', `${segment.segmentId}.mp4`);
  const sql = (statement: string) => (spool: string) => {
    const database = new Database(join(spool, 'spool.db'));
    expect(database.prepare(statement).run({ id: segment.segmentId }).changes).toBe(1);
    database.close();
  };

  it('finds nothing in what was recorded, beside the recorder and after it', async () => {
    expect(whileRecording).toEqual([]);
    expect(await check(template)).toEqual([]);
  }, 30_000);

  it('agrees with a spool that was opened three times, each time with syncs that are waited for', async () => {
    const spool = await damaged(() => undefined);
    const wal = new Database(join(spool, 'spool.db'));
    const recorderId = recorderIdSchema.parse(wal.prepare('SELECT recorder_id FROM spool').pluck().get());
    // What whoever forgets to ask gets of this database: NORMAL, which may lose the newest rows at a power cut.
    expect(wal.pragma('synchronous', { simple: true })).toBe(1);
    wal.close();
    const openings = {
      'as it was left': () => undefined,
      'after a crash': () => undefined,
      'made again from the journal': async () => rm(join(spool, 'spool.db')),
    };
    for (const [name, prepare] of Object.entries(openings)) {
      await prepare();
      const opened = await openSpool({ directory: spool, clock: systemClock, recorderId });
      expect([name, opened.database.pragma('synchronous', { simple: true })]).toEqual([name, 3]);
      expect([name, opened.database.pragma('journal_mode', { simple: true })]).toEqual([name, 'wal']);
      opened.close();
      expect([name, await check(spool)]).toEqual([name, []]);
    }
  }, 30_000);

  const cases: [string, (spool: string) => Promise<void> | void, string[]][] = [
    [
      'one bit in a file',
      async (spool) => {
        const file = await open(fileOf(spool), 'r+');
        const { buffer } = await file.read(Buffer.alloc(1), 0, 1, segment.bytes - 9);
        await file.write(Buffer.of((buffer[0] ?? 0) ^ 1), 0, 1, segment.bytes - 9);
        await file.close();
      },
      ['file-altered', 'file-structure'],
    ],
    [
      'a file cut short',
      (spool) => truncate(fileOf(spool), segment.bytes - 5),
      ['file-size', 'file-altered', 'file-structure'],
    ],
    ['a file removed', (spool) => rm(fileOf(spool)), ['file-missing']],
    [
      'a file put in',
      (spool) => copyFile(fileOf(spool), join(spool, 'sealed', 'x.mp4')),
      ['file-without-row'],
    ],
    ['a row removed', sql('DELETE FROM segment WHERE id = @id'), ['row-missing', 'file-without-row']],
    ['a time moved', sql('UPDATE segment SET end_utc_ms = end_utc_ms + 1 WHERE id = @id'), ['row-differs']],
    [
      'a row and its fact moved in time',
      (spool) => {
        sql('UPDATE segment SET end_utc_ms = end_utc_ms - 700 WHERE id = @id')(spool);
        sql(
          `UPDATE entry SET json = json_set(json, '$.endUtcMs', json->>'endUtcMs' - 700) WHERE json->>'segmentId' = @id`,
        )(spool);
      },
      ['journal-differs', 'time-hole'],
    ],
    [
      'a fact removed',
      sql(`DELETE FROM entry WHERE json->>'segmentId' = @id`),
      ['entry-missing', 'journal-differs', 'row-without-entry', 'time-hole'],
    ],
    [
      'proof that nobody gave',
      sql(`UPDATE segment SET upload_state = 'proven' WHERE id = @id`),
      ['proof-without-entry'],
    ],
    [
      'keyframes that make no sense',
      sql(`UPDATE segment SET keyframes = '[1' WHERE id = @id`),
      ['row-unreadable'],
    ],
    [
      'a source that makes no sense',
      sql(`UPDATE segment SET source_id = 'x' WHERE id = @id`),
      ['row-unreadable'],
    ],
    [
      'a folder in the place of a file',
      async (spool) => {
        await rm(fileOf(spool));
        await mkdir(fileOf(spool));
      },
      ['file-missing'],
    ],
    [
      'a watermark removed',
      sql(`DELETE FROM source_watermark WHERE source_id = (SELECT source_id FROM segment WHERE id = @id)`),
      ['watermark'],
    ],
    [
      'a segment marked as dropped in silence',
      sql('UPDATE segment SET garbage = 1 WHERE id = @id'),
      ['row-without-entry'],
    ],
  ];
  it.each(cases)(
    'names %s',
    async (_name, change, codes) => {
      const found = await check(await damaged(change));
      expect(found.map(({ code }) => code)).toEqual(codes);
      const about = found.filter(({ sourceId }) => sourceId !== undefined);
      for (const { sourceId } of about) expect(sourceId).toBe(segment.sourceId);
    },
    30_000,
  );

  it('reads no file when asked to be quick, and misses what only reading shows', async () => {
    const gone = await damaged((spool) => rm(fileOf(spool)));
    expect((await check(gone, true)).map(({ code }) => code)).toEqual(['file-missing']);
  }, 30_000);

  it('is a command that exits with 0, 1 or 2', async () => {
    const data = join(directory, 'data');
    await mkdir(data, { mode: 0o700 });
    const config = join(directory, 'recorder.json');
    const settings = {
      dataDirectory: data,
      archive: { type: 'directory', path: join(directory, 'archive') },
      monitors: [],
    };
    await writeFile(config, JSON.stringify(settings));
    expect(await fsck(config)).toMatchObject({ code: 2, said: expect.stringContaining('no spool.db') });
    await cp(template, join(data, 'spool'), { recursive: true });
    expect(await fsck(config)).toMatchObject({ code: 0, said: expect.stringContaining('all agrees') });
    await rm(fileOf(join(data, 'spool')));
    const { code, said } = await fsck(config);
    expect(code).toBe(1);
    expect(said).toContain(
      `file-missing: source ${segment.sourceId} ${new Date(segment.startUtcMs).toISOString()}`,
    );
    expect(await fsck(join(directory, 'nowhere.yaml'))).toMatchObject({ code: 2 });
  }, 60_000);

  async function fsck(config: string): Promise<{ code: number; said: string }> {
    const script = new URL('../../dist/scripts/fsck.js', import.meta.url).pathname;
    return new Promise((resolve) => {
      execFile(process.execPath, [script, '--config', config], (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), said: stdout + stderr });
      });
    });
  }
});
