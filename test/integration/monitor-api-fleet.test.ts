import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { io, type Socket } from 'socket.io-client';
import type { JobProblem, RecorderJob, SourceStatus } from '@minhbach/shared/protocol';
import { deviceIdSchema, newId, sourceIdSchema, utcMs } from '@minhbach/shared/units-of-measure';
import {
  enrolledRecorder,
  makeOrganisation,
  RunningMonitor,
  type Organisation,
} from '../support/running-monitor.ts';
import { ScriptedRecorder } from '../support/scripted-recorder.ts';
import { until } from '../support/until.ts';

const devicePassword = 'camera-secret-8471';
const connection = { type: 'onvif', address: '10.0.0.9', username: 'admin', password: devicePassword };

describe('the fleet', () => {
  let monitor: RunningMonitor;
  let organisation: Organisation;
  let recorder: ScriptedRecorder;
  const pages: Socket[] = [];

  beforeAll(async () => {
    monitor = await RunningMonitor.start();
    organisation = await makeOrganisation(monitor);
    recorder = await enrolledRecorder(monitor, organisation.admin, organisation.siteA);
    recorder.say({ type: 'sources', sources: [] });
  }, 60_000);
  afterEach(() => {
    for (const page of pages.splice(0)) page.disconnect();
  });
  afterAll(async () => {
    await recorder.close();
    await monitor.stop();
  });

  const page = async (cookie: string): Promise<Socket> => {
    const socket = io(monitor.origin, {
      transports: ['websocket'],
      extraHeaders: { Origin: monitor.origin, Cookie: cookie },
      forceNew: true,
    });
    pages.push(socket);
    await new Promise<void>((resolve) => socket.on('connect', () => resolve()));
    return socket;
  };

  const status = (
    job: Extract<RecorderJob, { kind: 'register' }>,
    kind: 'camera' | 'microphone',
  ): SourceStatus => ({
    sourceId: newId(sourceIdSchema),
    deviceId: newId(deviceIdSchema),
    counterId: job.counterId,
    kind,
    name: job.name,
    state: 'starting',
    since: utcMs(Date.now()),
    registeredAt: utcMs(Date.now()),
    hasSubStream: kind === 'camera',
  });

  const answerJobs = (
    answer: (job: RecorderJob) => { sources: SourceStatus[] } | { problem: JobProblem },
  ): void => {
    recorder.onJob = ({ jobId, job }) => {
      const outcome = answer(job);
      if ('problem' in outcome) recorder.say({ type: 'job-failed', jobId, problem: outcome.problem });
      else recorder.say({ type: 'job-done', jobId, result: { kind: 'register', sources: outcome.sources } });
    };
  };

  const sourceInput = (counterId: string, extra = {}) => ({
    counterId,
    recorderId: recorder.recorderId,
    name: 'Camera quầy A',
    kind: 'camera',
    connection,
    ...extra,
  });

  it('an enrolment code works once', async () => {
    const { admin, siteA } = organisation;
    const { code } = (await admin.call('POST', '/recorders/enrolments', { siteId: siteA })).body;
    expect(code).toMatch(/^mb1\.[\w-]{43}\.[\w-]{32}$/);
    const secret = code.split('.')[2];
    const first = new ScriptedRecorder(monitor.origin.replace('http', 'ws'));
    await first.connect({ secret, name: 'một' });
    await first.close();
    const second = new ScriptedRecorder(monitor.origin.replace('http', 'ws'));
    await expect(second.connect({ secret, name: 'hai' })).rejects.toThrow();
    const stored = await readFile(join(monitor.directory, 'data/monitor.db-wal'));
    expect(stored.includes(secret)).toBe(false);
  });

  it('a code nobody used in a day is worth nothing', async () => {
    const { admin, siteA } = organisation;
    const { code } = (await admin.call('POST', '/recorders/enrolments', { siteId: siteA })).body;
    const late = new ScriptedRecorder(monitor.origin.replace('http', 'ws'));
    monitor.clock.forwardMs = 24 * 3_600_000 + 1_000;
    await expect(late.connect({ secret: code.split('.')[2], name: 'x' })).rejects.toThrow();
    monitor.clock.forwardMs = 0;
  });

  it('registers a camera with its own sound, in its state as the recorder tells it', async () => {
    const { people, counterA } = organisation;
    const wall = await page(people.monitor.cookie);
    const states: string[] = [];
    wall.on('sourceState', (source: { state: string }) => states.push(source.state));
    let statuses: SourceStatus[] = [];
    answerJobs((job) => {
      if (job.kind !== 'register') throw new Error('not a register job');
      expect(job.connection).toEqual(connection);
      statuses = [status(job, 'camera'), status(job, 'microphone')];
      return { sources: statuses };
    });
    const made = await people.technician.call('POST', '/sources', sourceInput(counterA));
    expect(made.status).toBe(201);
    expect(made.body.ids).toEqual(statuses.map((source) => source.sourceId));
    expect(made.body.id).toBe(statuses[0]?.sourceId);
    const [camera] = statuses;
    if (camera === undefined) throw new Error('no camera');
    recorder.say({ type: 'source-state', source: { ...camera, state: 'recording', codec: 'avc1.640028' } });
    await until(() => states.includes('recording'));
    const counter = (await people.monitor.call('GET', `/counters/${counterA}`)).body;
    expect(counter.sources).toEqual([
      expect.objectContaining({ kind: 'camera', state: 'recording', codec: 'avc1.640028' }),
      expect.objectContaining({ kind: 'microphone', state: 'starting' }),
    ]);
    const audit = (await people.auditor.call('GET', '/audit?kind=source-registered')).body.items;
    expect(audit).toHaveLength(2);
    expect(JSON.stringify(audit)).not.toContain(devicePassword);
    const stored = await readFile(join(monitor.directory, 'data/monitor.db-wal'));
    expect(stored.includes(devicePassword)).toBe(false);
    expect(monitor.log.join('\n')).not.toContain(devicePassword);
  });

  it.each([
    ['address-not-allowed', 400],
    ['login-refused', 422],
    ['unreachable', 422],
    ['already-registered', 409],
  ] as const)('says what the recorder said: %s', async (code, expected) => {
    const { people, counterA } = organisation;
    answerJobs(() => ({ problem: { code, message: 'One sentence.' } }));
    const before = (await people.technician.call('GET', '/sources')).body;
    const refused = await people.technician.call('POST', '/sources', sourceInput(counterA));
    expect(refused.body).toMatchObject({ status: expected, code });
    expect((await people.technician.call('GET', '/sources')).body).toEqual(before);
  });

  it('refuses a counter of another site, an unknown recorder, an unknown scheme', async () => {
    const { people, counterA, counterB } = organisation;
    const { technician } = people;
    expect((await technician.call('POST', '/sources', sourceInput(counterB))).status).toBe(400);
    const unknown = sourceInput(counterA, { recorderId: '00000000-0000-4000-8000-000000000000' });
    expect((await technician.call('POST', '/sources', unknown)).body.errors[0].pointer).toBe('/recorderId');
    const scheme = sourceInput(counterA, { connection: { type: 'file', path: '/etc/passwd' } });
    expect((await technician.call('POST', '/sources', scheme)).status).toBe(400);
  });

  it('answers a probe to the person who asked and to nobody else', async () => {
    const { people, admin, oversightUnitId } = organisation;
    const probe = { profiles: [{ token: 'main', name: 'Main' }], mainProfile: 'main' };
    recorder.onJob = ({ jobId }) => {
      recorder.say({ type: 'job-progress', jobId, progress: 0.5 });
      recorder.say({ type: 'job-done', jobId, result: { kind: 'probe', probe } });
    };
    const asked = await people.technician.call('POST', `/recorders/${recorder.recorderId}/probe`, {
      connection,
    });
    expect(asked.status).toBe(202);
    const read = async () => (await people.technician.call('GET', `/jobs/${asked.body.id}`)).body;
    await until(async () => (await read()).state === 'done');
    expect(await read()).toEqual({
      id: asked.body.id,
      state: 'done',
      progress: 1,
      result: { kind: 'probe', probe },
    });
    const account = {
      username: 'technician2',
      displayName: 'x',
      role: 'technician',
      unitId: oversightUnitId,
    };
    await admin.call('POST', '/people', { ...account, password: 'mật khẩu thử nghiệm' });
    const other = await monitor.signIn('technician2');
    expect((await other.call('GET', `/jobs/${asked.body.id}`)).status).toBe(404);
  });

  it('an aim is written down and announced on the wall', async () => {
    const { people, counterA } = organisation;
    const wall = await page(people.monitor.cookie);
    const told = once(wall as never, 'aimStarted') as Promise<unknown[]>;
    const [camera, microphone] = (await people.technician.call('GET', `/counters/${counterA}`)).body.sources;
    const aimed = await people.technician.call('POST', `/sources/${camera.id}/aim`);
    expect(aimed.status).toBe(201);
    expect(aimed.body.expiresAt - Date.now()).toBeGreaterThan(55_000);
    expect((await told)[0]).toMatchObject({ sourceId: camera.id, by: 'technician' });
    expect((await people.technician.call('POST', `/sources/${microphone.id}/aim`)).status).toBe(409);
    const audit = (await people.auditor.call('GET', '/audit?kind=source-aimed')).body.items;
    expect(audit[0].subject).toEqual({ counterId: counterA, sourceId: camera.id });
  });

  it('bookmarks over Socket.IO, with numbers to catch up by', async () => {
    const { people, counterA } = organisation;
    const [here, there] = [await page(people.monitor.cookie), await page(people.supervisor.cookie)];
    const head = await page(people.head.cookie);
    let headTold = false;
    head.on('incident', () => (headTold = true));
    const told = once(there as never, 'incident') as Promise<{ own: boolean; note: string }[]>;
    const input = {
      counterId: counterA,
      from: Date.now() - 30_000,
      to: Date.now() + 30_000,
      category: 'envelope',
    };
    const answer = await here.emitWithAck('bookmark', { ...input, note: 'Phong bì dưới tập hồ sơ' });
    expect(answer).toMatchObject({ ok: true, incident: { own: true, severity: 'medium' } });
    expect((await told)[0]).toMatchObject({ own: false, note: 'Phong bì dưới tập hồ sơ' });
    expect(headTold).toBe(false);
    const { seq, id } = answer.incident;
    await people.monitor.call('PATCH', `/incidents/${id}`, { severity: 'high' });
    const caught = await there.emitWithAck('catchUp', { afterSeq: seq });
    expect(caught.incidents).toMatchObject([{ id, severity: 'high', seq: seq + 1 }]);
    const found = async (q: string) =>
      (await people.investigator.call('GET', `/incidents?q=${encodeURIComponent(q)}`)).body.items.length;
    expect(await found('phong bi DUOI tap')).toBe(1);
    expect(await found('phòng khám')).toBe(0);
    const searched = (await people.auditor.call('GET', '/audit?kind=searched')).body.items;
    expect(searched[0].shielded).toEqual({ text: 'phòng khám' });
    expect(await head.emitWithAck('bookmark', input)).toMatchObject({ problem: { code: 'forbidden' } });
  });

  it('the calendar of a counter made today holds today, a change from tomorrow', async () => {
    const { people, counterA } = organisation;
    const path = `/counters/${counterA}/duty`;
    const weekly = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: '00:00', to: '24:00' }));
    const today = new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 10);
    const first = await people.supervisor.call('PUT', path, { weekly, holidays: [] });
    expect(first.body).toMatchObject({ effectiveFrom: today });
    const second = await people.supervisor.call('PUT', path, { weekly, holidays: [] });
    expect(second.body.effectiveFrom > today).toBe(true);
    const reduced = await people.supervisor.call('PUT', path, { weekly: weekly.slice(1), holidays: [] });
    expect(reduced).toMatchObject({ status: 409, body: { code: 'calendar-reduction' } });
    expect((await people.supervisor.call('GET', path)).body.weekly).toEqual(weekly);
    const blind = { weekly, holidays: [], requiredSources: [randomUUID(), randomUUID()] };
    expect((await people.supervisor.call('PUT', path, blind)).body.errors[0].pointer).toBe(
      '/requiredSources',
    );
    const now = Date.now();
    const span = `from=${now}&to=${now + 10_000}`;
    const { body } = await people.supervisor.call('GET', `/counters/${counterA}/completeness?${span}`);
    expect(body.recordedMs + body.explainedMs + body.unexplainedMs + body.pendingMs).toBe(body.dutyMs);
    expect(body.dutyMs).toBe(10_000);
    expect(body.recordedMs).toBe(0);
  });

  it('a recorder is told how long footage of its own site is kept, and again as soon as that is decided', async () => {
    const { admin, counterA } = organisation;
    const { counters } = await recorder.next('counter-days');
    expect(counters).toEqual([{ counterId: counterA, days: 90 }]);
    const decision = { days: 365, basis: 'Quyết định 12/QĐ-UBND' };
    expect((await admin.call('PATCH', `/counters/${counterA}/retention`, decision)).status).toBe(200);
    // Long before the next run of retention would tell it.
    await recorder.next('counter-days', (told) => told.counters[0]?.days === 365);
  });

  it('with the recorder gone nothing is called recording, and nothing can be registered', async () => {
    const { people, counterA } = organisation;
    await recorder.close();
    await until(
      async () =>
        (await people.technician.call('GET', `/recorders/${recorder.recorderId}`)).body.online === false,
    );
    const { sources } = (await people.monitor.call('GET', `/counters/${counterA}`)).body;
    expect(new Set(sources.map((source: { state: string }) => source.state))).toEqual(new Set(['retrying']));
    const refused = await people.technician.call('POST', '/sources', sourceInput(counterA));
    expect(refused.body).toMatchObject({ status: 503, code: 'recorder-offline' });
    const discover = await people.technician.call('POST', `/recorders/${recorder.recorderId}/discover`);
    expect(discover.status).toBe(503);
  });

  it('the audit cannot be changed, not even in the database', async () => {
    const { default: Database } = await import('better-sqlite3');
    const database = new Database(join(monitor.directory, 'data/monitor.db'));
    expect(() => database.prepare('UPDATE audit_entry SET at = 1').run()).toThrow(/never changed/);
    expect(() => database.prepare('DELETE FROM audit_entry').run()).toThrow(/never deleted/);
    const { count, last } = database
      .prepare('SELECT count(*) AS count, max(seq) AS last FROM audit_entry')
      .get() as { count: number; last: number };
    expect(count).toBe(last);
    database.close();
  });
});
