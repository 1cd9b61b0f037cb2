import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { RecorderEntry } from '@minhbach/shared/protocol';
import { counterIdSchema, newId } from '@minhbach/shared/units-of-measure';
import { LoopDisk } from '../../scripts/soak/loop-disk.ts';
import { disagreementsOf } from '../../scripts/soak/spool-facts.ts';
import { startVirtualCamera, type VirtualCamera } from '../../scripts/virtual-camera/index.ts';
import { MonitorHalf } from '../support/monitor-half.ts';
import { RecorderProcess } from '../support/recorder-process.ts';
import { until } from '../support/until.ts';

/* A disk that fails under the built recorder: all of it gone, then one kind of sync after the other refused (strace). */
const password = 's3cret';
const cameras = new AbortController();
let directory: string;
let disk: LoopDisk;
let monitor: MonitorHalf;
let recorder: RecorderProcess;
let camera: VirtualCamera;
let tracer: ChildProcess | undefined;
const dataDirectory = () => join(disk.mountPoint, 'data');
const folder = (name: string) => join(dataDirectory(), 'spool', name);

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mb-failing-disk-'));
  disk = LoopDisk.make(directory, 'disk', 256);
  monitor = new MonitorHalf();
  await monitor.listen();
  recorder = await RecorderProcess.prepare({
    dataDirectory: dataDirectory(),
    monitors: [{ url: monitor.url, enrolmentCode: monitor.enrolmentCode }],
    segment: { maxDurationMs: 5_000 },
    spool: { reserveBytes: 16 * 1024 * 1024 },
  });
  camera = await startVirtualCamera({ password }, cameras.signal);
  recorder.start();
  const { recorderId } = await recorder.untilStarted();
  await monitor.untilConnected(recorderId);
  await monitor.links.runJob(
    recorderId,
    {
      ...{ kind: 'register', counterId: newId(counterIdSchema), name: 'Quầy 1', sourceKind: 'camera' },
      connection: { type: 'onvif', address: camera.onvifAddress, username: 'admin', password },
    },
    { timeoutMs: 20_000 },
  );
  await until(() => sealed(monitor.entries).length >= 2, 60_000);
}, 180_000);
afterAll(async () => {
  tracer?.kill('SIGKILL');
  cameras.abort();
  await recorder[Symbol.asyncDispose]();
  await monitor.close();
  disk[Symbol.dispose]();
  await rm(directory, { recursive: true, force: true });
});

const sealed = (entries: readonly RecorderEntry[]) => entries.filter(({ kind }) => kind === 'segment-sealed');
const causes = () => monitor.entries.flatMap((entry) => (entry.kind === 'gap' ? [entry.cause] : []));

/** Every such sync of this file or folder is refused until `takeSyncs`. Answers where each is noted. */
async function refuseSyncs(
  path: string,
  calls: 'fsync' | 'fdatasync' | 'fdatasync,fsync' = 'fdatasync,fsync',
) {
  const log = join(directory, `strace-${basename(path)}-${calls}.log`);
  tracer = spawn('strace', [
    ...['-f', '-p', String(recorder.pid), '-P', path, '-o', log],
    ...['-e', `trace=${calls}`, '-e', `inject=${calls}:error=EIO`],
  ]);
  await once(tracer.stderr ?? tracer, 'data');
  return log;
}

const refusals = async (log: string) =>
  (await readFile(log, 'utf8')).split('\n').filter((line) => line.includes('INJECTED'));

/** Started, and recording with no fault standing. */
async function isWell(): Promise<void> {
  if (recorder.lines.length === 0) {
    recorder.start();
    await recorder.untilStarted();
  }
  const before = sealed(monitor.entries).length;
  await until(() => sealed(monitor.entries).length > before, 60_000);
  await until(() => readdirSync(folder('open')).length > 0, 10_000);
}

async function takeSyncs(): Promise<void> {
  if (tracer === undefined || tracer.exitCode !== null) return;
  const ended = once(tracer, 'exit');
  tracer.kill('SIGTERM');
  await ended;
}

