import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
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

/* A disk that fails under the built recorder: all of it gone, then one sync refused (strace, fault injection). */
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
    segment: { maxDurationMs: 8_000 },
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

/** Every sync of this file is refused until `takeSyncs`. Answers where each is noted. */
async function refuseSyncs(path: string): Promise<string> {
  const log = join(directory, `strace-${basename(path)}.log`);
  const inject = 'inject=fdatasync,fsync:error=EIO';
  tracer = spawn('strace', [
    ...['-f', '-p', String(recorder.pid), '-P', path, '-o', log],
    ...['-e', 'trace=fdatasync,fsync', '-e', inject],
  ]);
  await once(tracer.stderr ?? tracer, 'data');
  return log;
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
  recorder.start();
  await recorder.untilStarted();
  const before = sealed(monitor.entries).length;
  await until(() => sealed(monitor.entries).length > before && monitor.faults.length === 0, 60_000);
  await until(() => readdirSync(folder('open')).length > 0, 10_000);
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
  const refused = (await readFile(log, 'utf8')).split('\n').filter((line) => line.includes('INJECTED'));
  expect(refused).toHaveLength(1);
  expect(await disagreementsOf(join(dataDirectory(), 'spool'))).toEqual([]);
}, 180_000);

test('the index takes nothing for a while: what is done beside recording goes on when it does, and a stop is clean', async () => {
  const other = () =>
    monitor.entries.some((entry) => entry.kind === 'device-identity' && entry.is === 'other');
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
