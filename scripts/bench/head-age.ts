import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ledgerSchema, listOf } from '@minhbach/shared/protocol';
import {
  bindDevices,
  ClosingStack,
  Daemon,
  demoCounters,
  enrolRecorder,
  freePort,
  freshState,
  makeAdministrator,
  makeOrganisation,
  MonitorClient,
  startDemoCameras,
  untilAnswering,
  untilRecorderOnline,
  writeConfigurations,
} from '../demo-system/index.ts';
import { cephArchive } from './bench-archive.ts';
import { readNumbers } from './bench-options.ts';
import { describeMachine, type BenchResult } from './bench-result.ts';
import { quantile, rounded } from './statistics.ts';
import { ThinLine } from './thin-line.ts';

const root = join(import.meta.dirname, '../../..');
const password = 'bench-password';
const freeKbit = 1_000_000;

/**
 * How old the newest head of a recorder is that a monitor has counter-signed, asked every second for `--seconds`, at
 * the settings' default of one head a minute: over a free line, then over one of `--kbit` kbit/s each way that the
 * footage of a 2 Mbit/s camera has to share with it, on its way to an S3 store (Ceph RGW).
 */
export async function headAge(argv: readonly string[]): Promise<BenchResult> {
  const { seconds, kbit } = readNumbers(argv, { seconds: 600, kbit: 256 });
  const free = await heads(seconds, freeKbit);
  console.error(`free line: ${JSON.stringify(free)}`);
  const thin = await heads(seconds, kbit);
  return {
    name: 'head-age',
    figures: { seconds, headEveryMs: 60_000, freeLine: free, thinLineKbit: kbit, thinLine: thin },
    machine: describeMachine(),
  };
}

async function heads(seconds: number, kbit: number) {
  await using closing = new ClosingStack();
  const { signal } = new AbortController();
  const data = await mkdtemp(join(tmpdir(), 'minh-bach-bench-'));
  closing.defer(() => rm(data, { recursive: true, force: true }));
  await mkdir(join(data, 'logs'));
  const archive = await cephArchive({ lock: false });
  closing.defer(() => archive.close());
  if (archive.settings.type !== 's3') throw new Error('unreachable');
  const line = new ThinLine(kbit * 1_000);
  closing.defer(() => line.close());
  const port = await freePort();
  const dialledPort = await line.to(port);
  const endpoint = `http://127.0.0.1:${await line.to(Number(new URL(archive.settings.endpoint).port))}`;
  const write = (enrolmentCode?: string) =>
    writeConfigurations(data, {
      ...{ port, dialledPort },
      ...(enrolmentCode === undefined ? {} : { enrolmentCode }),
      monitor: { archive: archive.settings, ledger: {} },
      recorder: {
        archive: { ...archive.settings, endpoint },
        ledger: {},
        upload: { proveBy: kbit === freeKbit ? 'recorder' : 'monitor' },
      },
    });

  const counters = demoCounters(1).slice(0, 1);
  const cameras = await startDemoCameras(
    { counters, state: freshState(password), cacheDirectory: join(root, '.cache/virtual-camera') },
    signal,
  );
  closing.defer(() => cameras.close());
  const files = await write();
  const daemon = (name: string, program: string, config: string): Daemon => {
    const started = new Daemon(
      name,
      [join(root, program), '--config', config],
      join(data, 'logs', `${name}.log`),
    );
    closing.defer(() => started.stop(8_000));
    return started;
  };
  const monitor = daemon('monitor', 'monitor-ui/dist/server/main.js', files.monitor);
  const origin = `http://127.0.0.1:${port}`;
  const client = new MonitorClient(origin);
  const code = await monitor.waitForLine((text) => /FIRST START CODE\s+(\S+)/.exec(text)?.[1], signal);
  await untilAnswering(origin, monitor, signal);
  await makeAdministrator(client, code, password);
  const { siteId } = await makeOrganisation(client, counters, password);
  await write(await enrolRecorder(client, siteId));
  const recorder = daemon('recorder', 'recorder/dist/main.js', files.recorder);
  const technician = new MonitorClient(origin);
  await technician.signIn('technician', password);
  const recorderId = await untilRecorderOnline(technician, [monitor, recorder], signal);
  await bindDevices(technician, recorderId, counters, cameras.connections);

  const auditor = new MonitorClient(origin);
  await auditor.signIn('auditor', password);
  const ages: number[] = [];
  const sizes: number[] = [];
  for (let endAt = Number.POSITIVE_INFINITY; performance.now() < endAt; await wait(1_000)) {
    const { items } = await auditor.get('/ledgers', listOf(ledgerSchema));
    const head = items.find(({ kind }) => kind === 'recorder')?.head;
    // One signature is the recorder's own; the second, the monitor's.
    if (head === undefined || head.signedBy.length < 2) continue;
    if (endAt === Number.POSITIVE_INFINITY) endAt = performance.now() + seconds * 1_000;
    ages.push(Date.now() - head.signedAt);
    sizes.push(head.size);
  }
  let archived = 0;
  for await (const { key } of archive.store.list('r/', { signal: AbortSignal.timeout(60_000) })) {
    if (key.endsWith('.mp4')) archived += 1;
  }
  return {
    samples: ages.length,
    ageMs: {
      p50: quantile(ages, 0.5),
      p99: quantile(ages, 0.99),
      max: quantile(ages, 1),
    },
    entriesUnderHead: sizes.at(-1),
    segmentsInArchive: archived,
    lineSentMegabytes: rounded(line.sentBytes / 1e6, 1),
  };
}