test('the disk goes away: the monitor is told within ten seconds; once it is back, nothing sealed is forgotten', async () => {
  const known = sealed(monitor.entries).length;
  execFileSync('mount', ['-o', 'remount,abort', disk.mountPoint]);
  await until(() => monitor.faults.some(({ kind }) => kind === 'disk'), 10_000);
  // What is written to an open file is taken without a word; the next file cannot be made.
  await until(() => monitor.changes.some(({ cause }) => cause === 'disk-failed'), 30_000);
  recorder.signal('SIGKILL');
  await recorder.exitCode();
  recorder.lines.length = 0;
  disk.mountAgain();
  recorder.start();
  await recorder.untilStarted();
  await until(() => sealed(monitor.entries).length >= known + 2, 60_000);
  expect((await recorder.stop()).code).toBe(0);
  expect(await disagreementsOf(join(dataDirectory(), 'spool'))).toEqual([]);
}, 180_000);

test('a sync is refused once: that file is never trusted again, the gap is named, a new file is begun', async () => {
  await isWell();
  await until(() => monitor.faults.length === 0, 60_000);
  // The one that grows now.
  const name = readdirSync(folder('open'))[0] ?? '';
  const log = await refuseSyncs(join(folder('open'), name));
  await until(() => existsSync(join(folder('quarantine'), name)), 20_000);
  await takeSyncs();
  await until(() => monitor.faults.some(({ kind }) => kind === 'fsync'), 10_000);
  // The gap is stated once footage stands after it.
  await until(() => causes().includes('disk-failed'), 60_000);
  expect(existsSync(join(folder('sealed'), name))).toBe(false);
  // A second sync of the same file would answer that all is well, though the pages are gone (fsync(2), "EIO").
  expect(await refusals(log)).toHaveLength(1);
  expect(await disagreementsOf(join(dataDirectory(), 'spool'))).toEqual([]);
}, 180_000);

test.each<[string, 'open' | 'sealed']>([
  ['of a folder in which a file was made', 'open'],
  ['of a folder into which a file was sealed', 'sealed'],
])(
  'a sync %s is refused: no file that hung on it is kept as footage',
  async (_what, name) => {
    await isWell();
    const aside = new Set(readdirSync(folder('quarantine')));
    const gapsBefore = causes().length;
    const log = await refuseSyncs(folder(name), 'fsync');
    const newlyAside = () => readdirSync(folder('quarantine')).filter((file) => !aside.has(file));
    await until(() => newlyAside().length > 0, 30_000);
    await takeSyncs();
    expect((await refusals(log)).length).toBeGreaterThan(0);
    await until(() => causes().slice(gapsBefore).includes('disk-failed'), 60_000);
    const kept = new Set(readdirSync(folder('sealed')));
    expect(newlyAside().filter((file) => kept.has(file))).toEqual([]);
    expect(await disagreementsOf(join(dataDirectory(), 'spool'))).toEqual([]);
  },
  180_000,
);

test('the sync that seals a file is refused: it is not tried again, and what it held is a gap', async () => {
  await isWell();
  const gapsBefore = causes().length;
  const name = readdirSync(folder('open'))[0] ?? '';
  // While it grows it is only ever fdatasynced.
  const log = await refuseSyncs(join(folder('open'), name), 'fsync');
  await until(() => existsSync(join(folder('quarantine'), name)), 30_000);
  await takeSyncs();
  expect(await refusals(log)).toHaveLength(1);
  await until(() => causes().slice(gapsBefore).includes('disk-failed'), 60_000);
  expect(existsSync(join(folder('sealed'), name))).toBe(false);
  expect(await disagreementsOf(join(dataDirectory(), 'spool'))).toEqual([]);
}, 180_000);

