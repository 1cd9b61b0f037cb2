import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import { liveMessageSchema, mediaFrameKinds, type LiveMessage } from '@minhbach/shared/protocol';
import {
  newId,
  personIdSchema,
  sourceIdSchema,
  utcMs,
  type SourceId,
} from '@minhbach/shared/units-of-measure';
import { FilmedSource, ScriptedLedger } from '../support/filmed-source.ts';
import { startMediaMonitor, type MediaMonitor, type SignedInTester } from '../support/media-monitor.ts';
import { sampleFootage, type SampleFootage } from '../support/sample-footage.ts';
import { ScriptedRecorder } from '../support/scripted-recorder.ts';

let monitor: MediaMonitor;
let recorder: ScriptedRecorder;
let camera: FilmedSource;
let microphone: FilmedSource;
let modern: FilmedSource;
let counted: FilmedSource;
/** H.265 cameras whose recorder has not said so yet, by the quality that is asked of them. */
let fresh: Readonly<Record<'main' | 'sub', FilmedSource>>;
const recorderAheadMs = 40_000;

beforeAll(async () => {
  monitor = await startMediaMonitor();
  recorder = new ScriptedRecorder(monitor.url.replace('http', 'ws'));
  recorder.clockOffsetMs = recorderAheadMs;
  await recorder.connect({ secret: monitor.enrolmentSecret(), name: 'Box' });
  const now = Date.now();
  camera = new FilmedSource(recorder, monitor.counterId, sampleFootage('h264', 10), now, {
    hasSubStream: true,
  });
  microphone = new FilmedSource(recorder, monitor.counterId, sampleFootage('sound', 10), now);
  modern = new FilmedSource(recorder, monitor.counterId, sampleFootage('h265', 3), now, {
    hasSubStream: true,
  });
  // Watched by one test only: a relay lingers, and remembers what the test before sent.
  counted = new FilmedSource(recorder, monitor.counterId, camera.footage, now);
  const unknown = { hasSubStream: true, codec: undefined };
  fresh = {
    main: new FilmedSource(recorder, monitor.counterId, modern.footage, now, unknown),
    sub: new FilmedSource(recorder, monitor.counterId, modern.footage, now, unknown),
  };
  recorder.say({
    type: 'sources',
    sources: [camera, microphone, modern, fresh.main, fresh.sub, counted].map((source) => source.status()),
  });
  new ScriptedLedger(recorder).sayStatus();
  await until(() => monitor.rooms.sources.findSource(counted.sourceId) !== undefined);
  await until(() => monitor.rooms.links.clockOffsetMs(recorder.recorderId) !== 0);
}, 60_000);

