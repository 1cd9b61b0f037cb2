import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { promised, type Promises } from '../../scripts/soak/broken-promises.ts';
import { diskFull } from '../../scripts/soak/disk-full.ts';
import { killFfmpeg } from '../../scripts/soak/kill-ffmpeg.ts';
import { killRecorder } from '../../scripts/soak/kill-recorder.ts';
import { powerCut } from '../../scripts/soak/power-cut.ts';
import type { SoakCamera } from '../../scripts/soak/register-cameras.ts';
import { startVirtualCamera } from '../../scripts/virtual-camera/index.ts';

/*
 * Short forms of `npm run soak -- NAME`: the same code and the same judgement, a few times instead of hundreds. What is
 * promised about time holds for a recorder that has its machine to itself; beside another suite on two cores the worst of
 * few may be worse, and the median may not: were the open segment lost, it would be half of how long a run lasts. A power
 * cut that took all of one would take up to 8 s.
 */
const promises: Promises = {
  ...promised,
  lostMs: 1_000,
  unsyncedMs: 3_000,
  againMedianMs: 10_000,
  againWorstMs: 20_000,
};

describe('footage survives', () => {
  let directory: string;
  let camera: SoakCamera;
  const stop = new AbortController();
  const password = 's3cret';
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'mb-lost-nothing-'));
    const { onvifAddress, epochUtcMs } = await startVirtualCamera(
      { password, name: 'lost-nothing' },
      stop.signal,
    );
    camera = { onvifAddress, username: 'admin', password, epochUtcMs };
  }, 300_000);
  afterAll(async () => {
    stop.abort();
    await rm(directory, { recursive: true, force: true });
  });

  const order = (name: string, times: number) => ({
    directory: join(directory, name),
    cameras: [camera],
    times,
    runMs: 1_500,
    segmentDurationMs: 2_000,
    promises,
  });

  it('kill -9 of the recorder', async () => {
    const { figures, faults } = await killRecorder({ ...order('kill-recorder', 4), runMs: 2_500 });
    expect(faults).toEqual([]);
    expect(figures).toMatchObject({ kills: 4, sources: 2 });
  }, 120_000);

  it('kill -9 of ffmpeg', async () => {
    const { figures, faults } = await killFfmpeg(order('kill-ffmpeg', 4));
    expect(faults).toEqual([]);
    expect(figures).toMatchObject({ kills: 4, gaps: 8 });
  }, 120_000);

  it('a power cut', async () => {
    const { figures, faults } = await powerCut({ ...order('power-cut', 6), segmentDurationMs: 8_000 });
    expect(faults).toEqual([]);
    expect(figures).toMatchObject({ cuts: 6 });
  }, 120_000);

  it("somebody else's file that fills the disk", async () => {
    const { figures, faults } = await diskFull(order('disk-full', 2));
    expect(faults).toEqual([]);
    expect(figures).toMatchObject({ fillings: 2 });
  }, 180_000);
});
