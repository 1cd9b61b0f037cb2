import { randomUUID } from 'node:crypto';
import { afterAll, expect, it } from '@jest/globals';
import { startVirtualCamera } from '../../scripts/virtual-camera/index.ts';
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
