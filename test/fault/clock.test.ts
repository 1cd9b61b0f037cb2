import { randomUUID } from 'node:crypto';
import { afterAll, expect, it } from '@jest/globals';
import { startVirtualCamera } from '../../scripts/virtual-camera/index.ts';
import { placedPairs } from '../support/placed-media.ts';
import { devicePlan, RecordingBench } from '../support/recording-bench.ts';
import { SettableClock } from '../support/settable-clock.ts';
import { until } from '../support/until.ts';
import { expectWhole } from '../support/whole-recording.ts';

const hourMs = 3_600_000;
const password = randomUUID();
const stop = new AbortController();
afterAll(() => stop.abort());

it('a wall clock that is set by an hour, forward and back, makes no overlap and no hole, and is told of', async () => {
  const camera = await startVirtualCamera({ name: 'time', password, hasSubStream: false }, stop.signal);
  const clock = new SettableClock();
  await using bench = await RecordingBench.start({ segmentDurationMs: 2_000 }, clock);
  const url = camera.rtspUrls.main.replace('rtsp://', `rtsp://admin:${password}@`);
  const plan = devicePlan({ main: () => url });
  bench.recording.addDevice(plan);
  const sealedSince = async () => {
    const before = bench.sealed(plan.picture).length;
    await until(() => bench.sealed(plan.picture).length > before + 1, 60_000);
  };
  const steps = () =>
    bench.spool
      .readEntries(0, 1_000)
      .flatMap((entry) => (entry.kind === 'clock' && 'stepMs' in entry ? [entry] : []));
  await sealedSince();

  clock.setByMs = hourMs;
  await until(() => steps().length === 1, 20_000);
  await sealedSince();
  clock.setByMs = 0;
  await until(() => steps().length === 2, 20_000);
  await sealedSince();
  await bench.recording.close();

  await expectWhole(bench, plan);
  expect(steps().map(({ stepMs }) => Math.round(stepMs / 60_000))).toEqual([60, -60]);
  for (const source of [plan.picture, plan.sound]) {
    const long = bench.gaps(source).filter(({ fromUtcMs, toUtcMs }) => toUtcMs - fromUtcMs > hourMs / 2);
    expect(long.map(({ cause }) => cause)).toEqual(['clock-drift']);
    const sealed = bench.sealed(source);
    // The hour that was set back is not lived twice: time goes on, and says by how much it is off.
    expect(sealed.at(-1)?.clockErrorMs).toBeGreaterThan(hourMs - 60_000);
    expect(sealed[0]?.clockErrorMs).toBeLessThan(5_000);
    expect(sealed.every((entry, index) => entry.startUtcMs >= (sealed[index - 1]?.endUtcMs ?? 0))).toBe(true);
  }
}, 120_000);

it('a camera whose time runs wrong: bent back at segment borders by at most 500 ppm, what is left is in the stated error', async () => {
  const speeds = { slightly: 1.0004, badly: 1.01 } as const;
  await using bench = await RecordingBench.start({ segmentDurationMs: 1_000 });
  const added = async (factor: number) => {
    const camera = await startVirtualCamera({ name: 'drift', password, hasSubStream: false }, stop.signal);
    const plan = devicePlan({
      main: () => camera.rtspUrls.main.replace('rtsp://', `rtsp://admin:${password}@`),
      tracks: 'picture',
    });
    bench.recording.addDevice(plan);
    const id = plan.picture;
    if (id === undefined) throw new Error('a device without picture');
    await until(() => bench.stateOf(id)?.state === 'recording', 60_000);
    // While somebody watches, arrivals are taken as they come, not at the next beat: milliseconds are what is measured here.
    bench.recording.subscribe(id, 'main', {
      init: () => undefined,
      fragment: () => undefined,
      ended: () => undefined,
    });
    await until(() => bench.sealed(id).length > 0, 60_000);
    await camera.inject({ kind: 'timestamp-speed', factor });
    return { plan, id };
  };
  const [slightly, badly] = await Promise.all([added(speeds.slightly), added(speeds.badly)]);
  const pairs = (id: string) => placedPairs(bench.sealed(id));
  const bentMs = (id: string) => pairs(id).reduce((sum, pair) => sum + pair.bentMs, 0);
  // 0.4 ms in each second: placed where it came, though its own time says it lasted longer.
  await until(() => bentMs(slightly.id) <= -3, 60_000);
  await until(
    () => bentMs(badly.id) <= -4 && (bench.sealed(badly.id).at(-1)?.clockErrorMs ?? 0) > 180,
    60_000,
  );
  await bench.recording.close();

  await expectWhole(bench, slightly.plan, badly.plan);
  for (const { id } of [slightly, badly]) {
    expect(new Set(bench.sealed(id).map(({ captureId }) => captureId)).size).toBe(1);
    for (const { mediaMs, bentMs: bent } of pairs(id))
      expect(Math.abs(bent)).toBeLessThanOrEqual(1 + mediaMs * 500e-6);
    const mediaMs = pairs(id).reduce((sum, pair) => sum + pair.mediaMs, 0);
    expect(Math.abs(bentMs(id))).toBeLessThanOrEqual(1 + mediaMs * 500e-6);
  }
  // 10 ms in each second cannot be followed by half a millisecond: the error says what is left, more and more.
  const errors = bench.sealed(badly.id).map(({ clockErrorMs }) => clockErrorMs);
  expect(errors.at(-1)).toBeGreaterThan((errors[0] ?? 0) + 50);
  // What the other is off after correction, by the least delayed fragment: far less than what the drift has made of it.
  expect(Math.max(...bench.sealed(slightly.id).map(({ clockErrorMs }) => clockErrorMs))).toBeLessThan(
    errors.at(-1) ?? 0,
  );
}, 120_000);
