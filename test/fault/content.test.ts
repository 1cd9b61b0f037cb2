import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { RecorderFault, SegmentSealed } from '@minhbach/shared/protocol';
import { counterIdSchema, newId, type SourceId } from '@minhbach/shared/units-of-measure';
import { disagreementsOf } from '../../scripts/soak/spool-facts.ts';
import { startVirtualCamera, type VirtualCamera } from '../../scripts/virtual-camera/index.ts';
import { MonitorHalf } from '../support/monitor-half.ts';
import { RecorderProcess } from '../support/recorder-process.ts';
import { holes } from '../support/recording-bench.ts';
import { until } from '../support/until.ts';

/*
 * Footage comes as it should and shows nothing: the built recorder says so of each source, and goes on recording. Each
 * device has a fault of its own, one has none; they are side by side. How soon (recorder/DESIGN.md, "Content"): what bytes
 * give away, within 10 s; what only decoding shows (hum, overdriven sound; also a lens covered so that its keyframes stay
 * large), when it is the source's turn. First turns are 20 s after a source begins and 3 s apart, the next `lookEveryMs`
 * after each look, which is 15 min by default and the least allowed here.
 */
const bySignMs = 10_000;
const lookEveryMs = 10_000;
const firstTurnMs = (place: number) => 20_000 + 3_000 * place;
/** 2 s of sound are gathered, decoded at low priority after other looks, and told to the monitor. */
const lookMs = 6_000;
const password = 's3cret';
const stop = new AbortController();
const devices = {
  hum: { picture: 'none', sound: 'aac', expected: 'sound-hum' },
  overdrive: { picture: 'none', sound: 'g711u', expected: 'sound-clipped' },
  mute: { picture: 'none', sound: 'g711a', expected: 'sound-silent' },
  freeze: { picture: 'h264', sound: 'none', expected: 'picture-frozen' },
  black: { picture: 'h265', sound: 'none', expected: 'picture-blank' },
  loop: { picture: 'h264-720p', sound: 'none', expected: 'picture-repeats' },
  healthy: { picture: 'h264', sound: 'g711a', expected: undefined },
} as const;
type Name = keyof typeof devices;
const names = Object.keys(devices) as Name[];
const faulty = names.filter((name): name is Exclude<Name, 'healthy'> => name !== 'healthy');
const cameras = new Map<Name, VirtualCamera>();
const sources = new Map<SourceId, Name>();
/** When its registration was over: its source had begun by then. */
const begunAtMs = new Map<Name, number>();
let monitor: MonitorHalf;
let recorder: RecorderProcess;
let healthUrl: string;

const cameraOf = (name: Name) => cameras.get(name) ?? fail(name);
const named = (faults: readonly RecorderFault[]) =>
  faults.flatMap(({ kind, sourceId }) =>
    sourceId === undefined ? [] : [`${sources.get(sourceId) ?? sourceId}: ${kind}`],
  );
const expected = (name: Name) => `${name}: ${devices[name].expected ?? 'none'}`;
const sealed = (): SegmentSealed[] => monitor.entries.filter((entry) => entry.kind === 'segment-sealed');
const sealedOf = (sourceId: SourceId) => sealed().filter((entry) => entry.sourceId === sourceId);

beforeAll(async () => {
  for (const name of names) {
    const { picture, sound } = devices[name];
    const options = { name, password, picture, sound, hasSubStream: false };
    cameras.set(name, await startVirtualCamera(options, stop.signal));
  }
  await cameraOf('overdrive').inject({ kind: 'overdrive' });
  monitor = new MonitorHalf();
  await monitor.listen();
  recorder = await RecorderProcess.prepare({
    monitors: [{ url: monitor.url, enrolmentCode: monitor.enrolmentCode }],
    segment: { maxDurationMs: 4_000 },
    content: { lookEveryMs, loopHorizonMs: 30_000 },
  });
  recorder.start();
  const started = await recorder.untilStarted();
  const { recorderId } = started;
  healthUrl = started.healthUrl;
  await monitor.untilConnected(recorderId);
  for (const name of names) {
    const sourceKind = devices[name].picture === 'none' ? 'microphone' : 'camera';
    const result = await monitor.links.runJob(
      recorderId,
      {
        ...{ kind: 'register', counterId: newId(counterIdSchema), name, sourceKind },
        connection: { type: 'rtsp', url: cameraOf(name).rtspUrls.main, username: 'admin', password },
      },
      { timeoutMs: 20_000 },
    );
    if (result.kind === 'register') for (const { sourceId } of result.sources) sources.set(sourceId, name);
    begunAtMs.set(name, performance.now());
  }
}, 120_000);
afterAll(async () => {
  stop.abort();
  await recorder[Symbol.asyncDispose]();
  await monitor.close();
});

test('each fault is named for its source alone, and ends by itself', async () => {
  await until(() => [...sources.keys()].every((sourceId) => sealedOf(sourceId).length >= 2), 60_000);
  const turnOver = (name: Name) =>
    (begunAtMs.get(name) ?? 0) + firstTurnMs(names.indexOf(name)) + lookMs - performance.now();
  const told = async (name: Name, limitMs: number) =>
    until(() => named(monitor.faults).includes(expected(name)), limitMs);
  await Promise.all([
    ...(['mute', 'freeze', 'black', 'loop'] as const).map(async (name) => {
      await cameraOf(name).inject({ kind: name });
      await told(name, bySignMs);
    }),
    told('overdrive', turnOver('overdrive')),
    delay(Math.max(0, turnOver('hum'))).then(async () => {
      await cameraOf('hum').inject({ kind: 'hum' });
      await told('hum', lookEveryMs + lookMs);
    }),
  ]);
  // The box may stand with whoever covers the lens: nothing on it tells that this was noticed.
  const pages = ['/healthz', '/readyz', '/metrics'].map(async (path) =>
    (await fetch(healthUrl + path)).text(),
  );
  expect([recorder.output, ...(await Promise.all(pages))].join('\n')).not.toMatch(
    /frozen|blank|silent|clipped/,
  );
  for (const name of faulty) await cameraOf(name).inject({ kind: 'reset' });
  await until(() => named(monitor.faults).length === 0, 60_000);
  const ever = new Set(monitor.faultLists.flatMap(named));
  expect([...ever].sort()).toEqual(faulty.map(expected).sort());
}, 180_000);

test('footage was recorded all the while: no gap since its first footage', async () => {
  expect((await recorder.stop()).code).toBe(0);
  const gaps = monitor.entries.filter((entry) => entry.kind === 'gap');
  const told = [...sources].map(([sourceId, name]) => {
    const [segments, ofSource] = [sealedOf(sourceId), gaps.filter((gap) => gap.sourceId === sourceId)];
    expect(holes(segments, ofSource)).toEqual([]);
    return [name, ...new Set(ofSource.map(({ cause }) => cause))].join(' ');
  });
  // Before its first footage; and the black picture of the virtual camera has parameter sets of its own.
  const causes = (name: Name) => (name === 'black' ? 'unknown codec-changed' : 'unknown');
  expect(await disagreementsOf(join(recorder.directory, 'data/spool'))).toEqual([]);
  expect(told).toEqual([...sources.values()].map((name) => `${name} ${causes(name)}`));
}, 60_000);

function fail(what: string): never {
  throw new Error(`none of ${what}`);
}