test('a sync of the journal is refused: it goes on in a new file, and alone still brings the whole ledger back', async () => {
  await isWell();
  const spool = join(dataDirectory(), 'spool');
  const parts = () => readdirSync(spool).filter((file) => /^journal-\d{6}-\d+\.jsonl$/.test(file));
  const log = await refuseSyncs(join(spool, 'journal.jsonl'), 'fdatasync');
  await until(() => parts().length > 0, 30_000);
  await takeSyncs();
  expect((await refusals(log)).length).toBeGreaterThan(0);
  // Those begun in its place before the disk took syncs again held nothing, and are gone.
  expect(parts()).toHaveLength(1);
  const [left = ''] = parts();
  const trusted = Number(/-(\d+)\.jsonl$/.exec(left)?.[1]);
  const { size } = statSync(join(spool, left));
  expect(size).toBeGreaterThan(trusted);
  const before = sealed(monitor.entries).length;
  await until(() => sealed(monitor.entries).length >= before + 2, 60_000);
  expect(recorder.output).toContain('journal-failed');
  expect(parts()).toEqual([left]);
  expect(statSync(join(spool, left)).size).toBe(size);
  expect((await recorder.stop()).code).toBe(0);
  expect(await disagreementsOf(spool)).toEqual([]);
  for (const file of readdirSync(spool)) if (file.startsWith('spool.db')) rmSync(join(spool, file));
  const told = [...monitor.entries];
  await isWell();
  expect(monitor.entries.slice(0, told.length)).toEqual(told);
  expect(monitor.entries.slice(told.length)).toContainEqual(
    expect.objectContaining({ kind: 'recorder-started', found: ['index-rebuilt'] }),
  );
}, 180_000);

test('a file cannot be synced, or read, when it is recovered: it is put aside, and the recorder starts all the same', async () => {
  await isWell();
  recorder.signal('SIGKILL');
  await recorder.exitCode();
  recorder.lines.length = 0;
  const torn = readdirSync(folder('open'));
  const [name = ''] = torn;
  const log = join(directory, 'strace-recovery.log');
  const inject = ['-e', 'trace=fsync', '-e', 'inject=fsync:error=EIO'];
  // -D: the recorder is the process that was started, and strace its child.
  recorder.start({
    under: ['strace', '-D', '-f', '-o', log, '-P', join(folder('open'), name), ...inject],
  });
  await recorder.untilStarted();
  expect(await refusals(log)).toHaveLength(1);
  expect(readdirSync(folder('quarantine'))).toContain(name);
  expect(readdirSync(folder('sealed'))).not.toContain(name);
  expect(recorder.output).toContain(`the disk did not give ${name} back whole`);
  await isWell();
  // The other source's was recovered as ever.
  for (const file of torn) if (file !== name) expect(readdirSync(folder('sealed'))).toContain(file);
  // The next strace could not attach beside this one.
  expect((await recorder.stop()).code).toBe(0);
  expect(await disagreementsOf(join(dataDirectory(), 'spool'))).toEqual([]);
}, 180_000);

test('the index takes nothing for a while: what is done beside recording goes on when it does, and a stop is clean', async () => {
  const other = () =>
    monitor.entries.some((entry) => entry.kind === 'device-identity' && entry.is === 'other');
  await isWell();
  const log = await refuseSyncs(join(dataDirectory(), 'spool', 'spool.db-wal'));
  await camera.inject({ kind: 'identity', serialNumber: 'another' });
  await camera.inject({ kind: 'close-sessions' });
  // Told although it cannot be stated.
  await until(() => monitor.faults.some(({ kind }) => kind === 'identity'), 60_000);
  await until(() => recorder.output.includes('who devices are is not stated'), 20_000);
  expect(other()).toBe(false);
  await takeSyncs();
  expect(await readFile(log, 'utf8')).toContain('INJECTED');
  await until(other, 60_000);
  const before = sealed(monitor.entries).length;
  await until(() => sealed(monitor.entries).length >= before + 2, 60_000);
  expect((await recorder.stop()).code).toBe(0);
  expect(await disagreementsOf(join(dataDirectory(), 'spool'))).toEqual([]);
}, 240_000);
