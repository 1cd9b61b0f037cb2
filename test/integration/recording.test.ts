import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { wholePieces } from '@minhbach/shared/media';
import type { LiveFragmentMeta, LiveInitMeta, SegmentSealed } from '@minhbach/shared/protocol';
import { startVirtualCamera, type VirtualCamera } from '../../scripts/virtual-camera/index.ts';
import { readFrameNumbers, readSound } from '../support/frame-numbers.ts';
import { devicePlan, disagreements, holes, RecordingBench } from '../support/recording-bench.ts';
import { until } from '../support/until.ts';

// Such as no other process of this machine could show by chance.
const secret = randomUUID();
const password = `${secret} % p'ass`;
const stop = new AbortController();
let camera: VirtualCamera;
let clicking: VirtualCamera;
let h265: VirtualCamera;

beforeAll(async () => {
  const start = (options: object) => startVirtualCamera({ password, ...options }, stop.signal);
  [camera, clicking, h265] = await Promise.all([
    start({ name: 'counter' }),
    start({ name: 'clicking', soundContent: 'click' }),
    start({ name: 'h265', picture: 'h265', sound: 'aac48' }),
  ]);
}, 300_000);
afterAll(() => stop.abort());

const withLogin = (url: string | undefined) =>
  (url ?? '').replace('rtsp://', `rtsp://admin:${encodeURIComponent(password)}@`);

function sink() {
  const inits: LiveInitMeta[] = [];
  const fragments: (LiveFragmentMeta & { at: number; quality: string | undefined })[] = [];
  let ends = 0;
  return {
    inits,
    fragments,
    get ends() {
      return ends;
    },
    ended: () => void (ends += 1),
    init: (meta: LiveInitMeta) => void inits.push(meta),
    fragment: (meta: LiveFragmentMeta) =>
      void fragments.push({ ...meta, at: Date.now(), quality: inits.at(-1)?.quality }),
  };
}

async function joined(bench: RecordingBench, entries: readonly SegmentSealed[]): Promise<Buffer> {
  const files = await Promise.all(entries.map((entry) => bench.bytesOf(entry)));
  return Buffer.concat(
    files.map((bytes, index) => bytes.subarray(index === 0 ? 0 : entries[index]?.initBytes)),
  );
}