afterAll(async () => {
  await recorder.close();
  await monitor.close();
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** A browser's socket: what it was told, in order; bytes by their length. */
class Viewer {
  readonly messages: (LiveMessage | Buffer)[] = [];
  readonly socket: WebSocket;
  closed: number | undefined;

  constructor(person: SignedInTester | undefined, sourceId: string, quality = 'main') {
    const url = `${monitor.url.replace('http', 'ws')}/live?source=${sourceId}&quality=${quality}`;
    this.socket = new WebSocket(url, { headers: person?.headers ?? { origin: monitor.url } });
    this.socket.on('message', (data: Buffer, isBinary: boolean) =>
      this.messages.push(isBinary ? data : liveMessageSchema.parse(JSON.parse(data.toString()))),
    );
    this.socket.on('close', (code: number) => (this.closed = code));
    this.socket.on('error', () => (this.closed ??= -1));
  }

  texts<Type extends LiveMessage['type']>(type: Type): Extract<LiveMessage, { type: Type }>[] {
    return this.messages.filter(
      (message): message is Extract<LiveMessage, { type: Type }> =>
        !Buffer.isBuffer(message) && message.type === type,
    );
  }

  get bytes(): Buffer[] {
    return this.messages.filter((message): message is Buffer => Buffer.isBuffer(message));
  }

  async end(): Promise<void> {
    if (this.socket.readyState === WebSocket.CLOSED) return;
    const closed = once(this.socket, 'close');
    this.socket.close();
    await closed;
  }
}

async function channelOf(sourceId: SourceId, quality = 'main'): Promise<number> {
  const find = () =>
    [...recorder.liveChannels.values()].find(
      (start) => start.sourceId === sourceId && start.quality === quality,
    );
  await until(() => find() !== undefined);
  return find()?.channel ?? 0;
}

function sendInit(
  channel: number,
  source: FilmedSource,
  quality: 'main' | 'sub',
  footage: SampleFootage = source.footage,
) {
  const meta = { mime: footage.facts.mime, captureId: source.captureId, quality };
  recorder.sendThing(mediaFrameKinds.liveInit, channel, meta, footage.init);
}

function sendFragment(channel: number, footage: SampleFootage, index: number) {
  const fragment = footage.fragments[index];
  if (fragment === undefined) throw new Error('the sample is used up');
  const meta = {
    seq: index,
    capturedAt: utcMs(Date.now() + recorderAheadMs),
    durationMs: 100,
    keyframe: fragment.keyframe,
  };
  recorder.sendThing(mediaFrameKinds.liveFragment, channel, meta, fragment.bytes);
}

describe('a viewer', () => {
  it('sees decodable picture at once, from the last keyframe on, however late he comes', async () => {
    const person = await monitor.signIn('monitor');
    const first = new Viewer(person, counted.sourceId);
    const channel = await channelOf(counted.sourceId);
    sendInit(channel, counted, 'main');
    for (let index = 0; index < 15; index += 1) sendFragment(channel, counted.footage, index);
    await until(() => first.bytes.length === 16);
    const second = new Viewer(person, counted.sourceId);
    const fromKeyframe =
      15 - counted.footage.fragments.slice(0, 15).findLastIndex(({ keyframe }) => keyframe);
    await until(() => second.bytes.length === 1 + fromKeyframe);
    expect(recorder.liveChannels.size).toBe(1);

    expect(first.texts('init')).toEqual([
      { type: 'init', mime: counted.footage.facts.mime, quality: 'main', reduced: false },
    ]);
    const marks = first.texts('mark');
    expect(marks.map(({ seq }) => seq)).toEqual(Array.from({ length: 15 }, (_, index) => index));
    expect(new Set(marks.map(({ nonce }) => nonce)).size).toBe(15);
    // The recorder's clock is 40 s ahead; what viewers are told is on ours.
    for (const mark of marks) expect(Math.abs(mark.serverNow - mark.capturedAt)).toBeLessThan(1_000);
    const out = execFileSync(
      'ffprobe',
      [
        '-v',
        'error',
        '-count_frames',
        '-show_entries',
        'stream=nb_read_frames',
        '-of',
        'csv=p=0',
        '-i',
        'pipe:0',
      ],
      { input: Buffer.concat(second.bytes), stdio: ['pipe', 'pipe', 'pipe'] },
    );
    expect(Number(out.toString().trim().replace(',', ''))).toBeGreaterThan(0);
    await Promise.all([first.end(), second.end()]);
  });

  it('gets the small picture from its first keyframe, the main one until then', async () => {
    const person = await monitor.signIn('monitor');
    const viewer = new Viewer(person, camera.sourceId, 'sub');
    const [main, sub] = [await channelOf(camera.sourceId), await channelOf(camera.sourceId, 'sub')];
    const small = sampleFootage('h264', 3, '160x90');
    sendInit(main, camera, 'main');
    sendFragment(main, camera.footage, 0);
    await until(() => viewer.texts('mark').length === 1);
    sendInit(sub, camera, 'sub', small);
    sendFragment(sub, small, 1);
    const keyframe = small.fragments.findIndex((fragment, index) => index > 1 && fragment.keyframe);
    sendFragment(sub, small, keyframe);
    sendFragment(main, camera.footage, 1);
    await until(() => viewer.texts('mark').length === 2);
    expect(viewer.texts('init').map(({ quality }) => quality)).toEqual(['main', 'sub']);
    await viewer.end();
  });

  it('is shown the H.264 sub-stream of an H.265 camera, and told that it is less', async () => {
    const viewer = new Viewer(await monitor.signIn('monitor'), modern.sourceId);
    const channel = await channelOf(modern.sourceId, 'sub');
    const small = sampleFootage('h264', 3, '160x90');
    sendInit(channel, modern, 'sub', small);
    sendFragment(channel, small, 0);
    await until(() => viewer.texts('init').length === 1);
    expect(viewer.texts('init')[0]).toMatchObject({ quality: 'sub', reduced: true });
    await viewer.end();
  });

  it.each(['main', 'sub'] as const)(
    'who asks for %s of a camera that turns out to be H.265 only then is shown its sub-stream, and nothing else',
    async (quality) => {
      const source = fresh[quality];
      const viewer = new Viewer(await monitor.signIn('monitor'), source.sourceId, quality);
      const main = await channelOf(source.sourceId);
      sendInit(main, source, 'main');
      sendFragment(main, source.footage, 0);
      const small = sampleFootage('h264', 3, '160x90');
      const sub = await channelOf(source.sourceId, 'sub');
      sendInit(sub, source, 'sub', small);
      sendFragment(sub, small, 0);
      await until(() => viewer.texts('mark').length === 1);
      expect(viewer.texts('init').map((init) => [init.quality, init.reduced])).toEqual([
        ['sub', quality === 'main'],
      ]);
      await viewer.end();
    },
  );

  it('is told what state the source is in, and when that changes', async () => {
    const viewer = new Viewer(await monitor.signIn('supervisor'), microphone.sourceId);
    await until(() => viewer.texts('state').length === 1);
    const status = microphone.status({
      state: 'retrying',
      cause: 'camera-unreachable',
      since: utcMs(Date.now()),
    });
    recorder.say({ type: 'source-state', source: status });
    await until(() => viewer.texts('state').length === 2);
    expect(viewer.texts('state')).toEqual([
      { type: 'state', state: 'recording' },
      { type: 'state', state: 'retrying', cause: 'camera-unreachable' },
    ]);
    recorder.say({ type: 'source-state', source: microphone.status({ since: utcMs(Date.now()) }) });
    await viewer.end();
  });

  it('who does not read is skipped to a later keyframe and slows nobody', async () => {
    const person = await monitor.signIn('monitor');
    const [quick, slow] = [new Viewer(person, camera.sourceId), new Viewer(person, camera.sourceId)];
    const channel = await channelOf(camera.sourceId);
    const large = sampleFootage('h264', 12, '1280x720');
    sendInit(channel, camera, 'main', large);
    sendFragment(channel, large, 0);
    await until(() => quick.texts('mark').length === 1 && slow.texts('mark').length === 1);
    slow.socket.pause();
    const total = large.fragments.reduce((sum, { bytes }) => sum + bytes.length, 0);
    let sent = 0;
    for (let lap = 0; sent < 24_000_000; lap += 1) {
      for (let index = 1; index < large.fragments.length; index += 1) {
        sendFragment(channel, large, index);
        await until(() => quick.texts('mark').length >= lap * (large.fragments.length - 1) + index + 1);
      }
      sent += total;
    }
    expect(quick.texts('skip')).toEqual([]);
    expect(quick.closed).toBeUndefined();
    slow.socket.resume();
    let next = 1;
    while (slow.texts('skip').length === 0) {
      sendFragment(channel, large, next);
      next = (next % (large.fragments.length - 1)) + 1;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await until(
      () =>
        slow.messages.length > slow.messages.findIndex((m) => !Buffer.isBuffer(m) && m.type === 'skip') + 2,
    );
    const skip = slow.messages.findIndex((message) => !Buffer.isBuffer(message) && message.type === 'skip');
    const mark = slow.messages[skip + 1];
    if (mark === undefined || Buffer.isBuffer(mark) || mark.type !== 'mark')
      throw new Error('no mark after skip');
    expect(large.fragments[mark.seq]?.keyframe).toBe(true);
    expect(slow.texts('mark').length).toBeLessThan(quick.texts('mark').length);
    await Promise.all([quick.end(), slow.end()]);
  }, 60_000);
});

describe('the door', () => {
  const codeOf = async (person: SignedInTester | undefined, sourceId: string, quality?: string) => {
    const viewer = new Viewer(person, sourceId, quality);
    await until(() => viewer.closed !== undefined);
    return viewer.closed;
  };

  it('says who may not, and hides what is out of sight', async () => {
    expect(await codeOf(undefined, camera.sourceId)).toBe(4401);
    const someone = await monitor.signIn('monitor');
    expect(await codeOf(someone, newId(sourceIdSchema))).toBe(4404);
    expect(await codeOf(someone, "x' OR 1=1")).toBe(4404);
    expect(await codeOf(someone, camera.sourceId, 'huge')).toBe(4404);
    for (const role of ['technician', 'investigator', 'auditor', 'administrator', 'head'] as const) {
      expect(await codeOf(await monitor.signIn(role), camera.sourceId)).toBe(4403);
      expect(await codeOf(await monitor.signIn(role), microphone.sourceId)).toBe(4403);
    }
  });

  it('refuses pages of other origins', async () => {
    const person = await monitor.signIn('monitor');
    const stranger = { ...person, headers: { ...person.headers, origin: 'http://elsewhere.example' } };
    expect(await codeOf(stranger, camera.sourceId)).not.toBe(1000);
  });

  it('lets a technician aim: the small picture, no sound, and not a second longer', async () => {
    const technician = await monitor.signIn('technician');
    monitor.aims.start(personIdSchema.parse(technician.personId), camera.sourceId);
    monitor.aims.start(personIdSchema.parse(technician.personId), microphone.sourceId);
    expect(await codeOf(technician, microphone.sourceId)).toBe(4403);
    const viewer = new Viewer(technician, camera.sourceId, 'main');
    const channel = await channelOf(camera.sourceId, 'sub');
    const small = sampleFootage('h264', 3, '160x90');
    sendInit(channel, camera, 'sub', small);
    sendFragment(channel, small, 0);
    await until(() => viewer.texts('init').length === 1);
    expect(viewer.texts('init')[0]).toMatchObject({ quality: 'sub' });
    await viewer.end();
    monitor.clockAheadMs = 59_800;
    expect(await codeOf(technician, camera.sourceId)).toBe(4403);
    monitor.clockAheadMs = 0;
  });

  it('closes within five seconds of the session that opened it, and writes down how long was watched', async () => {
    const person = await monitor.signIn('monitor');
    const viewer = new Viewer(person, camera.sourceId);
    await until(() => viewer.texts('state').length === 1);
    await person.signOut();
    const since = Date.now();
    await until(() => viewer.closed !== undefined);
    expect(Date.now() - since).toBeLessThan(5_000);
    expect(viewer.closed).toBe(4401);
    await until(() => monitor.audit('viewed-live').some(({ subject }) => subject['phase'] === 'end'));
    const views = monitor.audit('viewed-live').filter(({ personId }) => personId === person.personId);
    expect(views.map(({ subject }) => subject['phase'])).toEqual(['start', 'end']);
    expect(views[0]?.subject).toMatchObject({
      sourceId: camera.sourceId,
      stream: 'picture',
      quality: 'main',
    });
  });
});
