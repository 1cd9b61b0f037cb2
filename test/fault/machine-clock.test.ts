import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { RecorderEntry } from '@minhbach/shared/protocol';
import { counterIdSchema, newId } from '@minhbach/shared/units-of-measure';
import { disagreementsOf } from '../../scripts/soak/spool-facts.ts';
import { startVirtualCamera } from '../../scripts/virtual-camera/index.ts';
import { FakedMachine } from '../support/faked-machine.ts';
import { MonitorHalf } from '../support/monitor-half.ts';
import { placedPairs } from '../support/placed-media.ts';
import { ffmpegsOf } from '../support/processes.ts';
import { RecorderProcess } from '../support/recorder-process.ts';
import { holes } from '../support/recording-bench.ts';
import { until } from '../support/until.ts';

/*
 * The built recorder and its ffmpegs on a machine whose clock the test sets (libfaketime), one thing after the other: in a
 * time zone where clocks go back an hour while it records, then a leap second, then the clock set by an hour, both ways.
 */
const hourMs = 3_600_000;
/** Clocks in Berlin go back from three to two. */
const summerEnds = Date.parse('2026-10-25T01:00:00Z');
const beforeMs = 15_000;
const password = 's3cret';
const cameras = new AbortController();
let directory: string;
let machine: FakedMachine;
let monitor: MonitorHalf;
let recorder: RecorderProcess;
let aheadMs: number;
let healthUrl: string;

const sealed = () => monitor.entries.filter((entry) => entry.kind === 'segment-sealed');
const gaps = () => monitor.entries.filter((entry) => entry.kind === 'gap');
const sources = () => [...new Set(sealed().map(({ sourceId }) => sourceId))];
const steps = () =>
  monitor.entries.flatMap((entry) => (entry.kind === 'clock' && 'stepMs' in entry ? [entry.stepMs] : []));
const isSync = (entry: RecorderEntry) => entry.kind === 'clock' && 'about' in entry && entry.about === 'sync';
const captures = () => new Set(sealed().map(({ captureId }) => captureId)).size;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mb-machine-clock-'));
  machine = new FakedMachine(directory);
  monitor = new MonitorHalf();
  await monitor.listen();
  recorder = await RecorderProcess.prepare({
    monitors: [{ url: monitor.url, enrolmentCode: monitor.enrolmentCode }],
    segment: { maxDurationMs: 2_000 },
    spool: { reserveBytes: 0 },
  });
  const camera = await startVirtualCamera({ password, hasSubStream: false }, cameras.signal);
  aheadMs = summerEnds - beforeMs - Date.now();
  machine.setClock(aheadMs);
  recorder.start({ environment: { ...machine.environment, TZ: 'Europe/Berlin' } });
  const started = await recorder.untilStarted();
  healthUrl = started.healthUrl;
  await monitor.untilConnected(started.recorderId);
  await monitor.links.runJob(
    started.recorderId,
    {
      ...{ kind: 'register', counterId: newId(counterIdSchema), name: 'Quầy 1', sourceKind: 'camera' },
      connection: { type: 'onvif', address: camera.onvifAddress, username: 'admin', password },
    },
    { timeoutMs: 30_000 },
  );
}, 120_000);
afterAll(async () => {
  cameras.abort();
  await recorder[Symbol.asyncDispose]();
  await monitor.close();
  await rm(directory, { recursive: true, force: true });
});

