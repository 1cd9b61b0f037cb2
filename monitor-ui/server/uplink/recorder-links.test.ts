import { once } from 'node:events';
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { WebSocket, WebSocketServer } from 'ws';
import { systemClock } from '@minhbach/shared/clock';
import { mediaFrameKinds } from '@minhbach/shared/protocol';
import {
  captureIdSchema,
  monitorIdSchema,
  newId,
  segmentIdSchema,
  siteIdSchema,
  sourceIdSchema,
  utcMs,
  type RecorderId,
} from '@minhbach/shared/units-of-measure';
import { ScriptedRecorder } from '../../../test/support/scripted-recorder.ts';
import { RecorderLinks, type MonitorIdentity, type UplinkListener } from './index.ts';

const siteId = newId(siteIdSchema);
const pair = generateKeyPairSync('ed25519');
const identity: MonitorIdentity = {
  monitorId: newId(monitorIdSchema),
  publicKey: String(pair.publicKey.export({ format: 'jwk' }).x),
  sign: (bytes) => sign(null, bytes, pair.privateKey).toString('base64url'),
};

let server: Server;
let sockets: WebSocketServer;
let links: RecorderLinks;
let url: string;
let secrets: Set<string>;
let said: string[];
let stored: number;
const recorders: ScriptedRecorder[] = [];

