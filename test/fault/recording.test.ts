import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { copyFile, cp, mkdtemp, readFile, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '@minhbach/shared/clock';
import { wholePieces } from '@minhbach/shared/media';
import { newId, recorderIdSchema } from '@minhbach/shared/units-of-measure';
import { startVirtualCamera, type VirtualCamera } from '../../scripts/virtual-camera/index.ts';
import type { DevicePlan } from '../../recorder/src/capture/index.ts';
import { openSpool } from '../../recorder/src/spool/index.ts';
import { childrenOf, ffmpegsOf, isRunning } from '../support/processes.ts';
import { devicePlan, disagreements, RecordingBench } from '../support/recording-bench.ts';
import { until } from '../support/until.ts';
import { expectWhole } from '../support/whole-recording.ts';

const stop = new AbortController();
const password = randomUUID();
let camera: VirtualCamera;
const url = () => camera.rtspUrls.main.replace('rtsp://', `rtsp://admin:${password}@`);

beforeAll(async () => {
  camera = await startVirtualCamera({ password, name: 'faulty' }, stop.signal);
}, 300_000);
afterEach(async () => camera.inject({ kind: 'reset' }));
afterAll(() => stop.abort());

async function recordingBench(settings = {}): Promise<{ bench: RecordingBench; plan: DevicePlan }> {
  const bench = await RecordingBench.start(settings);
  const plan = devicePlan({ main: url });
  bench.recording.addDevice(plan);
  await until(() => bench.recording.statuses().every(({ state }) => state === 'recording'), 30_000);
  return { bench, plan };
}

describe('a capture that fails', () => {
  it('is replaced within seconds when its ffmpeg is killed, with a gap that says so', async () => {
    const { bench, plan } = await recordingBench();
    await using held = bench;
    const [pid] = ffmpegsOf(held.spool.spoolId);
    if (pid === undefined) throw new Error('no ffmpeg');
    const killedAt = performance.now();
    process.kill(pid, 'SIGKILL');
    await until(() => bench.stateOf(plan.picture)?.state === 'retrying');
    await until(() => bench.stateOf(plan.picture)?.state === 'recording');
    expect(performance.now() - killedAt).toBeLessThan(5_000);
    await bench.recording.close();
    await expectWhole(bench, plan);
    const gap = bench.gaps(plan.picture).find(({ cause }) => cause === 'camera-closed');
    expect(gap?.evidence).toMatch(/SIGKILL/);
    expect((gap?.toUtcMs ?? 0) - (gap?.fromUtcMs ?? 0)).toBeLessThan(5_000);
  }, 60_000);

  it('notices a camera that falls silent with its connection open', async () => {
    const { bench, plan } = await recordingBench({ retryMaxMs: 500 });
    await using held = bench;
    await camera.inject({ kind: 'stop-sending' });
    const silentAt = performance.now();
    await until(() => held.stateOf(plan.picture)?.state === 'retrying', 10_000);
    expect(performance.now() - silentAt).toBeGreaterThan(2_500);
    expect(performance.now() - silentAt).toBeLessThan(6_000);
    expect(bench.stateOf(plan.sound)).toMatchObject({ state: 'retrying', cause: 'camera-stalled' });
    await camera.inject({ kind: 'reset' });
    await until(() => bench.stateOf(plan.picture)?.state === 'recording', 30_000);
    await bench.recording.close();
    await expectWhole(bench, plan);
    expect(bench.gaps(plan.picture).map(({ cause }) => cause)).toContain('camera-stalled');
  }, 90_000);

  it('goes on with the picture when announced sound never comes, and names the sound as missing', async () => {
    await camera.inject({ kind: 'no-audio-packets' });
    await using bench = await RecordingBench.start();
    const plan = devicePlan({ main: url });
    bench.recording.addDevice(plan);
    await until(() => bench.stateOf(plan.picture)?.state === 'recording', 40_000);
    await until(() => bench.stateOf(plan.sound)?.cause === 'sound-missing', 20_000);
    expect(bench.stateOf(plan.picture)?.state).toBe('recording');
    await camera.inject({ kind: 'reset' });
    await until(() => bench.stateOf(plan.sound)?.state === 'recording', 20_000);
    await bench.recording.close();
    await expectWhole(bench, plan);
    expect(bench.gaps(plan.picture).filter(({ cause }) => cause !== 'unknown')).toEqual([]);
    expect(bench.gaps(plan.sound).map(({ cause }) => cause)).toContain('sound-missing');
  }, 120_000);

  it('tells a refused login from an unreachable device, and keeps trying', async () => {
    await using bench = await RecordingBench.start({ retryMaxMs: 500 });
    let present = () => url().replace(password, 'wrong');
    const plan = devicePlan({ main: () => present() });
    bench.recording.addDevice(plan);
    await until(() => bench.stateOf(plan.picture)?.state === 'refused', 30_000);
    expect(bench.stateOf(plan.picture)?.cause).toBe('camera-refused-login');
    present = () => 'rtsp://127.0.0.1:9/nothing';
    await until(() => bench.stateOf(plan.picture)?.cause === 'camera-unreachable', 30_000);
    expect(bench.stateOf(plan.sound)?.state).toBe('retrying');
    present = url;
    await until(() => bench.stateOf(plan.picture)?.state === 'recording', 30_000);
    await bench.recording.close();
    await expectWhole(bench, plan);
    expect(bench.gaps(plan.picture).map(({ cause }) => cause)).toEqual(
      expect.arrayContaining(['camera-refused-login', 'camera-unreachable']),
    );
    expect(bench.log.join('\n')).not.toContain(password);
  }, 90_000);

  it('ends when the timestamps jump, and starts afresh', async () => {
    const { bench, plan } = await recordingBench();
    await using held = bench;
    await camera.inject({ kind: 'timestamp-jump', seconds: 100 });
    await until(() => held.stateOf(plan.picture)?.state === 'retrying', 20_000);
    await until(() => bench.stateOf(plan.picture)?.state === 'recording', 20_000);
    await bench.recording.close();
    await expectWhole(bench, plan);
    const causes = bench.gaps(plan.picture).map(({ cause }) => cause);
    expect(causes.some((cause) => cause === 'timestamps-jumped' || cause === 'camera-stalled')).toBe(true);
  }, 60_000);

  it('takes up another codec as a new capture', async () => {
    const { bench, plan } = await recordingBench({ retryMaxMs: 500 });
    await using held = bench;
    await camera.inject({ kind: 'media', picture: 'h265' });
    await camera.inject({ kind: 'close-sessions' });
    await until(() => held.stateOf(plan.picture)?.codec?.startsWith('hvc1') === true, 60_000);
    await until(() => bench.stateOf(plan.picture)?.state === 'recording', 20_000);
    await bench.recording.close();
    await expectWhole(bench, plan);
    expect(bench.gaps(plan.picture).map(({ cause }) => cause)).toContain('codec-changed');
  }, 120_000);
});

describe('a recorder that is killed', () => {
  let directory: string;
  const children: ChildProcess[] = [];
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'mb-killed-'));
  });
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await rm(directory, { recursive: true, force: true });
  });

  async function killedMidSegment(beforeKill: (pid: number) => Promise<void> = async () => undefined) {
    const plan = devicePlan({ main: url });
    const recorderId = newId(recorderIdSchema);
    const spoolDirectory = join(directory, randomUUID());
    const script = new URL('../support/record-until-killed.mjs', import.meta.url).pathname;
    const { deviceId, picture, sound } = plan;
    const of = { directory: spoolDirectory, recorderId, deviceId, picture, sound, url: url() };
    const child = spawn(process.execPath, [script, JSON.stringify(of)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    let said = '';
    child.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await until(() => said.split('recording').length > 2, 40_000);
    const open = async (): Promise<number> => {
      const names = await readdir(join(spoolDirectory, 'open'));
      const sizes = await Promise.all(
        names.map(async (name) => (await readFile(join(spoolDirectory, 'open', name))).length),
      );
      return Math.max(0, ...sizes);
    };
    await until(async () => (await open()) > 1_500_000, 30_000);
    await beforeKill(child.pid ?? 0);
    const killedAt = Date.now();
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('close', resolve));
    return { plan, recorderId, spoolDirectory, killedAt };
  }

  it('loses less than its open fragment, leaves no ffmpeg behind, and accounts for the time it was dead', async () => {
    const { plan, recorderId, spoolDirectory, killedAt } = await killedMidSegment();
    const restartedAt = performance.now();
    await using bench = await RecordingBench.over(spoolDirectory, recorderId);
    await until(() => ffmpegsOf(bench.spool.spoolId).length === 0, 3_000);
    bench.recording.addDevice(plan);
    await until(() => bench.recording.statuses().every(({ state }) => state === 'recording'), 10_000);
    expect(performance.now() - restartedAt).toBeLessThan(5_000);
    await bench.recording.close();
    await expectWhole(bench, plan);
    for (const source of [plan.picture, plan.sound]) {
      const [recovered] = bench.sealed(source);
      expect(recovered?.recovered).toBe(true);
      // Lost: what was captured and not written (batch), or not a whole fragment, plus the way from the camera.
      expect(killedAt - (recovered?.endUtcMs ?? 0)).toBeLessThan(1_000);
      expect(bench.gaps(source).find(({ cause }) => cause === 'recorder-crashed')?.fromUtcMs).toBe(
        recovered?.endUtcMs,
      );
    }
    expect(await readdir(join(spoolDirectory, 'open'))).toEqual([]);
  }, 90_000);

  it('takes its ffmpegs with it, also those whose camera sends nothing', async () => {
    // A sending camera's ffmpeg would end at its next write anyway; a silent one's waits for ever.
    let ffmpegs: readonly number[] = [];
    await killedMidSegment(async (pid) => {
      await camera.inject({ kind: 'stop-sending' });
      ffmpegs = childrenOf(pid);
      expect(ffmpegs.length).toBeGreaterThan(0);
    });
    await until(() => ffmpegs.every((pid) => !isRunning(pid)), 2_000);
  }, 60_000);

  it('ends what a run before left behind, and says so', async () => {
    const recorderId = newId(recorderIdSchema);
    const spoolDirectory = await mkdtemp(join(directory, 'orphaned-'));
    let spoolId: string;
    {
      const spool = await openSpool({ directory: spoolDirectory, clock: systemClock, recorderId });
      spoolId = spool.spoolId;
      spool.close();
    }
    const orphan = spawn('sleep', ['600'], { env: { ...process.env, MINHBACH_SPOOL: spoolId } });
    children.push(orphan);
    await until(() => ffmpegsOf(spoolId).length === 1);
    const ended = new Promise((resolve) => orphan.once('close', (_code, signal) => resolve(signal)));
    await using bench = await RecordingBench.over(spoolDirectory, recorderId);
    expect(await ended).toBe('SIGKILL');
    await until(() => bench.log.some((line) => line.includes('"orphan-ended"')));
  }, 30_000);

  it('gets back every whole fragment, wherever the file was torn', async () => {
    const { plan, recorderId, spoolDirectory } = await killedMidSegment();
    // Positions around the structure of the real file: the same spool is recovered again and again.
    const names = await readdir(join(spoolDirectory, 'open'));
    const template = join(directory, 'template');
    await cp(spoolDirectory, template, { recursive: true });
    const sizes = await Promise.all(
      names.map(async (name) => (await readFile(join(template, 'open', name))).length),
    );
    const largest = names[sizes.indexOf(Math.max(...sizes))] ?? '';
    const original = await readFile(join(template, 'open', largest));
    const pieces = wholePieces(original);
    const second = pieces?.fragments[1];
    if (pieces === undefined || second === undefined) throw new Error('too little was recorded');
    const { initBytes } = pieces;
    const cuts = [
      0,
      5,
      initBytes,
      second.start,
      second.start + 4,
      second.end - 1,
      second.end,
      original.length - 1,
    ];
    for (const cut of cuts) {
      const copy = join(directory, randomUUID());
      await cp(template, copy, { recursive: true });
      await truncate(join(copy, 'open', largest), cut);
      await using bench = await RecordingBench.over(copy, recorderId);
      const entry = bench.sealed(plan.picture)[0];
      const expected = pieces.fragments.findLast(({ end }) => end <= cut)?.end;
      expect(entry?.bytes).toBe(expected);
      if (entry !== undefined) expect(disagreements(entry, await bench.bytesOf(entry))).toEqual([]);
      expect(await readdir(join(copy, 'open'))).toEqual([]);
    }
  }, 120_000);

  it('names files and rows that do not belong together', async () => {
    await using bench = await RecordingBench.start({ segmentDurationMs: 1_000 });
    const plan = devicePlan({ main: url, tracks: 'picture' });
    bench.recording.addDevice(plan);
    await until(() => bench.sealed().length >= 2, 40_000);
    await bench.recording.close();
    const [kept, lost] = bench.sealed();
    if (kept === undefined || lost === undefined) throw new Error('nothing was sealed');
    bench.spool.close();
    const sealed = join(bench.directory, 'sealed');
    await copyFile(join(sealed, `${lost.segmentId}.mp4`), join(sealed, 'stranger.mp4'));
    await rm(join(sealed, `${lost.segmentId}.mp4`));
    await writeFile(join(bench.directory, 'open', 'unknown.mp4'), 'torn');
    await using again = await RecordingBench.over(bench.directory, bench.recorderId);
    expect(again.spool.findSegment(kept.segmentId)).toBeDefined();
    expect(again.spool.findSegment(lost.segmentId)).toBeUndefined();
    expect(again.log.join('\n')).toMatch(/stranger\.mp4/);
    expect((await readdir(join(bench.directory, 'quarantine'))).sort()).toEqual([
      'stranger.mp4',
      'unknown.mp4',
    ]);
    expect(again.spool.readEntries(0, 1000)).toContainEqual(
      expect.objectContaining({ kind: 'segment-dropped', segmentId: lost.segmentId, reason: 'lost' }),
    );
  }, 60_000);
});