describe('a camera with sound, recorded', () => {
  it('becomes segments that say the truth, without a frame missing or a moment untold', async () => {
    await using bench = await RecordingBench.start({ segmentDurationMs: 3_000 });
    const plan = devicePlan({ main: () => withLogin(camera.rtspUrls.main) });
    bench.recording.addDevice(plan);
    await until(() => bench.sealed(plan.picture).length >= 3 && bench.sealed(plan.sound).length >= 3, 40_000);

    // While it records, no process of this machine shows the password.
    const commandLines = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((pid) => {
        try {
          const read = (name: string) => readFileSync(`/proc/${pid}/${name}`, 'latin1');
          return read('cmdline').includes('ffmpeg') ? [read('cmdline') + read('environ')] : [];
        } catch {
          return [];
        }
      });
    expect(commandLines.length).toBeGreaterThan(0);
    for (const line of commandLines) expect(line).not.toContain(secret);

    await bench.recording.close();
    for (const source of [plan.picture, plan.sound]) {
      const sealed = bench.sealed(source);
      expect(holes(sealed, bench.gaps(source))).toEqual([]);
      for (const entry of sealed) expect(disagreements(entry, await bench.bytesOf(entry))).toEqual([]);
    }
    const pictures = bench.sealed(plan.picture);
    const numbers = await readFrameNumbers(await joined(bench, pictures));
    expect(numbers.length).toBeGreaterThan(200);
    for (const [index, number] of numbers.entries()) {
      const before = numbers[index - 1];
      if (before !== undefined) expect(number).toBe((before + 1) % 1000);
    }

    // Placed by arrival: within 150 ms of when the camera sent each segment's first frame.
    const sent = camera.framesSent();
    for (const entry of pictures.slice(1)) {
      const [first] = await readFrameNumbers(await bench.bytesOf(entry));
      const frame = sent.findLast(
        ({ lapIndex, sentAtUtcMs }) =>
          lapIndex === first && Math.abs(sentAtUtcMs - entry.startUtcMs) < 10_000,
      );
      expect(Math.abs(entry.startUtcMs - (frame?.sentAtUtcMs ?? 0))).toBeLessThan(150);
    }
    expect(bench.log.join('\n')).not.toContain(secret);
  }, 90_000);

  it('has its sound in step with its picture', async () => {
    await using bench = await RecordingBench.start({ segmentDurationMs: 60_000 });
    const plan = devicePlan({ main: () => withLogin(clicking.rtspUrls.main) });
    bench.recording.addDevice(plan);
    await until(() => {
      const open = bench.recording.openSegments();
      return open.length === 2 && open.every(({ startUtcMs, endUtcMs }) => endUtcMs - startUtcMs > 7_000);
    }, 40_000);
    await bench.recording.close();
    const [picture] = bench.sealed(plan.picture);
    const [sound] = bench.sealed(plan.sound);
    if (picture === undefined || sound === undefined) throw new Error('nothing was sealed');
    const pictureBytes = await bench.bytesOf(picture);
    const fragments = wholePieces(pictureBytes)?.fragments ?? [];
    const numbers = await readFrameNumbers(pictureBytes);
    // ffmpeg 5.1 hands the very first picture on without a time; go by the second keyframe.
    const key = fragments.filter(({ fragment }) => fragment.startsWithKeyframe)[1];
    const framesBefore = fragments
      .filter(({ end }) => key !== undefined && end <= key.start)
      .reduce((sum, { fragment }) => sum + fragment.samples, 0);
    const keyMs = ((key?.fragment.tfdt ?? Number.NaN) / picture.timescale) * 1000;
    const keyLapMs = (numbers[framesBefore] ?? Number.NaN) * 40;

    const rateHz = 16_000;
    const samples = await readSound(await bench.bytesOf(sound), rateHz);
    const soundStartMs = (sound.firstTfdt / sound.timescale) * 1000;
    const clicks: number[] = [];
    for (let at = 0; at < samples.length; at += 1) {
      const atMs = soundStartMs + (at * 1000) / rateHz;
      if (Math.abs(samples[at] ?? 0) > 8_000 && atMs - (clicks.at(-1) ?? -1000) > 500) clicks.push(atMs);
    }
    expect(clicks.length).toBeGreaterThan(3);
    // Where in the camera's lap each click was heard, by the picture's time line: a click stands at every whole second.
    for (const click of clicks) {
      const lapMs = keyLapMs + (click - keyMs);
      const offMs = lapMs - Math.round(lapMs / 1000) * 1000;
      expect(Math.abs(offMs)).toBeLessThan(40);
    }
  }, 90_000);

  it('is live at once on the main stream and moves to the small one, in order and within a second', async () => {
    await using bench = await RecordingBench.start();
    const plan = devicePlan({
      main: () => withLogin(camera.rtspUrls.main),
      sub: () => withLogin(camera.rtspUrls.sub),
    });
    bench.recording.addDevice(plan);
    if (plan.picture === undefined || plan.sound === undefined) throw new Error('no sources');
    const { picture, sound } = plan;
    await until(
      () => bench.stateOf(picture)?.state === 'recording' && bench.stateOf(sound)?.state === 'recording',
      30_000,
    );
    const [viewer, listener] = [sink(), sink()];
    const leave = bench.recording.subscribe(picture, 'sub', viewer);
    expect(viewer.inits[0]).toMatchObject({ quality: 'main' });
    expect(viewer.fragments[0]).toMatchObject({ seq: 0, keyframe: true });
    bench.recording.subscribe(sound, 'main', listener);
    await until(() => viewer.fragments.filter(({ quality }) => quality === 'sub').length > 20, 20_000);
    await until(() => listener.fragments.length > 10);
    expect(viewer.inits.map(({ quality }) => quality)).toEqual(['main', 'sub']);
    expect(viewer.fragments.find(({ quality }) => quality === 'sub')?.keyframe).toBe(true);
    expect(viewer.fragments.map(({ seq }) => seq)).toEqual(viewer.fragments.map((_fragment, index) => index));
    for (const { at, capturedAt } of viewer.fragments.slice(-10)) {
      expect(at - capturedAt).toBeGreaterThanOrEqual(0);
      expect(at - capturedAt).toBeLessThan(1_000);
    }
    leave();
    expect(() => bench.recording.subscribe(plan.deviceId as never, 'main', viewer)).toThrow(
      /not being recorded/,
    );

    const jpeg = Buffer.from(await bench.recording.snapshot(picture));
    expect(jpeg.subarray(0, 3).toString('hex')).toBe('ffd8ff');
    await expect(bench.recording.snapshot(sound)).rejects.toMatchObject({ code: 'no-picture' });

    // Whoever still looks is told when the device goes, so that he asks again: it may be back at once.
    const small = sink();
    bench.recording.subscribe(picture, 'sub', small);
    await bench.recording.removeDevice(plan.deviceId);
    expect([listener.ends, small.ends, viewer.ends]).toEqual([1, 1, 0]);
  }, 90_000);

  it('can be read while it is written, and again byte for byte once sealed', async () => {
    await using bench = await RecordingBench.start();
    const plan = devicePlan({ main: () => withLogin(camera.rtspUrls.main), tracks: 'picture' });
    bench.recording.addDevice(plan);
    await until(() => (bench.recording.openSegments()[0]?.bytes ?? 0) > 300_000, 30_000);
    const [open] = bench.recording.openSegments();
    if (open === undefined) throw new Error('no open segment');
    const collect = async (first: number, last: number) => {
      const footage = await bench.recording.readFootage(open.segmentId, first, last);
      const parts: Uint8Array[] = [];
      for await (const part of footage.bytes) parts.push(part);
      return Buffer.concat(parts);
    };
    const early = await collect(0, open.bytes - 1);
    expect(wholePieces(early)?.fragments.at(-1)?.end).toBe(early.length);
    await expect(bench.recording.readFootage(open.segmentId, 1e9, 2e9)).rejects.toMatchObject({
      code: 'range',
    });
    const { deviceId } = plan;
    await bench.recording.removeDevice(deviceId);
    const sealed = await collect(0, Number.MAX_SAFE_INTEGER);
    expect(sealed.subarray(0, early.length).equals(early)).toBe(true);
    expect(bench.sealed(plan.picture)[0]?.bytes).toBe(sealed.length);
    expect(await collect(100, 199)).toEqual(sealed.subarray(100, 200));
  }, 60_000);
});

