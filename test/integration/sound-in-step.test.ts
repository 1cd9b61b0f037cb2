import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { playbackSchema, timelineSchema, type Playback } from '@minhbach/shared/protocol';
import {
  LAP_SECONDS,
  MAIN_FRAMES_PER_SECOND,
  startVirtualCamera,
  type VirtualCamera,
  type VirtualCameraOptions,
} from '../../scripts/virtual-camera/index.ts';
import {
  placedClicks,
  placedFrames,
  renditionsOf,
  type PlacedFrame,
  type Places,
} from '../support/dated-rendition.ts';
import { RecorderProcess } from '../support/recorder-process.ts';
import { makeOrganisation, RunningMonitor, type Organisation } from '../support/running-monitor.ts';
import { until } from '../support/until.ts';

/*
 * From the device to what a player is given. Every device clicks at each whole second of its lap, and every frame says
 * which one it is: when a click is played, the frame must be shown which the camera sent when the device clicked.
 */
const password = 's3cret';
const frameMs = 1000 / MAIN_FRAMES_PER_SECOND;
const lapMs = LAP_SECONDS * 1000;
/** Units of sound are not cut where clicks stand: so near to a change, a click may be on either side. */
const unitMs = 100;

interface Device {
  readonly camera: VirtualCamera;
  readonly pictureId: string;
  readonly soundId: string;
}

