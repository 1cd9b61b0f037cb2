import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { liveMessageSchema } from '@minhbach/shared/protocol';
import { wholePieces } from '@minhbach/shared/media';
import { WebSocket } from 'ws';
import { disagreementsOf, entriesOf } from '../../scripts/soak/spool-facts.ts';
import { startVirtualCamera } from '../../scripts/virtual-camera/index.ts';
import { RecorderProcess } from '../support/recorder-process.ts';
import { makeOrganisation, RunningMonitor, type Organisation } from '../support/running-monitor.ts';
import { until } from '../support/until.ts';

/*
 * From a camera through the built recorder and a monitor to two viewers, one of whom stops reading for a while. What is
 * shown and what is recorded are the same bytes, so both viewers are held against the recording itself.
 */
const password = randomUUID();
const cameras = new AbortController();
const framesPerSecond = 25;
let monitor: RunningMonitor;
let organisation: Organisation;
let recorder: RecorderProcess;
let sourceId: string;

beforeAll(async () => {
  monitor = await RunningMonitor.start();
  organisation = await makeOrganisation(monitor);
  const { admin, siteA, counterA, people } = organisation;
  const { code } = (await admin.call('POST', '/recorders/enrolments', { siteId: siteA })).body;
  recorder = await RecorderProcess.prepare({
    monitors: [{ url: monitor.origin.replace('http', 'ws'), enrolmentCode: code }],
    segment: { maxDurationMs: 8_000 },
  });
  const camera = await startVirtualCamera({ password, sound: 'none', hasSubStream: false }, cameras.signal);
  recorder.start();
  const { recorderId } = await recorder.untilStarted();
  await until(async () => (await admin.call('GET', `/recorders/${recorderId}`)).body.online === true);
  const made = await people.technician.call('POST', '/sources', {
    ...{ counterId: counterA, recorderId, name: 'Quầy A', kind: 'camera' },
    connection: { type: 'onvif', address: camera.onvifAddress, username: 'admin', password },
  });
  expect(made.status).toBe(201);
  sourceId = made.body.id as string;
}, 120_000);
afterAll(async () => {
  cameras.abort();
  await recorder[Symbol.asyncDispose]();
  await monitor.stop();
});

/** What a browser is sent, in runs of fragments between which it was told of a skip. */
class Viewer {
  readonly socket: WebSocket;
  readonly runs: Buffer[][] = [[]];
  readonly marks: number[] = [];
  bytes = 0;
  #initNext = false;

  constructor(cookie: string) {
    const url = `${monitor.origin.replace('http', 'ws')}/live?source=${sourceId}&quality=main`;
    this.socket = new WebSocket(url, { headers: { cookie, origin: monitor.origin } });
    this.socket.on('message', (data: Buffer, isBinary: boolean) => {
      if (isBinary) this.#take(data);
      else this.#told(data.toString());
    });
  }

  get skips(): number {
    return this.runs.length - 1;
  }

  #take(data: Buffer): void {
    this.bytes += data.length;
    if (!this.#initNext) this.runs.at(-1)?.push(data);
    this.#initNext = false;
  }

  #told(text: string): void {
    const message = liveMessageSchema.parse(JSON.parse(text));
    if (message.type === 'init') this.#initNext = true;
    if (message.type === 'mark') this.marks.push(message.seq);
    if (message.type === 'skip') this.runs.push([]);
  }
}

it('a viewer who does not read skips to a keyframe, and neither the other viewer nor the recording misses a frame', async () => {
  const { cookie } = organisation.people.monitor;
  const quick = new Viewer(cookie);
  await until(() => quick.marks.length >= 1, 30_000);
  const slow = new Viewer(cookie);
  await until(() => slow.marks.length >= 1, 30_000);
  // A line takes some megabytes before anybody notices; the camera sends a quarter of one each second.
  for (let wanted = 5_000_000; slow.skips === 0; wanted += 5_000_000) {
    slow.socket.pause();
    const before = quick.bytes;
    await until(() => quick.bytes >= before + wanted, 60_000);
    const [newest = 0] = quick.marks.slice(-1);
    slow.socket.resume();
    await until(() => (slow.marks.at(-1) ?? 0) > newest, 30_000);
  }
  // Both see the same again.
  const [reached = 0] = slow.marks.slice(-1);
  await until(() => (slow.marks.at(-1) ?? 0) >= reached + 10 && (quick.marks.at(-1) ?? 0) >= reached + 10);
  for (const { socket } of [quick, slow]) socket.terminate();
  expect((await recorder.stop()).code).toBe(0);

  const spool = join(recorder.directory, 'data/spool');
  const entries = entriesOf(spool);
  const footage: { readonly bytes: Buffer; readonly keyframe: boolean }[] = [];
  let frames = 0;
  let first: { readonly tfdt: number; readonly startUtcMs: number } | undefined;
  let lastEndSeconds = 0;
  for (const entry of entries) {
    if (entry.kind !== 'segment-sealed') continue;
    const file = await readFile(join(spool, 'sealed', `${entry.segmentId}.mp4`));
    const pieces = wholePieces(file) ?? fail();
    for (const { start, end, fragment } of pieces.fragments) {
      footage.push({ bytes: file.subarray(start, end), keyframe: fragment.startsWithKeyframe });
      frames += fragment.samples;
      first ??= { tfdt: fragment.tfdt / pieces.init.timescale, startUtcMs: entry.startUtcMs };
      lastEndSeconds = (fragment.tfdt + fragment.durationTicks) / pieces.init.timescale;
    }
  }
  const { tfdt: firstSecond, startUtcMs } = first ?? fail();
  // A frame that were missing would leave its time behind.
  expect(Math.round((lastEndSeconds - firstSecond) * framesPerSecond)).toBe(frames);
  expect(entries.filter((entry) => entry.kind === 'gap' && entry.fromUtcMs >= startUtcMs)).toEqual([]);
  expect(await disagreementsOf(spool)).toEqual([]);

  /** Where in the footage a run of fragments lies, each as it was recorded, without one left out. */
  const placeOf = (run: readonly Buffer[]): number => {
    const [begin = fail()] = run;
    const from = footage.findIndex(({ bytes }) => bytes.equals(begin));
    const recorded = footage.slice(from, from + run.length).map(({ bytes }) => bytes);
    expect(from >= 0 && Buffer.concat(recorded).equals(Buffer.concat(run))).toBe(true);
    return from;
  };
  expect(quick.skips).toBe(0);
  expect(quick.marks).toEqual(quick.marks.map((_, index) => (quick.marks[0] ?? 0) + index));
  placeOf(quick.runs[0] ?? []);
  const places = slow.runs.map(placeOf);
  for (const [index, from] of places.slice(1).entries()) {
    expect(footage[from]?.keyframe).toBe(true);
    expect(from).toBeGreaterThan((places[index] ?? 0) + (slow.runs[index]?.length ?? 0));
  }
}, 180_000);

function fail(): never {
  throw new Error('nothing was recorded');
}
