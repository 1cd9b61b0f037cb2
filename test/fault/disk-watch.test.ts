import { rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { systemClock } from '@minhbach/shared/clock';
import { newId, recorderIdSchema, sourceIdSchema } from '@minhbach/shared/units-of-measure';
import { FaultBoard, watchFaults } from '../../recorder/src/faults/index.ts';
import { diskFaultCodes, DiskForecast, DiskWatch, RecorderFaults } from '../../recorder/src/health/index.ts';
import { openSpool, type Spool } from '../../recorder/src/spool/index.ts';
import { SealedFootage } from '../../scripts/bench/sealed-footage.ts';
import { LoopDisk } from '../../scripts/soak/loop-disk.ts';

/* What is said of a real disk that fills, and what leaves it. Only the forecast's patience is the test's. */
let directory: string;
let disk: LoopDisk;
let spool: Spool;
let footage: SealedFootage;
let watch: DiskWatch;
let faults: RecorderFaults;
const megabyte = 1_000_000;
const reserveBytes = 24 * megabyte;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mb-disk-watch-'));
  disk = LoopDisk.make(directory, 'disk', 96);
  const place = { directory: join(disk.mountPoint, 'spool'), recorderId: newId(recorderIdSchema) };
  spool = await openSpool({ ...place, clock: systemClock });
  footage = new SealedFootage(spool, megabyte);
  faults = new RecorderFaults({ clock: systemClock, logger: pino({ level: 'silent' }) });
  watch = new DiskWatch({
    ...{ spool, clock: systemClock, reserveBytes },
    forecast: new DiskForecast({ enoughMs: 0 }),
    onFault: (code, message) => faults.set(code, message),
  });
});
afterEach(async () => {
  spool.close();
  disk[Symbol.dispose]();
  await rm(directory, { recursive: true, force: true });
});

/** What the monitors would be told of now. */
function told(): string | undefined {
  const board = new FaultBoard(systemClock);
  watchFaults({
    ...{ board, clock: systemClock, rules: { spoolAgeMs: 3_600_000, archiveGraceMs: 30_000 } },
    diskFault: () => faults.list().find(({ code }) => diskFaultCodes.has(code))?.message,
    oldestUnproven: () => undefined,
    archiveFailingSinceMs: () => undefined,
  });
  return board.list().find(({ kind }) => kind === 'disk')?.evidence;
}
const codes = () => faults.list().map(({ code }) => code);
const junk = () => join(disk.mountPoint, 'junk');

async function seal(count: number, options: { readonly proven: boolean }): Promise<string[]> {
  const ids: string[] = [];
  const sourceId = newId(sourceIdSchema);
  for (let nth = 0; nth < count; nth += 1) {
    const { segmentId } = await footage.seal(sourceId, Date.now() - 3_600_000 + nth * 60_000);
    if (options.proven) spool.markProven(segmentId, { versionId: undefined });
    ids.push(segmentId);
  }
  return ids;
}
const isThere = (segmentId: string) =>
  spool.segmentsAfter('', 1_000).some((segment) => segment.segmentId === segmentId);

test('unproven footage fills it within a day: told ahead, in hours; none of it leaves', async () => {
  await watch.look();
  expect(told()).toBeUndefined();
  const unproven = await seal(10, { proven: false });
  await watch.look();
  expect(codes()).toEqual(['disk-soon-full']);
  expect(told()).toMatch(/^the disk of the spool is full in 0 hours at the rate of the last hours$/);
  expect(watch.isShort).toBe(true);
  expect(unproven.every(isThere)).toBe(true);
});

test("somebody's file takes more than a tenth of it: told with its size; over when it is gone", async () => {
  const proven = await seal(4, { proven: true });
  await watch.look();
  writeFileSync(junk(), Buffer.alloc(20 * megabyte));
  await watch.look();
  expect(codes()).toContain('disk-foreign-files');
  faults.set('disk-soon-full', undefined);
  expect(told()).toMatch(/^20 MB that are not the recorder's came onto the disk .* find out whose they are$/);
  // There is room yet: not even proven footage goes.
  expect(proven.every(isThere)).toBe(true);
  rmSync(junk());
  await watch.look();
  expect(told()).toBeUndefined();
});

test('when that file takes the rest, proven footage goes, oldest first, and then nothing more', async () => {
  const proven = await seal(6, { proven: true });
  const unproven = await seal(4, { proven: false });
  await watch.look();
  const { roomBytes } = watch.outlook ?? { roomBytes: 0 };
  // Room counts what may leave: two and a half of the six must, to have the reserve again.
  writeFileSync(junk(), Buffer.alloc(roomBytes - reserveBytes - 3.5 * megabyte));
  await watch.look();
  expect(proven.map(isThere)).toEqual([false, false, false, true, true, true]);
  expect(unproven.every(isThere)).toBe(true);
  expect(codes()).not.toContain('disk-full');
  writeFileSync(join(disk.mountPoint, 'more'), Buffer.alloc(6 * megabyte));
  await watch.look();
  expect(proven.some(isThere)).toBe(false);
  expect(unproven.every(isThere)).toBe(true);
  expect(told()).toBeDefined();
  expect(faults.list().find(({ code }) => code === 'disk-full')?.message).toMatch(
    /nothing more may leave: footage that is not proven stays, the newest will stop$/,
  );
});
