import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { parse, types } from 'hls-parser';
import { openObjectStore, thumbnailObjectKey } from '@minhbach/shared/object-store';
import { playbackSchema, timelineSchema, type Playback, type SegmentSealed } from '@minhbach/shared/protocol';
import { newId, gapIdSchema, sha256HexSchema, utcMs } from '@minhbach/shared/units-of-measure';
import { FilmedSource, ScriptedLedger } from '../support/filmed-source.ts';
import {
  coveringCaseId,
  startMediaMonitor,
  type MediaMonitor,
  type SignedInTester,
} from '../support/media-monitor.ts';
import { sampleFootage, sha256Of } from '../support/sample-footage.ts';
import { ScriptedRecorder } from '../support/scripted-recorder.ts';

let monitor: MediaMonitor;
let recorder: ScriptedRecorder;
let supervisor: SignedInTester;
let archiveDirectory: string;
const t0 = Date.now() - 120_000;
let camera: FilmedSource;
let microphone: FilmedSource;
let modern: FilmedSource;
let archived: SegmentSealed;
/** Sealed, and not in the archive yet. */
let waiting: SegmentSealed;
let ledger: ScriptedLedger;

beforeAll(async () => {
  archiveDirectory = await mkdtemp(join(tmpdir(), 'archive-'));
  const archive = await openObjectStore({ type: 'directory', path: archiveDirectory });
  monitor = await startMediaMonitor(archive);
  recorder = new ScriptedRecorder(monitor.url.replace('http', 'ws'));
  await recorder.connect({ secret: monitor.enrolmentSecret(), name: 'Box' });
  camera = new FilmedSource(recorder, monitor.counterId, sampleFootage('h264', 20), t0);
  microphone = new FilmedSource(recorder, monitor.counterId, sampleFootage('sound', 20), t0);
  modern = new FilmedSource(recorder, monitor.counterId, sampleFootage('h265', 6), t0, { name: 'H.265' });
  recorder.say({ type: 'sources', sources: [camera, microphone, modern].map((source) => source.status()) });
  ledger = new ScriptedLedger(recorder);

  const first = camera.film(t0, 6);
  archived = first.sealed;
  const second = camera.film(first.sealed.endUtcMs, 6);
  waiting = second.sealed;
  camera.reconnect();
  const third = camera.film(t0 + 20_000, 4);
  const open = camera.film(third.sealed.endUtcMs, 3);
  const sounds = [microphone.film(t0 + 300, 12), microphone.film(t0 + 12_300, 7)];
  const gap = {
    kind: 'gap' as const,
    seq: 0,
    at: utcMs(t0),
    gapId: newId(gapIdSchema),
    sourceId: camera.sourceId,
    fromUtcMs: second.sealed.endUtcMs,
    toUtcMs: utcMs(t0 + 20_000),
    cause: 'camera-unreachable' as const,
    evidence: 'connection refused',
  };
  await ledger.state(first.sealed, second.sealed, gap, third.sealed, ...sounds.map(({ sealed }) => sealed));
  await ledger.state(modern.film(t0, 5).sealed);
  recorder.say({ type: 'open-segments', segments: [open.open] });
  await archive.put(archived.key, first.bytes, {
    sha256: archived.sha256,
    contentType: 'video/mp4',
    signal: AbortSignal.timeout(5_000),
  });
  const proof = {
    kind: 'segment-proven',
    seq: 0,
    at: utcMs(t0),
    segmentId: archived.segmentId,
    key: archived.key,
  } as const;
  await ledger.state(proof);
  supervisor = await monitor.signIn('supervisor', 'oversight');
}, 120_000);

afterAll(async () => {
  await recorder.close();
  await monitor.close();
  await rm(archiveDirectory, { recursive: true });
});

async function grantTo(person: SignedInTester, more: Record<string, unknown> = {}): Promise<Playback> {
  const response = await person.post('/playbacks', {
    counterId: monitor.counterId,
    from: t0 - 10_000,
    to: t0 + 60_000,
    reason: 'complaint 17/2026',
    ...more,
  });
  expect(response.status).toBe(201);
  return playbackSchema.parse(await response.json());
}

function urlOf(playback: Playback, source: FilmedSource): string {
  return playback.sources.find(({ id }) => id === source.sourceId)?.url ?? '';
}

