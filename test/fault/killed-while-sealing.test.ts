import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { GapEntry, SegmentSealed } from '@minhbach/shared/protocol';
import { counterIdSchema, newId } from '@minhbach/shared/units-of-measure';
import { disagreementsOf, entriesOf } from '../../scripts/soak/spool-facts.ts';
import { startVirtualCamera } from '../../scripts/virtual-camera/index.ts';
import { MonitorHalf } from '../support/monitor-half.ts';
import { RecorderProcess } from '../support/recorder-process.ts';
import { holes } from '../support/recording-bench.ts';
import { until } from '../support/until.ts';

/*
 * The built recorder dies (SIGKILL, by strace) at one system call of sealing, before the kernel carries it out; one test
 * for each of them, in the order of recorder/DESIGN.md, "Seal". One source, so that the calls are of one segment.
 */
const password = 's3cret';
const cameras = new AbortController();
let monitor: MonitorHalf;
let recorder: RecorderProcess;
let tracer: ChildProcess | undefined;
const spool = () => join(recorder.directory, 'data/spool');
const folder = (name: string) => join(spool(), name);

beforeAll(async () => {
  monitor = new MonitorHalf();
  await monitor.listen();
  recorder = await RecorderProcess.prepare({
    monitors: [{ url: monitor.url, enrolmentCode: monitor.enrolmentCode }],
    segment: { maxDurationMs: 2_000 },
    spool: { reserveBytes: 0 },
    // Nothing is proven: facts about uploads would be written between those of sealing.
    archive: { type: 'directory', path: '/proc/nowhere' },
  });
  const camera = await startVirtualCamera({ password, sound: 'none', hasSubStream: false }, cameras.signal);
  recorder.start();
  const { recorderId } = await recorder.untilStarted();
  await monitor.untilConnected(recorderId);
  await monitor.links.runJob(
    recorderId,
    {
      ...{ kind: 'register', counterId: newId(counterIdSchema), name: 'Quầy 1', sourceKind: 'camera' },
      connection: { type: 'rtsp', url: camera.rtspUrls.main, username: 'admin', password },
    },
    { timeoutMs: 20_000 },
  );
}, 120_000);
afterAll(async () => {
  tracer?.kill('SIGKILL');
  cameras.abort();
  await recorder[Symbol.asyncDispose]();
  await monitor.close();
});

const sealed = (): SegmentSealed[] => monitor.entries.filter((entry) => entry.kind === 'segment-sealed');
const gaps = (): GapEntry[] => monitor.entries.filter((entry) => entry.kind === 'gap');

/** What lies in the spool of a recorder that is dead. */
function found() {
  const database = new Database(join(spool(), 'spool.db'), { readonly: true });
  const names = (table: string) =>
    database.prepare<[], string>(`SELECT file_name FROM ${table}`).pluck().all();
  try {
    return {
      rows: names('segment').sort(),
      openRows: names('open_segment').sort(),
      open: readdirSync(folder('open')),
      sealed: readdirSync(folder('sealed')).sort(),
      stated: entriesOf(spool())
        .flatMap((entry) => (entry.kind === 'segment-sealed' ? [`${entry.segmentId}.mp4`] : []))
        .sort(),
    };
  } finally {
    database.close();
  }
}

/** The old state or the new one, of every segment: never half of one. */
function expectWhole({ rows, openRows, open, sealed: inSealed, stated }: ReturnType<typeof found>): void {
  expect(rows).toEqual(stated);
  expect(rows.filter((name) => openRows.includes(name))).toEqual([]);
  expect(open.filter((name) => !openRows.includes(name) || inSealed.includes(name))).toEqual([]);
  expect(inSealed).toEqual([...rows, ...openRows.filter((name) => inSealed.includes(name))].sort());
}

/** Dead at the nth of these calls; `path` is asked for anew where it was passed before the calls were watched. */
async function dieAt(of: { calls: string; path?: () => string; nth?: number }): Promise<void> {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const path = of.path?.();
    tracer = spawn('strace', [
      ...['-f', '-p', String(recorder.pid), '-o', '/dev/null'],
      ...(path === undefined ? [] : ['-P', path]),
      ...['-e', `trace=${of.calls}`, '-e', `inject=${of.calls}:signal=SIGKILL:when=${of.nth ?? 1}`],
    ]);
    const ended = once(tracer, 'exit');
    const died = await Promise.race([
      recorder.exitCode().then(() => true),
      new Promise<false>((resolve) => setTimeout(() => resolve(false), 12_000)),
    ]);
    tracer.kill('SIGTERM');
    await ended;
    if (died) return;
  }
  throw new Error(`${of.calls} was not called`);
}

const growing = () => join(folder('open'), readdirSync(folder('open')).sort().at(-1) ?? '');

test.each([
  ['before the file is synced', { calls: 'fsync', path: growing }, 'in open/'],
  ['before the file is moved', { calls: '?rename,?renameat,?renameat2', path: growing }, 'in open/'],
  ['between the move and the row', { calls: 'fsync', path: () => folder('sealed') }, 'in sealed/'],
  // The first write is of the row of the next segment.
  [
    'between the row and the journal',
    { calls: 'pwrite64', path: () => join(spool(), 'journal.jsonl'), nth: 2 },
    'stated',
  ],
] as const)(
  'killed %s: old or new, never half, and all of it is there again',
  async (_name, death, expected) => {
    // From its sixth second on, a capture writes nothing to the journal but what its segments do.
    const wanted = sealed().length + (expected === 'stated' ? 4 : 1);
    await until(() => sealed().length >= wanted, 60_000);
    await dieAt(death);
    const left = found();
    expectWhole(left);
    const moved = left.openRows.filter((name) => left.sealed.includes(name));
    const [oldest = ''] = left.openRows;
    expect({ openRows: left.openRows.length, moved }).toEqual(
      expected === 'stated'
        ? { openRows: 1, moved: [] }
        : { openRows: 2, moved: expected === 'in sealed/' ? [oldest] : [] },
    );
    const last = expected === 'stated' ? left.rows.at(-1) : oldest;
    const disagreements = await disagreementsOf(spool());
    if (expected === 'stated') {
      expect(disagreements).toEqual([expect.stringMatching(/^journal-missing entry \d+:/)]);
    } else expect(disagreements).toEqual([]);

    recorder.lines.length = 0;
    recorder.start();
    await recorder.untilStarted();
    const ofLast = () => sealed().filter(({ segmentId }) => `${segmentId}.mp4` === last);
    await until(() => ofLast().length > 0, 60_000);
    const [entry] = ofLast();
    expect(ofLast()).toHaveLength(1);
    expect(entry?.recovered).toBe(expected !== 'stated');
    // All of it: it had been written to its end.
    expect((entry?.endUtcMs ?? 0) - (entry?.startUtcMs ?? 0)).toBeGreaterThan(1_900);
  },
  120_000,
);

test('nothing is missing that is not named', async () => {
  const before = sealed().length;
  await until(() => sealed().length > before, 60_000);
  expect((await recorder.stop()).code).toBe(0);
  expect(await disagreementsOf(spool())).toEqual([]);
  expect(holes(sealed(), gaps())).toEqual([]);
  expect(gaps().filter(({ cause }) => cause === 'recorder-crashed')).toHaveLength(4);
}, 60_000);
