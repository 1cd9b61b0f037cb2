import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { diskFull } from '../../scripts/soak/disk-full.ts';
import { killFfmpeg } from '../../scripts/soak/kill-ffmpeg.ts';
import { killRecorder } from '../../scripts/soak/kill-recorder.ts';
import { powerCut } from '../../scripts/soak/power-cut.ts';
import { startVirtualCamera } from '../../scripts/virtual-camera/index.ts';

/* Short forms of `npm run soak -- NAME`: the same code, a few times instead of hundreds. */
describe('footage survives', () => {
  let directory: string;
  let url: string;
  const stop = new AbortController();
  const password = 's3cret';
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'mb-lost-nothing-'));
    const camera = await startVirtualCamera({ password, name: 'lost-nothing' }, stop.signal);
    url = camera.rtspUrls.main.replace('rtsp://', `rtsp://admin:${password}@`);
  }, 300_000);
  afterAll(async () => {
    stop.abort();
    await rm(directory, { recursive: true, force: true });
  });

  const order = (name: string, times: number) => ({
    directory: join(directory, name),
    urls: [url],
    times,
    runMs: 1_500,
    segmentDurationMs: 2_000,
  });
  const nothingLost = { disagreements: [], sealedAndForgotten: 0 };

  it('kill -9 of the recorder', async () => {
    const figures = await killRecorder(order('kill-recorder', 4));
    expect(figures).toMatchObject({ ...nothingLost, kills: 4, orphans: 0 });
    expect(worst(figures['lostMs'])).toBeLessThan(2_000);
  }, 120_000);

  it('kill -9 of ffmpeg', async () => {
    const figures = await killFfmpeg(order('kill-ffmpeg', 4));
    expect(figures).toMatchObject({ kills: 4, disagreements: [], orphans: 0 });
  }, 120_000);

  it('a power cut', async () => {
    const figures = await powerCut(order('power-cut', 6));
    expect(figures).toMatchObject({ ...nothingLost, cuts: 6, hostFaults: [] });
    // What was not synced (2 s) and the open fragment; a machine at its limit stretches both.
    expect(worst(figures['lostMs'])).toBeLessThan(10_000);
  }, 120_000);

  it("somebody else's file that fills the disk", async () => {
    const figures = await diskFull(order('disk-full', 2));
    expect(figures).toMatchObject({ ...nothingLost, fillings: 2, segmentsDropped: 0 });
    expect(figures['gapsForWantOfRoom']).toBeGreaterThan(0);
  }, 180_000);
});

function worst(of: unknown): number {
  return (of as { worst: number }).worst;
}
