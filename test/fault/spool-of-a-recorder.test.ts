import { existsSync } from 'node:fs';
import { cp, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test } from '@jest/globals';
import { counterIdSchema, newId, type RecorderId } from '@minhbach/shared/units-of-measure';
import type { RecorderEntry } from '@minhbach/shared/protocol';
import { disagreementsOf } from '../../scripts/soak/spool-facts.ts';
import { startVirtualCamera } from '../../scripts/virtual-camera/index.ts';
import { MonitorHalf } from '../support/monitor-half.ts';
import { RecorderProcess } from '../support/recorder-process.ts';
import { until } from '../support/until.ts';

/* What may happen to a recorder's disk between two starts, with the built recorder, a camera and a monitor. */
const password = 's3cret';
const cameras = new AbortController();
let monitor: MonitorHalf;
let recorder: RecorderProcess;
let recorderId: RecorderId;
beforeEach(async () => {
  monitor = new MonitorHalf();
  await monitor.listen();
  recorder = await RecorderProcess.prepare({
    monitors: [{ url: monitor.url, enrolmentCode: monitor.enrolmentCode }],
    segment: { maxDurationMs: 2_000 },
    spool: { reserveBytes: 0 },
  });
  const camera = await startVirtualCamera({ password }, cameras.signal);
  recorder.start();
  ({ recorderId } = await recorder.untilStarted());
  await monitor.untilConnected(recorderId);
  await monitor.links.runJob(
    recorderId,
    {
      ...{ kind: 'register', counterId: newId(counterIdSchema), name: 'Quầy 1', sourceKind: 'camera' },
      connection: { type: 'onvif', address: camera.onvifAddress, username: 'admin', password },
    },
    { timeoutMs: 20_000 },
  );
  await until(() => sealedBy(monitor.entries) >= 4, 60_000);
}, 120_000);
afterEach(async () => {
  await recorder[Symbol.asyncDispose]();
  await monitor.close();
});
afterAll(() => cameras.abort());

const sealedBy = (entries: readonly RecorderEntry[]) =>
  entries.filter(({ kind }) => kind === 'segment-sealed').length;
const spool = () => join(recorder.directory, 'data/spool');

async function killed(): Promise<void> {
  recorder.signal('SIGKILL');
  await recorder.exitCode();
  recorder.lines.length = 0;
}

/** Records again, without anybody's help, and says nothing that does not agree. */
async function recordsAgain(): Promise<void> {
  const before = sealedBy(monitor.entries);
  recorder.start();
  await recorder.untilStarted();
  await until(() => sealedBy(monitor.entries) >= before + 4, 60_000);
  expect((await recorder.stop()).code).toBe(0);
  expect(await disagreementsOf(spool())).toEqual([]);
}

test.each<[string, () => Promise<void>]>([
  [
    'deleted',
    async () => {
      for (const name of await readdir(spool()))
        if (name.startsWith('spool.db')) await rm(join(spool(), name));
    },
  ],
  [
    'overwritten in places',
    async () => {
      // What was written last lies in the WAL.
      for (const name of ['spool.db', 'spool.db-wal']) {
        const file = await open(join(spool(), name), 'r+');
        const { size } = await file.stat();
        for (let at = 0; at < size; at += 8_192) await file.write(Buffer.alloc(2_048, 0x5a), 0, 2_048, at);
        await file.close();
      }
    },
  ],
])(
  'the index is %s while the recorder is down: it comes back, devices and passwords too',
  async (_name, lose) => {
    await killed();
    const told = [...monitor.entries];
    await lose();
    await recordsAgain();
    // One ledger, gone on with: every number once, what was told before unchanged.
    expect(monitor.entries.slice(0, told.length)).toEqual(told);
    expect(monitor.entries.map(({ seq }) => seq)).toEqual(monitor.entries.map((_, index) => index));
    expect(monitor.entries).toContainEqual(
      expect.objectContaining({ kind: 'recorder-started', found: ['index-rebuilt'] }),
    );
    expect(monitor.entries.filter(({ kind }) => kind === 'segment-dropped')).toEqual([]);
    expect(await readFile(join(spool(), 'journal.jsonl'), 'utf8')).not.toContain(password);
  },
  180_000,
);

test("yesterday's disk is put in: recording goes on in a new generation that names the old one", async () => {
  await killed();
  const yesterday = join(recorder.directory, 'yesterday');
  await cp(spool(), yesterday, { recursive: true });
  recorder.start();
  const before = sealedBy(monitor.entries);
  await until(() => sealedBy(monitor.entries) > before, 60_000);
  await killed();
  await rm(spool(), { recursive: true });
  await cp(yesterday, spool(), { recursive: true });
  await recordsAgain();
  expect(monitor.entries).toContainEqual(
    expect.objectContaining({
      kind: 'recorder-started',
      previous: expect.objectContaining({ generation: 0, why: 'disk-restored' }),
    }),
  );
}, 180_000);

test("the whole data directory is yesterday's: the monitor's memory shows it", async () => {
  await killed();
  const data = join(recorder.directory, 'data');
  const yesterday = join(recorder.directory, 'yesterday');
  await cp(data, yesterday, { recursive: true });
  recorder.start();
  const before = sealedBy(monitor.entries);
  await until(() => sealedBy(monitor.entries) > before, 60_000);
  await killed();
  await rm(data, { recursive: true });
  await cp(yesterday, data, { recursive: true });
  await recordsAgain();
  const begun = monitor.entries.find(
    (entry) => entry.kind === 'recorder-started' && entry.previous !== undefined,
  );
  expect(begun).toMatchObject({ previous: { generation: 0, why: expect.stringMatching(/^monitor-/) } });
}, 180_000);

test('the disk is not mounted, or another one is: refused with how to mend it, and nothing is written', async () => {
  await killed();
  const aside = join(recorder.directory, 'aside');
  await rename(spool(), aside);
  await mkdir(spool(), { mode: 0o700 });
  recorder.start();
  expect(await recorder.exitCode()).toBe(2);
  expect(recorder.output).toMatch(/is empty where spool .* should be: mount its disk there/);
  expect(await readdir(spool())).toEqual([]);
  await cp(aside, spool(), { recursive: true });
  const mark = join(spool(), 'spool.json');
  const text = await readFile(mark, 'utf8');
  await rm(mark);
  const file = await open(mark, 'wx');
  await file.writeFile(text.replace(/"spoolId":"[^"]*"/, '"spoolId":"5b0e0a52-0c62-4d6a-9c55-5f8a1b4d1c11"'));
  await file.close();
  recorder.lines.length = 0;
  recorder.start();
  expect(await recorder.exitCode()).toBe(2);
  expect(recorder.output).toMatch(/this recorder's is .*: mount the right disk/);
  await rm(spool(), { recursive: true });
  await rename(aside, spool());
  recorder.lines.length = 0;
  await recordsAgain();
  expect(existsSync(join(spool(), 'quarantine'))).toBe(true);
}, 180_000);
