import { execFileSync } from 'node:child_process';
import { closeSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RecorderEntry } from '@minhbach/shared/protocol';
import { counterIdSchema, newId } from '@minhbach/shared/units-of-measure';
import { LoopDisk } from '../../scripts/soak/loop-disk.ts';
import { disagreementsOf } from '../../scripts/soak/spool-facts.ts';
import { startVirtualCamera } from '../../scripts/virtual-camera/index.ts';
import { MonitorHalf } from '../support/monitor-half.ts';
import { RecorderProcess } from '../support/recorder-process.ts';
import { until } from '../support/until.ts';

/* A disk of which somebody takes bytes, down to the last, from the built recorder: while it is down, dies on it, records. */
const password = 's3cret';
const cameras = new AbortController();
let directory: string;
let disk: LoopDisk;
let monitor: MonitorHalf;
let recorder: RecorderProcess;
const dataDirectory = () => join(disk.mountPoint, 'data');
const junk = () => join(disk.mountPoint, 'junk');

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mb-full-disk-'));
  disk = LoopDisk.make(directory, 'disk', 192);
  monitor = new MonitorHalf();
  await monitor.listen();
  // Nothing can be proven, hence nothing may leave.
  recorder = await RecorderProcess.prepare(settings('/proc/nowhere'));
  const camera = await startVirtualCamera({ password }, cameras.signal);
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
  await until(() => sealed(monitor.entries).length >= 4, 60_000);
}, 180_000);
afterAll(async () => {
  cameras.abort();
  await recorder[Symbol.asyncDispose]();
  await monitor.close();
  disk[Symbol.dispose]();
  await rm(directory, { recursive: true, force: true });
});

const reserveBytes = 16 * 1024 * 1024;
const settings = (archive: string) => ({
  dataDirectory: dataDirectory(),
  monitors: [{ url: monitor.url, enrolmentCode: monitor.enrolmentCode }],
  segment: { maxDurationMs: 2_000 },
  spool: { reserveBytes },
  // The least there may be.
  faults: { spoolAgeMs: 60_000 },
  archive: { type: 'directory', path: archive },
});

const sealed = (entries: readonly RecorderEntry[]) => entries.filter(({ kind }) => kind === 'segment-sealed');

/** Every byte that is free, down to the last block. */
function takeEverything(): void {
  const file = openSync(junk(), 'a');
  try {
    for (const bytes of [1_048_576, 65_536, 4_096, 512]) {
      try {
        for (;;) writeSync(file, Buffer.alloc(bytes, 7));
      } catch (error) {
        if ((error as { code?: unknown }).code !== 'ENOSPC') throw error;
      }
    }
  } finally {
    closeSync(file);
  }
}

/** All but `leaveBytes` of what is free. */
function takeAllBut(leaveBytes: number): void {
  const { bavail, bsize } = statfsSync(disk.mountPoint);
  const bytes = bavail * bsize - leaveBytes;
  execFileSync('fallocate', ['--length', String(bytes), junk()]);
}

async function killed(): Promise<void> {
  recorder.signal('SIGKILL');
  await recorder.exitCode();
  recorder.lines.length = 0;
}

async function recordsAgain(): Promise<void> {
  const before = sealed(monitor.entries).length;
  await until(() => sealed(monitor.entries).length >= before + 4, 60_000);
}

test('filled while the recorder is down: it starts, says so, records nothing, and goes on once there is room', async () => {
  await killed();
  takeEverything();
  recorder.start();
  await recorder.untilStarted();
  await until(() => monitor.faults.some(({ kind }) => kind === 'disk'), 30_000);
  await until(() => monitor.changes.some(({ cause }) => cause === 'disk-full'), 30_000);
  rmSync(junk());
  await recordsAgain();
  const gaps = monitor.entries.filter((entry) => entry.kind === 'gap');
  expect(gaps.map(({ cause }) => cause)).toContain('disk-full');
}, 180_000);

test('a third of the disk is taken under the running recorder: said with how much it is, and no footage goes for it', async () => {
  // With the disk seen as it is without what filled it.
  await until(() => !monitor.faults.some(({ kind }) => kind === 'disk'), 30_000);
  const names = await readdir(join(dataDirectory(), 'spool/sealed'));
  await writeFile(junk(), Buffer.alloc(64_000_000, 7));
  const said = () => monitor.faults.find(({ kind }) => kind === 'disk')?.evidence ?? '';
  await until(
    () => /^6\d MB that are not the recorder's came onto the disk of the spool/.test(said()),
    30_000,
  );
  await recordsAgain();
  expect(await readdir(join(dataDirectory(), 'spool/sealed'))).toEqual(expect.arrayContaining(names));
  expect(monitor.entries.filter(({ kind }) => kind === 'segment-dropped')).toEqual([]);
  rmSync(junk());
  await until(() => said() === '', 30_000);
}, 120_000);