/** Both sources have sealed a segment that began after this call. */
async function recordsOn(): Promise<void> {
  const now = monitor.entries.length;
  const since = () => monitor.entries.slice(now).filter((entry) => entry.kind === 'segment-sealed');
  // The first may have begun before.
  await until(
    () => sources().every((id) => since().filter(({ sourceId }) => sourceId === id).length > 1),
    60_000,
  );
}

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${healthUrl}/metrics`)).text();
  return Number(new RegExp(`^minhbach_recorder_${name} (\\S+)$`, 'm').exec(text)?.[1]);
}

test('where clocks go back an hour for winter nothing happens: hours are those of UTC, and days those of the counter', async () => {
  await until(() => sources().length === 2, 60_000);
  await until(() => sealed().some(({ startUtcMs }) => startUtcMs > summerEnds), 60_000);
  expect(sealed()[0]?.startUtcMs).toBeLessThan(summerEnds);
  expect(captures()).toBe(1);
  expect(steps()).toEqual([]);
  const mark = readFileSync(join(recorder.directory, 'data/spool/spool.json'), 'utf8');
  const [ffmpeg] = ffmpegsOf((JSON.parse(mark) as { readonly spoolId: string }).spoolId);
  expect(readFileSync(`/proc/${ffmpeg ?? 0}/maps`, 'utf8')).toContain('libfaketime');
  for (const { key, startUtcMs } of sealed())
    expect(key).toContain(`/2026/10/25/${startUtcMs < summerEnds ? '00' : '01'}/${startUtcMs}-`);
  // Of the built monitor, on a machine in that zone: the day of a counter is Việt Nam's, all of 24 hours.
  const program = `const { dayOf, localDate } = await import('./monitor-ui/dist/server/duty/duty-spans.js');
    const { from, to } = dayOf('2026-10-25');
    console.log(JSON.stringify([from, to, localDate(from), localDate(to - 1), new Date(${summerEnds}).getHours()]));`;
  const said = execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: join(import.meta.dirname, '../..'),
    env: { ...process.env, NODE_OPTIONS: '', TZ: 'Europe/Berlin' },
    encoding: 'utf8',
  });
  const midnight = Date.parse('2026-10-24T17:00:00Z');
  expect(JSON.parse(said)).toEqual([midnight, midnight + 24 * hourMs, '2026-10-25', '2026-10-25', 2]);
}, 120_000);

test('a leap second: the clock shows a second twice, footage goes on, and its error says by how much', async () => {
  expect(sealed().every(({ clockErrorMs }) => clockErrorMs < 900)).toBe(true);
  machine.setClock(aheadMs - 1_000);
  await until(() => sealed().some(({ clockErrorMs }) => clockErrorMs >= 1_000), 60_000);
  expect(captures()).toBe(1);
  machine.setClock(aheadMs);
  await recordsOn();
  expect(captures()).toBe(1);
}, 120_000);

test('the clock is set an hour forward, and nobody vouches for it: a named gap, and a bound that includes the hour', async () => {
  expect(await metric('time_synchronised')).toBe(1);
  machine.setKeeper(undefined);
  machine.setClock(aheadMs + hourMs);
  await until(() => monitor.entries.filter(isSync).length === 2, 60_000);
  await recordsOn();
  expect(steps().at(-1)).toBeGreaterThan(hourMs - 60_000);
  const told = monitor.entries.filter(isSync);
  expect(told).toEqual([
    expect.objectContaining({ state: 'synchronised', by: 'chrony', errorMs: 20 }),
    expect.objectContaining({ state: 'unsynchronised' }),
  ]);
  for (const source of sources()) {
    const long = gaps().filter(
      (gap) => gap.sourceId === source && gap.toUtcMs - gap.fromUtcMs > hourMs - 60_000,
    );
    expect(long.map(({ cause }) => cause)).toEqual(['clock-drift']);
    expect(sealed().findLast(({ sourceId }) => sourceId === source)?.clockErrorMs).toBeGreaterThan(hourMs);
  }
  expect(await metric('time_synchronised')).toBe(0);
  expect(await metric('time_error_milliseconds')).toBeGreaterThan(hourMs - 60_000);
}, 120_000);

test('the clock is set back by that hour: it is not lived twice, footage goes on in the order it came', async () => {
  const before = captures();
  machine.setKeeper({ errorMs: 20 });
  machine.setClock(aheadMs);
  await until(() => (steps().at(-1) ?? 0) < 60_000 - hourMs, 60_000);
  await until(() => monitor.entries.filter(isSync).length === 3, 20_000);
  await recordsOn();
  expect(captures()).toBe(before);
  // The keeper vouches again, for a clock that the recorder does not follow: the hour stays in the bound.
  expect(sealed().at(-1)?.clockErrorMs).toBeGreaterThan(hourMs - 60_000);
}, 120_000);

test('all of it together: no hole and no overlap, media in its own order, and fsck agrees', async () => {
  expect((await recorder.stop()).code).toBe(0);
  expect(sources()).toHaveLength(2);
  for (const source of sources()) {
    const own = sealed().filter(({ sourceId }) => sourceId === source);
    const ownGaps = gaps().filter(({ sourceId }) => sourceId === source);
    expect(holes(own, ownGaps)).toEqual([]);
    // As they were sealed, by monotonic time, so they lie.
    expect(own.map(({ startUtcMs }) => startUtcMs)).toEqual(
      own.map(({ startUtcMs }) => startUtcMs).sort((a, b) => a - b),
    );
    for (const { first, mediaMs, bentMs } of placedPairs(own)) {
      expect(mediaMs).toBeGreaterThan(0);
      // Two ends rounded to the millisecond; the line is bent by no more than 500 ppm, whatever the clock did.
      expect(Math.abs(bentMs)).toBeLessThan(2 + (first.endUtcMs - first.startUtcMs) * 500e-6);
    }
  }
  expect(await disagreementsOf(join(recorder.directory, 'data/spool'))).toEqual([]);
  expect(await readdir(join(recorder.directory, 'data/spool/quarantine'))).toEqual([]);
}, 60_000);