describe('sound through recorder, monitor and playlists', () => {
  const cameras = new AbortController();
  let directory: string;
  let monitor: RunningMonitor;
  let organisation: Organisation;
  let recorder: RecorderProcess;
  let playback: Playback;
  const devices = new Map<string, Device>();
  /** No device clicked from `inForce` to `lifted`: that tells one second's click from another's. */
  let muted = { asked: 0, inForce: 0, lifted: 0, over: 0 };

  async function register(name: string, options: Partial<VirtualCameraOptions>): Promise<void> {
    const { people, counterA: counterId } = organisation;
    const { recorderId } = await recorder.untilStarted();
    const camera = await startVirtualCamera(
      { name, password, soundContent: 'click', hasSubStream: false, ...options },
      cameras.signal,
    );
    const kind = options.picture === 'none' ? 'microphone' : 'camera';
    const made = await people.technician.call('POST', '/sources', {
      ...{ counterId, recorderId, name, kind },
      connection: { type: 'onvif', address: camera.onvifAddress, username: 'admin', password },
    });
    expect(made.status).toBe(201);
    const { id, ids } = made.body as { readonly id: string; readonly ids: readonly string[] };
    devices.set(name, { camera, pictureId: id, soundId: ids.find((other) => other !== id) ?? id });
  }

  /** The shortest time that any source has footage of, since `sinceMs`. */
  async function coveredMs(sinceMs: number): Promise<number> {
    const path = `/counters/${organisation.counterA}/timeline?from=${sinceMs}&to=${Date.now()}`;
    const { body } = await organisation.people.supervisor.call('GET', path);
    const lengths = timelineSchema
      .parse(body)
      .sources.map(({ spans }) =>
        spans.reduce((sum, { kind, from, to }) => sum + (kind === 'footage' ? to - from : 0), 0),
      );
    return Math.min(...lengths);
  }

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'mb-sound-in-step-'));
    monitor = await RunningMonitor.start({ directory });
    organisation = await makeOrganisation(monitor);
    const { admin, siteA, counterA, people } = organisation;
    const { code } = (await admin.call('POST', '/recorders/enrolments', { siteId: siteA })).body;
    // Sealed segments, proven in the archive, and open ones, which the recorder still has.
    recorder = await RecorderProcess.prepare({
      monitors: [{ url: monitor.origin.replace('http', 'ws'), enrolmentCode: code }],
      segment: { maxDurationMs: 5_000 },
      archive: { type: 'directory', path: join(directory, 'archive') },
    });
    recorder.start();
    const { recorderId } = await recorder.untilStarted();
    await until(async () => (await admin.call('GET', `/recorders/${recorderId}`)).body.online === true);
    // Each clicks at moments of its own.
    await register('camera', {});
    await register('AAC camera', { sound: 'aac', phaseMs: 11_370 });
    await register('microphone', { picture: 'none', phaseMs: 5_730 });
    await register('AAC microphone', { picture: 'none', sound: 'aac', phaseMs: 23_190 });

    const from = Date.now() - 1;
    await until(async () => (await coveredMs(from)) > 7_000, 60_000);
    const inject = async (kind: 'mute' | 'reset') =>
      Promise.all([...devices.values()].map(async ({ camera }) => camera.inject({ kind })));
    const asked = Date.now();
    await inject('mute');
    const inForce = Date.now();
    await until(() => Date.now() - inForce > 2_500);
    const lifted = Date.now();
    await inject('reset');
    muted = { asked, inForce, lifted, over: Date.now() };
    await until(async () => (await coveredMs(from)) > 14_000, 60_000);
    const granted = await people.supervisor.call('POST', '/playbacks', {
      ...{ counterId: counterA, from, to: Date.now(), reason: 'does it stay in step' },
    });
    playback = playbackSchema.parse(granted.body);
  }, 150_000);
  afterAll(async () => {
    cameras.abort();
    await recorder[Symbol.asyncDispose]();
    await monitor.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const decoded = new Map<string, Promise<readonly PlacedFrame[]>>();

  /** For each click heard while that picture is shown: which of its device's clicks it is, and how late it is heard, ms. */
  async function heardClicks(picture: string, sound: string) {
    const as = organisation.people.supervisor;
    const [shown, heard] = [devices.get(picture), devices.get(sound)];
    if (shown === undefined || heard === undefined) throw new Error('no such device');
    const master = await renditionsOf(as, `${playback.masterUrl}?camera=${shown.pictureId}`);
    const own = (id: string) => playback.sources.find((source) => source.id === id)?.url ?? '';
    const rendition = master.sounds.find((url) => url.includes(heard.soundId)) ?? '';
    const clicks = await placedClicks(as, { rendition, own: own(heard.soundId) });
    const decoding =
      decoded.get(picture) ?? placedFrames(as, { rendition: master.picture, own: own(shown.pictureId) });
    decoded.set(picture, decoding);
    const frames = await decoding;

    /** When the camera sent what is shown at `click`, by the frame's own number. */
    const filmedAt = (click: Places, by: keyof Places): number => {
      const frame = frames.findLast((each) => each[by] <= click[by]);
      if (frame === undefined) return Number.NaN;
      const inLap = shown.camera.epochUtcMs + frame.number * frameMs + (click[by] - frame[by]);
      return inLap + Math.round((click.date - inLap) / lapMs) * lapMs;
    };
    return clicks.flatMap((click) => {
      const sinceEpochMs = (['date', 'media', 'ownDate'] as const).map(
        (by) => filmedAt(click, by) - heard.camera.epochUtcMs,
      );
      const [byDate = Number.NaN] = sinceEpochMs;
      // Before the first frame that has a time.
      if (Number.isNaN(byDate)) return [];
      const second = Math.round(byDate / 1000);
      return { second, lateMs: sinceEpochMs.map((ms) => Math.round(ms - second * 1000)) };
    });
  }

  /** Of the clicks from the first heard to the last: those its device made for certain, and those it may have made. */
  function clicksMade({ camera }: Device, heard: readonly { readonly second: number }[]) {
    const [first, last] = [heard[0]?.second ?? 0, heard.at(-1)?.second ?? 0];
    const all = Array.from({ length: last - first + 1 }, (_, index) => first + index);
    const atMs = (second: number) => camera.epochUtcMs + second * 1000;
    return {
      certain: all.filter((s) => atMs(s) < muted.asked - unitMs || atMs(s) > muted.over + unitMs),
      possible: all.filter((s) => atMs(s) < muted.inForce + unitMs || atMs(s) > muted.lifted - unitMs),
      all,
    };
  }

  it.each([
    // Both came in one stream, whose two tracks the recorder puts on one line of time.
    ['camera', 'camera', 40],
    ['AAC camera', 'AAC camera', 40],
    // Each placed by when its own stream came, in which a microphone may send a frame of AAC, 64 ms, as late as it likes.
    ['camera', 'microphone', 64],
    ['camera', 'AAC microphone', 64],
    ['AAC camera', 'microphone', 64],
    ['AAC camera', 'AAC microphone', 64],
  ])(
    'picture of the %s, sound of the %s: every click within %i ms',
    async (picture, sound, withinMs) => {
      const heard = await heardClicks(picture, sound);
      const worst = Math.max(...heard.flatMap(({ lateMs }) => lateMs).map(Math.abs));
      process.stderr.write(`picture of the ${picture}, sound of the ${sound}: ${worst} ms apart at most\n`);
      expect(worst).toBeLessThan(withinMs);
      const device = devices.get(sound);
      if (device === undefined) throw new Error('no such device');
      const made = clicksMade(device, heard);
      const seconds = heard.map(({ second }) => second);
      expect(seconds).toEqual(expect.arrayContaining(made.certain));
      expect(made.possible).toEqual(expect.arrayContaining(seconds));
      // Or the silence in between would have told nothing.
      expect(made.certain.length).toBeGreaterThanOrEqual(6);
      expect(made.all.length - made.possible.length).toBeGreaterThanOrEqual(2);
    },
    60_000,
  );
});