beforeEach(async () => {
  const known = new Map<RecorderId, string>();
  secrets = new Set(['one-time-secret']);
  const heard: string[] = [];
  said = heard;
  stored = 0;
  const note = (what: string) => () => void heard.push(what);
  const listener: UplinkListener = {
    recorderOnline: note('online'),
    recorderOffline: note('offline'),
    sourcesKnown: note('sources'),
    sourceChanged: note('source'),
    openSegmentsKnown: note('open'),
    statusReported: note('status'),
    faultsKnown: note('faults'),
    entriesStored: (_id, entries) => void heard.push(`entries ${entries.map(({ seq }) => seq).join()}`),
    identityUsedTwice: note('twice'),
    recorderMisbehaved: (_id, sentence) => void heard.push(`misbehaved: ${sentence}`),
  };
  links = new RecorderLinks({
    identity,
    clock: systemClock,
    listener,
    heartbeat: { everyMs: 50, deadAfterMs: 400 },
    book: {
      find: (id) => {
        const publicKey = known.get(id);
        return publicKey === undefined ? undefined : { siteId, publicKey };
      },
      enrol: ({ secret, recorderId, publicKey }) => {
        if (!secrets.delete(secret)) return undefined;
        known.set(recorderId, publicKey);
        return { siteId };
      },
    },
    intake: {
      position: () => ({ generation: 0, nextSeq: stored }),
      store: (_id, _generation, entries) => (stored += entries.length),
    },
  });
  server = createServer();
  sockets = new WebSocketServer({ noServer: true, maxPayload: 4 * 1024 * 1024 });
  server.on('upgrade', (request, socket, head) =>
    sockets.handleUpgrade(request, socket, head, (ws) => {
      const path = request.url === '/uplink' ? '/uplink' : '/uplink/media';
      void links.accept(path, ws, '127.0.0.1');
    }),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  await Promise.all(recorders.splice(0).map((recorder) => recorder.close()));
  for (const client of sockets.clients) client.terminate();
  server.close();
});

function recorderAt(twinOf?: ScriptedRecorder): ScriptedRecorder {
  const recorder = new ScriptedRecorder(url, twinOf);
  recorders.push(recorder);
  return recorder;
}

async function enrolled(): Promise<ScriptedRecorder> {
  const recorder = recorderAt();
  secrets.add(recorder.recorderId);
  await recorder.connect({ secret: recorder.recorderId, name: 'Box' });
  await until(() => links.isOnline(recorder.recorderId));
  return recorder;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('the door', () => {
  it('lets a recorder in once by its secret, later by its key alone', async () => {
    const recorder = recorderAt();
    await recorder.connect({ secret: 'one-time-secret', name: 'Box' });
    await recorder.close();
    await until(() => said.includes('offline'));
    await recorder.connect();
    await until(() => links.isOnline(recorder.recorderId));
    await expect(recorderAt().connect({ secret: 'one-time-secret', name: 'Thief' })).rejects.toThrow(
      'bad-enrolment',
    );
    await expect(recorderAt().connect()).rejects.toThrow('unknown-recorder');
  });

  it('refuses a second machine with the same identity while the first is alive, and says so', async () => {
    const recorder = await enrolled();
    await expect(recorderAt(recorder).connect()).rejects.toThrow('already-connected');
    expect(said).toContain('twice');
    expect(links.isOnline(recorder.recorderId)).toBe(true);
  });

  it('takes a silent recorder for dead, and lets it in again', async () => {
    const recorder = await enrolled();
    recorder.control?.pause();
    recorder.media?.pause();
    await expect(recorderAt(recorder).connect()).rejects.toThrow('already-connected');
    await until(() => said.includes('offline'));
    await new Promise((resolve) => setTimeout(resolve, 100));
    await recorderAt(recorder).connect();
    expect(links.isOnline(recorder.recorderId)).toBe(true);
  });

  it("refuses another key under a known recorder's id", async () => {
    const recorder = await enrolled();
    const thief = new ScriptedRecorder(url);
    Object.defineProperty(thief, 'recorderId', { value: recorder.recorderId });
    await expect(thief.connect()).rejects.toThrow('bad-signature');
  });

  it.each([
    ['no JSON', 'hello'],
    ['a hello with more in it', JSON.stringify({ type: 'hello', protocol: 1, extra: true })],
  ])('refuses %s without disturbing anyone', async (_name, text) => {
    const recorder = await enrolled();
    const socket = new WebSocket(`${url}/uplink`);
    await once(socket, 'open');
    socket.send(text);
    await once(socket, 'close');
    expect(links.isOnline(recorder.recorderId)).toBe(true);
  });

  it('tells a recorder of another protocol version which one is spoken here', async () => {
    const recorder = await enrolled();
    const stranger = recorderAt();
    const socket = new WebSocket(`${url}/uplink`);
    await once(socket, 'open');
    const answered = once(socket, 'message') as Promise<[Buffer]>;
    const closed = once(socket, 'close');
    const { recorderId, publicKey } = stranger;
    const nonce = randomBytes(32).toString('base64url');
    socket.send(JSON.stringify({ type: 'hello', protocol: 2, recorderId, publicKey, nonce }));
    const [answer] = await answered;
    expect(JSON.parse(answer.toString())).toEqual({
      type: 'refused',
      code: 'protocol',
      message: 'this monitor speaks uplink protocol 1, the recorder speaks 2',
    });
    await closed;
    expect(links.isOnline(recorder.recorderId)).toBe(true);
  });
});

describe('a connected recorder', () => {
  it('ends its own connection, and no other, by saying what the protocol does not know', async () => {
    const [bad, good] = [await enrolled(), await enrolled()];
    bad.control?.send('{"type":"entries","generation":0,"entries":[]}');
    await until(() => !links.isOnline(bad.recorderId));
    expect(said.some((what) => what.startsWith('misbehaved: at entries'))).toBe(true);
    expect(links.isOnline(good.recorderId)).toBe(true);
    good.media?.send(Buffer.from([9, 9, 9]));
    await until(() => said.includes('misbehaved: that is no media piece'));
    expect(links.isOnline(good.recorderId)).toBe(true);
  });

  it('has its clock measured', async () => {
    const recorder = recorderAt();
    recorder.clockOffsetMs = -7_000;
    secrets.add('late');
    await recorder.connect({ secret: 'late', name: 'Box' });
    await until(() => links.clockOffsetMs(recorder.recorderId) !== 0);
    expect(Math.abs(links.clockOffsetMs(recorder.recorderId) + 7_000)).toBeLessThan(50);
  });

  it('does jobs, tells why it cannot, and is not waited for when it goes', async () => {
    const recorder = await enrolled();
    const discover = () => links.runJob(recorder.recorderId, { kind: 'discover' }, { timeoutMs: 5_000 });
    recorder.onJob = ({ jobId }) =>
      recorder.say({ type: 'job-done', jobId, result: { kind: 'discover', devices: [] } });
    await expect(discover()).resolves.toEqual({ kind: 'discover', devices: [] });
    recorder.onJob = ({ jobId }) =>
      recorder.say({ type: 'job-failed', jobId, problem: { code: 'unreachable', message: 'no answer' } });
    await expect(discover()).rejects.toMatchObject({ problem: { code: 'unreachable' } });
    recorder.onJob = () => void recorder.close();
    await expect(discover()).rejects.toMatchObject({ code: 'lost' });
    await until(() => !links.isOnline(recorder.recorderId));
    await expect(discover()).rejects.toMatchObject({ code: 'offline' });
  });

  it('gives footage window by window, no faster than it is read, and stops when told', async () => {
    const recorder = await enrolled();
    const segmentId = newId(segmentIdSchema);
    const bytes = randomBytes(5_000_000);
    recorder.spool.set(segmentId, bytes);
    const range = { segmentId, firstByte: 1_000, lastByte: 4_999_999 };
    const hash = createHash('sha256');
    for await (const chunk of links.fetchFootage(recorder.recorderId, range)) hash.update(chunk as Buffer);
    expect(hash.digest('hex')).toBe(createHash('sha256').update(bytes.subarray(1_000)).digest('hex'));

    const before = recorder.heard.filter(({ type }) => type === 'footage-get').length;
    const slow = links.fetchFootage(recorder.recorderId, range);
    await once(slow, 'readable');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(recorder.heard.filter(({ type }) => type === 'footage-get').length - before).toBeLessThanOrEqual(
      2,
    );
    expect(slow.readableLength).toBeLessThan(1_200_000);
    slow.destroy();
  });

  it('says so when it does not have the footage any more', async () => {
    const recorder = await enrolled();
    const request = { segmentId: newId(segmentIdSchema), firstByte: 0, lastByte: 10 };
    const read = async () => {
      for await (const chunk of links.fetchFootage(recorder.recorderId, request)) void chunk;
    };
    await expect(read()).rejects.toMatchObject({ code: 'footage-missing' });
  });

  it('puts live pieces together and ends the stream with the connection', async () => {
    const recorder = await enrolled();
    const got: string[] = [];
    const sourceId = newId(sourceIdSchema);
    links.openLive(
      recorder.recorderId,
      { sourceId, quality: 'main' },
      {
        init: (meta, bytes) => got.push(`init ${meta.mime} ${bytes.length}`),
        fragment: (meta, bytes) => got.push(`fragment ${meta.seq} ${bytes.length}`),
        skipped: () => got.push('skip'),
        ended: (reason) => got.push(`ended ${reason}`),
      },
    );
    const { channel } = await recorder.next('live-start', (message) => message.sourceId === sourceId);
    const init = { mime: 'video/mp4', captureId: newId(captureIdSchema), quality: 'main' };
    recorder.sendThing(mediaFrameKinds.liveInit, channel, init, Buffer.alloc(700));
    const meta = { seq: 4, capturedAt: utcMs(5), durationMs: 100, keyframe: true };
    recorder.sendThing(mediaFrameKinds.liveFragment, channel, meta, Buffer.alloc(100_000));
    recorder.sendThing(mediaFrameKinds.liveSkip, channel, {}, Buffer.alloc(0));
    await until(() => got.length === 3);
    await recorder.close();
    await until(() => got.length === 4);
    expect(got).toEqual(['init video/mp4 700', 'fragment 4 100000', 'skip', 'ended lost']);
  });
});