test('filled again, and the kept room with it: it waits until there is room, without anybody starting it again', async () => {
  await killed();
  rmSync(join(dataDirectory(), 'spool', 'kept-room'), { force: true });
  takeEverything();
  recorder.start();
  await until(() => recorder.output.includes('not even the index can be opened'), 30_000);
  rmSync(junk());
  await recorder.untilStarted();
  await recordsAgain();
  // What the first test filmed has waited for the archive ever since.
  await until(() => monitor.faults.some(({ kind }) => kind === 'spool-age'), 90_000);
  const evidence = monitor.faults.find(({ kind }) => kind === 'spool-age')?.evidence;
  expect(evidence).toMatch(/^footage has waited \d+ min to be proven in the archive$/);
  expect((await recorder.stop()).code).toBe(0);
  expect(await disagreementsOf(join(dataDirectory(), 'spool'))).toEqual([]);
}, 180_000);

describe('footage that is proven and footage that is not, on one disk', () => {
  const ofKind = <Kind extends RecorderEntry['kind']>(kind: Kind) =>
    monitor.entries.filter((entry): entry is Extract<RecorderEntry, { kind: Kind }> => entry.kind === kind);
  const startOf = (segmentId: string) =>
    ofKind('segment-sealed').find((entry) => entry.segmentId === segmentId)?.startUtcMs ?? 0;
  const provenIds = () => ofKind('segment-proven').map(({ segmentId }) => segmentId);
  const droppedIds = () => ofKind('segment-dropped').map(({ segmentId }) => segmentId);
  const oldestFirst = (ids: readonly string[]) => [...ids].sort((a, b) => startOf(a) - startOf(b));
  const startsOf = (ids: readonly string[]) => ids.map(startOf);

  beforeAll(async () => {
    const archive = join(directory, 'archive');
    await mkdir(archive);
    await killed();
    await recorder.configure(settings(archive));
    recorder.start();
    await until(() => provenIds().length >= 20, 60_000);
    await killed();
    await recorder.configure(settings('/proc/nowhere'));
  }, 120_000);

  test('somebody takes a part of it: just as much that is proven leaves, oldest first, and recording goes on', async () => {
    const unproven = () => sealed(monitor.entries).length - provenIds().length;
    recorder.start();
    await until(() => unproven() >= 8, 60_000);
    await killed();
    const wanted = 3 * 1024 * 1024;
    takeAllBut(reserveBytes - wanted);
    const gapsBefore = ofKind('gap').length;
    recorder.start();
    await until(() => droppedIds().length > 0, 60_000);
    await recordsAgain();
    const dropped = droppedIds();
    expect(
      ofKind('segment-dropped').every(({ from, reason }) => from === 'spool' && reason === 'quota'),
    ).toBe(true);
    expect(dropped.length).toBeLessThan(provenIds().length);
    // The oldest of the proven, in order; with them, and none too many, there was as much room again.
    expect(startsOf(dropped)).toEqual(startsOf(oldestFirst(provenIds()).slice(0, dropped.length)));
    expect(
      ofKind('gap')
        .slice(gapsBefore)
        .map(({ cause }) => cause),
    ).not.toContain('disk-full');
  }, 180_000);

  test('somebody takes all of it, while it records: all that is proven leaves at once, then the newest stops, nothing else', async () => {
    const isNewlyFull = () =>
      ofKind('gap')
        .slice(gapsBefore)
        .some(({ cause }) => cause === 'disk-full');
    const gapsBefore = ofKind('gap').length;
    takeEverything();
    await until(() => droppedIds().length === provenIds().length, 60_000);
    // What they left is taken too, again and again, until nothing is written any more.
    await until(() => {
      takeEverything();
      return monitor.changes.at(-1)?.cause === 'disk-full';
    }, 60_000);
    expect(monitor.faults.map(({ kind }) => kind)).toContain('disk');
    expect(startsOf(droppedIds())).toEqual(startsOf(oldestFirst(provenIds())));
    rmSync(junk());
    await recordsAgain();
    await until(isNewlyFull, 60_000);
    expect(new Set(droppedIds())).toEqual(new Set(provenIds()));
    expect((await recorder.stop()).code).toBe(0);
    expect(await disagreementsOf(join(dataDirectory(), 'spool'))).toEqual([]);
  }, 180_000);
});
