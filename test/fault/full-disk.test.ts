import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { RecorderEntry } from '@minhbach/shared/protocol';
import { counterIdSchema, newId } from '@minhbach/shared/units-of-measure';
import { LoopDisk } from '../../scripts/soak/loop-disk.ts';
import { disagreementsOf } from '../../scripts/soak/spool-facts.ts';
import { startVirtualCamera } from '../../scripts/virtual-camera/index.ts';
import { MonitorHalf } from '../support/monitor-half.ts';
import { RecorderProcess } from '../support/recorder-process.ts';
import { until } from '../support/until.ts';

/* A disk of which somebody takes every byte while the built recorder is down, or dies on it. */
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
  recorder = await RecorderProcess.prepare({
    dataDirectory: dataDirectory(),
    monitors: [{ url: monitor.url, enrolmentCode: monitor.enrolmentCode }],
    segment: { maxDurationMs: 2_000 },
    spool: { reserveBytes: 16 * 1024 * 1024 },
    // The least there may be.
    faults: { spoolAgeMs: 60_000 },
    // Nothing can be proven, hence nothing may leave.
    archive: { type: 'directory', path: '/proc/nowhere' },
  });
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
