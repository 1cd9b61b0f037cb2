import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { counterIdSchema, newId } from '@minhbach/shared/units-of-measure';
import { disagreementsOf, entriesOf } from '../../scripts/soak/spool-facts.ts';
import { startVirtualCamera } from '../../scripts/virtual-camera/index.ts';
import { MonitorHalf } from '../support/monitor-half.ts';
import { RecorderProcess } from '../support/recorder-process.ts';
import { holes } from '../support/recording-bench.ts';
import { until } from '../support/until.ts';

/*
 * A machine that goes down under its recorder and comes up again: the process is killed, and the one started next finds
 * another boot id where the kernel has it (a file mounted there, for that process alone).
 */
const password = 's3cret';
const cameras = new AbortController();
let directory: string;
let monitor: MonitorHalf;
let recorder: RecorderProcess;
const spool = () => join(recorder.directory, 'data/spool');
const sealed = () => monitor.entries.filter((entry) => entry.kind === 'segment-sealed');
const gaps = () => monitor.entries.filter((entry) => entry.kind === 'gap');

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mb-power-lost-'));
  monitor = new MonitorHalf();
  await monitor.listen();
  recorder = await RecorderProcess.prepare({
    monitors: [{ url: monitor.url, enrolmentCode: monitor.enrolmentCode }],
    segment: { maxDurationMs: 2_000 },
    spool: { reserveBytes: 0 },
  });
});
afterAll(async () => {
  cameras.abort();
  await recorder[Symbol.asyncDispose]();
  await monitor.close();
  await rm(directory, { recursive: true, force: true });
});

async function startOnBoot(bootId: string): Promise<void> {
  const file = join(directory, bootId);
  await writeFile(file, `${bootId}\n`);
  const script = `mount --bind "$0" /proc/sys/kernel/random/boot_id && exec "$@"`;
  recorder.start({ under: ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', script, file] });
}

async function killed(): Promise<void> {
  recorder.signal('SIGKILL');
  await recorder.exitCode();
  recorder.lines.length = 0;
}

async function sealsMore(): Promise<void> {
  const before = sealed().length;
  await until(() => sealed().length >= before + 4, 60_000);
}

test('the gap after a boot of the machine is laid to lost power, one on the same boot to a crash, each with what shows it', async () => {
  const camera = await startVirtualCamera({ password, hasSubStream: false }, cameras.signal);
  const [first, second] = [randomUUID(), randomUUID()];
  await startOnBoot(first);
  const { recorderId } = await recorder.untilStarted();
  await monitor.untilConnected(recorderId);
  await monitor.links.runJob(
    recorderId,
    {
      ...{ kind: 'register', counterId: newId(counterIdSchema), name: 'Quầy 1', sourceKind: 'camera' },
      connection: { type: 'onvif', address: camera.onvifAddress, username: 'admin', password },
    },
    { timeoutMs: 30_000 },
  );
  await sealsMore();
  const causesSince = (count: number) =>
    gaps()
      .slice(count)
      .map(({ cause }) => cause);
  const atFirst = gaps().length;

  await killed();
  await startOnBoot(second);
  await sealsMore();
  // Picture and sound.
  expect(causesSince(atFirst)).toEqual(['power-lost', 'power-lost']);
  for (const { evidence, fromUtcMs, toUtcMs } of gaps().slice(atFirst)) {
    expect(evidence).toContain(`boot ${first} then, ${second} now`);
    expect(evidence).toMatch(/last alive at 20\d\d-/);
    expect(sealed().some(({ endUtcMs }) => endUtcMs === fromUtcMs)).toBe(true);
    expect(sealed().some(({ startUtcMs }) => startUtcMs === toUtcMs)).toBe(true);
  }
  const boots = monitor.entries.flatMap((entry) => (entry.kind === 'recorder-started' ? [entry.boot] : []));
  expect(boots).toEqual([first, second]);

  const atSecond = gaps().length;
  await killed();
  await startOnBoot(second);
  await sealsMore();
  expect(causesSince(atSecond)).toEqual(['recorder-crashed', 'recorder-crashed']);
  for (const { evidence } of gaps().slice(atSecond)) expect(evidence).toContain(`on the same boot ${second}`);

  expect((await recorder.stop()).code).toBe(0);
  expect(await disagreementsOf(spool())).toEqual([]);
  const entries = entriesOf(spool());
  for (const sourceId of new Set(sealed().map((entry) => entry.sourceId))) {
    const own = <Entry extends { readonly sourceId: string }>(list: readonly Entry[]) =>
      list.filter((entry) => entry.sourceId === sourceId);
    const of = holes(
      own(entries.filter((entry) => entry.kind === 'segment-sealed')),
      own(entries.filter((entry) => entry.kind === 'gap')),
    );
    expect(of).toEqual([]);
  }
}, 120_000);