async function playlistAt(person: SignedInTester, url: string) {
  const response = await person.get(url);
  expect(response.headers.get('content-type')).toContain('mpegurl');
  const playlist = parse(await response.text());
  if (!(playlist instanceof types.MediaPlaylist)) throw new Error('not a media playlist');
  return {
    playlist,
    resolve: (uri: string) => new URL(uri, new URL(url, monitor.url)).href.slice(monitor.url.length),
  };
}

/** Downloads as a player would, and joins per init segment. */
async function download(person: SignedInTester, url: string): Promise<Buffer[]> {
  const { playlist, resolve } = await playlistAt(person, url);
  const fetched = async (uri: string, range?: { offset: number; length: number }) => {
    const headers = range ? { range: `bytes=${range.offset}-${range.offset + range.length - 1}` } : undefined;
    const response = await person.get(resolve(uri), headers);
    expect(response.status).toBe(range ? 206 : 200);
    return Buffer.from(await response.arrayBuffer());
  };
  const captures: Buffer[][] = [];
  let map: string | undefined;
  for (const segment of playlist.segments) {
    if (segment.gap) continue;
    const key = segment.map && `${segment.map.uri} ${JSON.stringify(segment.map.byterange)}`;
    if (segment.map && key !== map) {
      map = key;
      captures.push([await fetched(segment.map.uri, segment.map.byterange)]);
    }
    captures.at(-1)?.push(await fetched(segment.uri, segment.byterange));
  }
  return captures.map((parts) => Buffer.concat(parts));
}

