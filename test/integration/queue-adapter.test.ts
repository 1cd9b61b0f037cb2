import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeOrganisation, RunningMonitor, type Organisation } from '../support/running-monitor.ts';
import { until } from '../support/until.ts';

const adapter = fileURLToPath(new URL('../../config/queue-adapter.example.mjs', import.meta.url));
const begun = Date.now() - 3_600_000;

let monitor: RunningMonitor;
let organisation: Organisation;
let directory: string;
let running: ChildProcess | undefined;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'minh-bach-queue-'));
  monitor = await RunningMonitor.start();
  organisation = await makeOrganisation(monitor);
}, 60_000);
afterAll(async () => {
  await stop();
  await monitor.stop();
  await rm(directory, { recursive: true, force: true });
});

async function stop(): Promise<void> {
  if (running === undefined) return;
  const ended = once(running, 'exit');
  running.kill('SIGTERM');
  await ended;
  running = undefined;
}

function start(): void {
  running = spawn(process.execPath, [adapter, join(directory, 'settings.json')], { stdio: 'ignore' });
}

const found = async (ticket: string): Promise<{ endedAt?: number }[]> =>
  (await organisation.people.supervisor.call('GET', `/transactions?ticket=${ticket}`)).body.items;
const isFound = (ticket: string) => until(async () => (await found(ticket)).length === 1, 20_000);

it('the example adapter hands over what the queue machine writes, once each, over restarts and bad lines', async () => {
  const { admin, siteA, counterA } = organisation;
  const made = await admin.call('POST', '/api-keys', { name: 'máy lấy số', siteId: siteA });
  const file = join(directory, 'queue.csv');
  const settings = {
    ...{ monitor: monitor.origin, keyFile: 'key', file, positionFile: 'position' },
    counters: { '1': counterA },
  };
  await writeFile(join(directory, 'settings.json'), JSON.stringify(settings));
  await writeFile(join(directory, 'key'), `${made.body.key}\n`);
  const line = (ticket: string, minutes: number, ended = '') =>
    `1;"${ticket}";${begun + minutes * 60_000};${ended}\n`;
  await writeFile(file, `\uFEFFcounter;ticket;startedAt;endedAt\n${line('Q1', 0)}${line('Q2', 1)}`);
  start();
  await isFound('Q1');
  await isFound('Q2');

  // Half a line is left for later; a bad one goes aside and keeps nothing back.
  await appendFile(file, `1;"Q3";${begun}`);
  await appendFile(file, `;\n9;X9;${begun};\n${line('Q4', 3, '1')}${line('Q5', 4)}`);
  await isFound('Q3');
  await isFound('Q5');
  expect(await found('Q4')).toEqual([]);
  const refused = await readFile(join(directory, 'position.refused'), 'utf8');
  expect(refused).toMatch(/no counter is set for desk 9/);
  expect(refused).toMatch(/endedAt: is later than startedAt.*Q4/);

  await stop();
  await appendFile(file, line('Q1', 0, String(begun + 300_000)));
  start();
  await until(async () => (await found('Q1'))[0]?.endedAt === begun + 300_000, 20_000);

  // The machine begins a new file each day.
  await rename(file, `${file}.old`);
  await writeFile(file, `counter;ticket;startedAt;endedAt\n${line('Q6', 6)}`);
  await isFound('Q6');
  for (const ticket of ['Q1', 'Q2', 'Q3', 'Q5']) expect(await found(ticket)).toHaveLength(1);
}, 90_000);