describe('other devices', () => {
  it('H.265 with AAC is copied as it is', async () => {
    await using bench = await RecordingBench.start({ segmentDurationMs: 2_000 });
    const plan = devicePlan({ main: () => withLogin(h265.rtspUrls.main) });
    bench.recording.addDevice(plan);
    await until(() => bench.sealed(plan.picture).length > 0 && bench.sealed(plan.sound).length > 0, 40_000);
    expect(bench.sealed(plan.picture)[0]?.codec).toMatch(/^hvc1\./);
    // The camera's own 48 kHz; what we encode ourselves is 16 kHz.
    expect(bench.sealed(plan.sound)[0]).toMatchObject({ codec: 'mp4a.40.2', timescale: 48_000 });
    for (const entry of bench.sealed()) expect(disagreements(entry, await bench.bytesOf(entry))).toEqual([]);
  }, 60_000);

  it('a microphone leaves the picture at the device', async () => {
    await using bench = await RecordingBench.start({ segmentDurationMs: 2_000 });
    const plan = devicePlan({ main: () => withLogin(camera.rtspUrls.main), tracks: 'sound' });
    bench.recording.addDevice(plan);
    await until(() => bench.sealed(plan.sound).length > 1, 40_000);
    expect(holes(bench.sealed(), bench.gaps())).toEqual([]);
    expect(bench.recording.statuses()).toMatchObject([{ state: 'recording', codec: 'mp4a.40.2' }]);
  }, 60_000);

  it('a second start needs no look at the stream first', async () => {
    await using bench = await RecordingBench.start();
    const plan = devicePlan({ main: () => withLogin(camera.rtspUrls.main) });
    bench.recording.addDevice(plan);
    await until(() => bench.stateOf(plan.picture)?.state === 'recording', 30_000);
    expect(bench.spool.streamMemory(plan.deviceId, 'main')).toEqual({ picture: 'h264', sound: 'other' });
    await bench.stop();
    await using again = await RecordingBench.over(bench.directory, bench.recorderId);
    const begun = performance.now();
    again.recording.addDevice(plan);
    await until(() => again.stateOf(plan.picture)?.state === 'recording', 30_000);
    expect(performance.now() - begun).toBeLessThan(5_000);
    await again.recording.close();
    expect(holes(again.sealed(plan.picture), again.gaps(plan.picture))).toEqual([]);
    expect(again.gaps(plan.picture).map(({ cause }) => cause)).toContain('recorder-stopped');
  }, 60_000);
});