function probed(bytes: Buffer): { frames: number; codec: string; firstPts: number } {
  const out = execFileSync(
    'ffprobe',
    [
      ...['-v', 'error', '-count_frames', '-show_entries', 'stream=codec_name,nb_read_frames,start_time'],
      ...['-of', 'json', '-i', 'pipe:0'],
    ],
    { input: bytes, stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const { streams } = JSON.parse(out.toString()) as {
    streams: { codec_name: string; nb_read_frames: string; start_time: string }[];
  };
  const [stream] = streams;
  return {
    frames: Number(stream?.nb_read_frames),
    codec: stream?.codec_name ?? '',
    firstPts: Number(stream?.start_time),
  };
}

function endOf(bytes: Buffer): number {
  const out = execFileSync(
    'ffprobe',
    ['-v', 'error', '-show_entries', 'packet=pts_time,duration_time', '-of', 'csv=p=0', '-i', 'pipe:0'],
    { input: bytes, stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const [pts = 0, duration = 0] = out.toString().trim().split('\n').at(-1)?.split(',').map(Number) ?? [];
  return pts + duration;
}

describe('what was filmed', () => {
  it('is on the timeline: sealed and open, the gap with its cause, nothing uncovered', async () => {
    const path = `/counters/${monitor.counterId}/timeline?from=${t0 - 5_000}&to=${t0 + 30_000}`;
    const timeline = timelineSchema.parse(await (await supervisor.get(path)).json());
    const spans = timeline.sources.find(({ id }) => id === camera.sourceId)?.spans ?? [];
    expect(spans.map(({ kind, sealed, cause }) => [kind, sealed ?? cause])).toEqual([
      ['unregistered', undefined],
      ['footage', true],
      ['gap', 'camera-unreachable'],
      ['footage', true],
      ['footage', false],
      ['gap', 'unknown'],
    ]);
  });

  it('plays, every frame of it, from archive and recorder alike', async () => {
    const playback = await grantTo(supervisor);
    const captures = await download(supervisor, urlOf(playback, camera));
    expect(captures.map((bytes) => probed(bytes))).toEqual([
      { codec: 'h264', frames: 300, firstPts: 0 },
      { codec: 'h264', frames: 175, firstPts: 0 },
    ]);
    const { playlist } = await playlistAt(supervisor, urlOf(playback, camera));
    expect(playlist.segments.map(({ programDateTime }) => programDateTime?.getTime())).toEqual([
      // Six seconds are one range of four and one of two, under one date.
      t0,
      undefined,
      t0 + 6_000,
      undefined,
      t0 + 20_000,
      t0 + 24_000,
    ]);
    expect(playlist.segments.map(({ discontinuity }) => Boolean(discontinuity))).toEqual([
      false,
      false,
      false,
      false,
      true,
      false,
    ]);
    const [sound = Buffer.alloc(0)] = await download(supervisor, urlOf(playback, microphone));
    expect(probed(sound)).toMatchObject({ codec: 'aac' });
  });

  it('is served as it was hashed', async () => {
    const playback = await grantTo(supervisor);
    const url = urlOf(playback, camera).replace('index.m3u8', `${archived.segmentId}.mp4`);
    const response = await supervisor.get(url);
    expect(response.headers.get('cache-control')).toContain('immutable');
    expect(sha256Of(Buffer.from(await response.arrayBuffer()))).toBe(archived.sha256);
    const tail = await supervisor.get(url, { range: 'bytes=-10' });
    expect([tail.status, tail.headers.get('content-range')]).toEqual([
      206,
      `bytes ${archived.bytes - 10}-${archived.bytes - 1}/${archived.bytes}`,
    ]);
    expect((await supervisor.get(url, { range: `bytes=${archived.bytes}-` })).status).toBe(416);
  });

  it('plays on one timeline through the master playlist, sound in step with the picture', async () => {
    const playback = await grantTo(supervisor);
    const text = await (await supervisor.get(`${playback.masterUrl}?camera=${camera.sourceId}`)).text();
    const master = parse(text);
    if (!(master instanceof types.MasterPlaylist)) throw new Error('not a multivariant playlist');
    const [variant] = master.variants;
    expect(variant?.codecs).toBe(`${camera.footage.facts.codec},${microphone.footage.facts.codec}`);
    const uriOf = (uri: string) =>
      new URL(uri, new URL(playback.masterUrl, monitor.url)).href.slice(monitor.url.length);
    const pictures = await download(supervisor, uriOf(variant?.uri ?? ''));
    const sounds = await download(supervisor, uriOf(variant?.audio[0]?.uri ?? ''));
    const [before = 0, after = 0] = pictures.map((bytes) => probed(bytes).firstPts);
    const soundEnds = Math.max(...sounds.map(endOf));
    expect(before).toBe(0);
    // Media time stands still only while neither has footage: from the end of the sound to the camera's return.
    expect(after).toBeCloseTo(soundEnds, 1);
    expect(probed(sounds[0] ?? Buffer.alloc(0)).firstPts).toBeCloseTo(0.3, 2);
    const gaps = (await playlistAt(supervisor, uriOf(variant?.uri ?? ''))).playlist.segments.filter(
      ({ gap }) => gap,
    );
    expect(gaps).toHaveLength(1);
  });

  it('shows keyframes and a still of a moment', async () => {
    const playback = await grantTo(supervisor);
    const query = `source=${camera.sourceId}&from=${t0}&to=${t0 + 5_500}`;
    const { keyframes } = (await (
      await supervisor.get(`/playbacks/${playback.id}/keyframes?${query}`)
    ).json()) as {
      keyframes: number[];
    };
    expect(keyframes).toEqual([0, 1, 2, 3, 4, 5].map((second) => t0 + second * 1000));
    const still = await supervisor.get(
      `/playbacks/${playback.id}/thumbnail?source=${camera.sourceId}&at=${t0 + 21_500}`,
    );
    expect(still.headers.get('content-type')).toBe('image/jpeg');
    expect(probed(Buffer.from(await still.arrayBuffer())).codec).toBe('mjpeg');
    const nothing = `/playbacks/${playback.id}/thumbnail?source=${camera.sourceId}&at=${t0 + 15_000}`;
    expect((await supervisor.get(nothing)).status).toBe(404);
  });

  it('plays H.265 as a working copy that says so', async () => {
    const playback = await grantTo(supervisor);
    const url = `${urlOf(playback, modern)}?copy=h264`;
    const copies = await download(supervisor, url);
    expect(copies.map((bytes) => probed(bytes))).toEqual([{ codec: 'h264', frames: 125, firstPts: 0 }]);
    const { playlist, resolve } = await playlistAt(supervisor, url);
    const again = await supervisor.get(resolve(playlist.segments[0]?.uri ?? ''));
    expect(again.headers.get('x-minhbach-working-copy')).toBe('h264');
    expect(await (await supervisor.get(url)).text()).toContain('# working copy');
  });
});

describe('a grant', () => {
  it('is worth nothing to anybody else, to nobody at all, in another session, or after two hours', async () => {
    const playback = await grantTo(supervisor);
    const urls = [`/playbacks/${playback.id}`, playback.masterUrl, urlOf(playback, camera)];
    const colleague = await monitor.signIn('supervisor', 'oversight');
    const statuses = async (person: SignedInTester) =>
      Promise.all(urls.map(async (url) => (await person.get(url)).status));
    expect(await statuses(supervisor)).toEqual([200, 200, 200]);
    expect(await statuses(colleague)).toEqual([404, 404, 404]);
    expect(await statuses(await monitor.signIn('auditor', 'oversight'))).toEqual([403, 403, 403]);
    expect((await fetch(monitor.url + playback.masterUrl)).status).toBe(401);
    monitor.clockAheadMs = 7_300_000;
    expect(await statuses(supervisor)).toEqual([410, 410, 410]);
    monitor.clockAheadMs = 0;
  });

  it('reaches no footage outside its span and no source outside its counter', async () => {
    const playback = await grantTo(supervisor, { from: t0 + 20_000, to: t0 + 30_000 });
    const outside = urlOf(playback, camera).replace('index.m3u8', `${archived.segmentId}.mp4`);
    expect((await supervisor.get(outside)).status).toBe(404);
    const { playlist } = await playlistAt(supervisor, urlOf(playback, camera));
    expect(playlist.segments).toHaveLength(2);
    const other = await grantTo(supervisor, { counterId: monitor.foreignCounterId });
    expect(other.sources).toEqual([]);
    const borrowed = urlOf(playback, camera).replace(playback.id, other.id);
    expect((await supervisor.get(borrowed)).status).toBe(404);
  });

  it("is refused without a reason, for others' counters, for the future, and to those who may not play", async () => {
    const body = { counterId: monitor.counterId, from: t0, to: t0 + 1_000, reason: 'because' };
    const investigator = await monitor.signIn('investigator', 'oversight');
    const own = await monitor.signIn('supervisor');
    const status = async (person: SignedInTester, more: object) =>
      (await person.post('/playbacks', { ...body, ...more })).status;
    expect(await status(investigator, { reason: 'x' })).toBe(400);
    expect(await status(own, {})).toBe(201);
    expect(await status(own, { counterId: monitor.foreignCounterId })).toBe(404);
    expect(await status(own, { to: Date.now() + 60_000 })).toBe(400);
    expect(await status(own, { from: t0 + 2_000 })).toBe(400);
    expect(await status(own, { rubbish: 1 })).toBe(400);
    for (const role of ['technician', 'auditor', 'administrator', 'head'] as const) {
      expect(await status(await monitor.signIn(role), {})).toBe(403);
    }
  });

  it('an investigator plays inside a case of his only, and each refusal is written down', async () => {
    const body = { counterId: monitor.counterId, from: t0, to: t0 + 1_000, reason: 'because' };
    const investigator = await monitor.signIn('investigator', 'oversight');
    const supervisor = await monitor.signIn('supervisor');
    const asked = async (person: SignedInTester, caseId?: string) => {
      const answer = await person.post('/playbacks', {
        ...body,
        ...(caseId === undefined ? {} : { caseId }),
      });
      return { status: answer.status, code: ((await answer.json()) as { code?: string }).code };
    };
    expect(await asked(investigator)).toEqual({ status: 403, code: 'case-needed' });
    expect(await asked(investigator, crypto.randomUUID())).toEqual({ status: 403, code: 'outside-case' });
    expect(await asked(supervisor, crypto.randomUUID())).toEqual({ status: 403, code: 'outside-case' });
    expect((await asked(investigator, coveringCaseId)).status).toBe(201);
    const refused = monitor.audit('play-refused').filter((one) => one.personId === investigator.personId);
    expect(refused).toHaveLength(2);
  });

  it('lets a monitor go back ten minutes, or to an incident of his own, and writes the refusal down', async () => {
    const person = await monitor.signIn('monitor');
    const ask = (more: object) =>
      person.post('/playbacks', { counterId: monitor.counterId, from: t0, to: t0 + 1_000, ...more });
    expect((await ask({})).status).toBe(201);
    const old = { from: t0 - 3_600_000, to: t0 - 3_500_000 };
    expect(await (await ask(old)).json()).toMatchObject({ status: 403, code: 'too-far-back' });
    const incidentId = crypto.randomUUID();
    monitor.incidents.set(incidentId, { ...old, counterId: monitor.counterId, personId: person.personId });
    expect((await ask({ ...old, incidentId })).status).toBe(201);
    const colleague = await monitor.signIn('monitor');
    const theirs = { counterId: monitor.counterId, ...old, incidentId };
    expect((await colleague.post('/playbacks', theirs)).status).toBe(403);
    const both = [person.personId, colleague.personId];
    const refused = monitor.audit('play-refused').filter((one) => both.some((id) => id === one.personId));
    expect(refused.map(({ personId }) => personId)).toEqual(both);
  });

  it('is written down with its reason shielded, and so is what was played', async () => {
    const playback = await grantTo(supervisor, { reason: 'hồ sơ 42' });
    const granted = monitor.audit('play-granted').find(({ subject }) => subject['grantId'] === playback.id);
    expect(granted).toMatchObject({ personId: supervisor.personId, shielded: { reason: 'hồ sơ 42' } });
    expect(JSON.stringify(granted?.subject)).not.toContain('hồ sơ');
    const span = { sourceId: camera.sourceId, from: t0 + 1_000, to: t0 + 3_000, rate: 0.25 };
    expect((await supervisor.post(`/playbacks/${playback.id}/played`, { spans: [span] })).status).toBe(204);
    expect(monitor.audit('played').at(-1)).toMatchObject({
      personId: supervisor.personId,
      subject: {
        grantId: playback.id,
        sourceId: camera.sourceId,
        from: t0 + 1_000,
        to: t0 + 3_000,
        fastestPercent: 25,
      },
    });
  });
});

describe('what leaves under a grant', () => {
  const fetchedUnder = (playback: Playback) =>
    monitor
      .audit('footage-fetched')
      .filter(({ subject }) => subject['grantId'] === playback.id)
      .map(({ personId, subject }) => {
        expect(personId).toBe(supervisor.personId);
        return { sourceId: subject['sourceId'], from: subject['from'], to: subject['to'] };
      });
  const whole = () => ({ sourceId: camera.sourceId, from: archived.startUtcMs, to: archived.endUtcMs });

  it('is in the audit before its first byte is read, without a word of any player, once for each source', async () => {
    const playback = await grantTo(supervisor);
    const { playlist, resolve } = await playlistAt(supervisor, urlOf(playback, camera));
    await supervisor.get(`${playback.masterUrl}?camera=${camera.sourceId}`);
    const map = playlist.segments[0]?.map;
    const init = { range: `bytes=0-${(map?.byterange?.length ?? 0) - 1}` };
    expect((await supervisor.get(resolve(map?.uri ?? ''), init)).status).toBe(206);
    expect(fetchedUnder(playback)).toEqual([]);

    const segment = urlOf(playback, camera).replace('index.m3u8', `${archived.segmentId}.mp4`);
    const response = await supervisor.get(segment);
    expect(fetchedUnder(playback)).toEqual([whole()]);
    await response.arrayBuffer();
    await download(supervisor, urlOf(playback, camera));
    expect(fetchedUnder(playback)).toEqual([whole()]);
    await download(supervisor, urlOf(playback, microphone));
    expect(fetchedUnder(playback).map(({ sourceId }) => sourceId)).toEqual([
      camera.sourceId,
      microphone.sourceId,
    ]);
    expect(monitor.audit('played').filter(({ subject }) => subject['grantId'] === playback.id)).toEqual([]);
  });

  it('is told by the seconds of a range, for a shifted rendition, a working copy and a still too', async () => {
    const entryOf = async (path: (playback: Playback) => string, headers?: Record<string, string>) => {
      const playback = await grantTo(supervisor);
      const answer = await supervisor.get(path(playback), headers);
      expect([200, 206]).toContain(answer.status);
      await answer.arrayBuffer();
      return fetchedUnder(playback);
    };
    const at = (ending: string) => (playback: Playback) =>
      urlOf(playback, camera).replace('index.m3u8', `${archived.segmentId}${ending}`);
    expect(await entryOf(at('.mp4'), { range: `bytes=${archived.initBytes}-${archived.initBytes}` })).toEqual(
      [{ ...whole(), to: t0 + 4_000 }],
    );
    expect(await entryOf(at('.init.mp4'))).toEqual([]);
    expect(await entryOf(at(`.m4s?bytes=${archived.bytes}&shift=90000`))).toEqual([whole()]);
    expect(await entryOf(at('.h264.m4s'))).toEqual([whole()]);
    const moment = t0 + 1_500;
    const still = ({ id }: Playback) => `/playbacks/${id}/thumbnail?source=${camera.sourceId}&at=${moment}`;
    expect(await entryOf(still)).toEqual([{ sourceId: camera.sourceId, from: moment, to: moment }]);
  });

  it('is the small picture that came ahead of the footage until that is in the archive, and told of by its own moment', async () => {
    const archive = await openObjectStore({ type: 'directory', path: archiveDirectory });
    const signal = AbortSignal.timeout(20_000);
    const lay = async (of: SegmentSealed, body: Buffer) => {
      const key = thumbnailObjectKey({ ...of, recorderId: recorder.recorderId });
      await archive.remove(key, { signal });
      const sha256 = sha256HexSchema.parse(sha256Of(body));
      await archive.put(key, body, { sha256, contentType: 'image/jpeg', signal });
    };
    const playback = await grantTo(supervisor);
    const asked = async (of: SegmentSealed, offsetMs: number, person = supervisor, id = playback.id) => {
      const query = `source=${of.sourceId}&at=${of.startUtcMs + offsetMs}`;
      const response = await person.get(`/playbacks/${id}/thumbnail?${query}`);
      const { status, headers } = response;
      const body = Buffer.from(await response.arrayBuffer());
      return {
        status,
        moment: headers.get('x-minhbach-moment'),
        body,
        caching: headers.get('cache-control'),
      };
    };
    // What is no picture, or more than a small one, is passed over: the recorder is asked, as without.
    await lay(waiting, Buffer.from('<script>'));
    expect(await asked(waiting, 1_500)).toMatchObject({ status: 200, moment: null });
    await lay(waiting, Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.alloc(70_000)]));
    expect(await asked(waiting, 2_500)).toMatchObject({ status: 200, moment: null });

    const jpeg = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.from('a small picture')]);
    await lay(waiting, jpeg);
    await lay(archived, jpeg);
    const own = await grantTo(supervisor);
    const shown = await asked(waiting, 3_500, supervisor, own.id);
    expect(shown).toEqual({
      ...{ status: 200, moment: String(waiting.startUtcMs), body: jpeg, caching: 'no-store' },
    });
    const from = waiting.startUtcMs;
    expect(fetchedUnder(own)).toEqual([{ sourceId: camera.sourceId, from, to: from }]);
    // Footage that is there speaks for itself.
    const real = await asked(archived, 3_500);
    expect([real.status, real.moment, probed(real.body).codec]).toEqual([200, null, 'mjpeg']);
    // The grant is what gives it, and its span: nobody else's, and nothing outside.
    const other = await monitor.signIn('supervisor', 'oversight');
    expect((await asked(waiting, 3_500, other)).status).toBe(404);
    const before = await grantTo(supervisor, { to: t0 + 3_000 });
    expect((await asked(waiting, 3_500, supervisor, before.id)).status).toBe(404);
    expect((await asked(waiting, 3_500, await monitor.signIn('technician'))).status).toBe(403);
    await archive.close();
  });

  it('does not leave when it cannot be written down', async () => {
    const playback = await grantTo(supervisor);
    const { sqlite } = monitor.database;
    sqlite.exec(`CREATE TEMP TRIGGER disk_full BEFORE INSERT ON audit_entry WHEN NEW.kind = 'footage-fetched'
                 BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END`);
    const quiet = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      const moment = `source=${camera.sourceId}&at=${t0 + 2_500}`;
      const base = urlOf(playback, camera).replace('index.m3u8', archived.segmentId);
      for (const path of [
        `${base}.mp4`,
        `${base}.m4s`,
        `${base}.h264.m4s`,
        `/playbacks/${playback.id}/thumbnail?${moment}`,
      ]) {
        const answer = await supervisor.get(path);
        expect([path, answer.status]).toEqual([path, 500]);
        expect(await answer.json()).toMatchObject({ code: 'server-fault' });
      }
    } finally {
      quiet.mockRestore();
      sqlite.exec('DROP TRIGGER disk_full');
    }
    expect(fetchedUnder(playback)).toEqual([]);
  });
});

describe('when the recorder is away', () => {
  it('answers 503 for what only it has, and plays what the archive has', async () => {
    const playback = await grantTo(supervisor);
    const { playlist, resolve } = await playlistAt(supervisor, urlOf(playback, camera));
    await recorder.close();
    const answers = await Promise.all(
      playlist.segments.map(async ({ uri }) => (await supervisor.get(resolve(uri))).status),
    );
    expect(answers).toEqual([200, 200, 503, 503, 503, 503]);
    await recorder.connect();
  });
});
