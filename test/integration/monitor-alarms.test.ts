import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId, gapIdSchema, segmentIdSchema, utcMs } from '@minhbach/shared/units-of-measure';
import type { Alarm } from '@minhbach/shared/protocol';
import { alarmSoon, AlarmSite, openAlarms } from '../support/alarm-site.ts';
import {
  enrolledRecorder,
  makeOrganisation,
  RunningMonitor,
  type Organisation,
} from '../support/running-monitor.ts';
import { ScriptedRecorder } from '../support/scripted-recorder.ts';
import { until } from '../support/until.ts';

const graces = { sourceGraceMs: 300, recorderGraceMs: 300, startGraceMs: 300 };

describe('alarms from recorders', () => {
  let monitor: RunningMonitor;
  let organisation: Organisation;
  let site: AlarmSite;

  beforeAll(async () => {
    monitor = await RunningMonitor.start({ settings: { alarms: graces } });
    organisation = await makeOrganisation(monitor);
  }, 60_000);
  afterAll(async () => monitor.stop());
  beforeEach(async () => {
    site = new AlarmSite(await enrolledRecorder(monitor, organisation.admin, organisation.siteA));
  });
  afterEach(async () => site.recorder.close());

  const watcher = () => organisation.people.monitor;
  const ofRecorder = (alarm: Alarm) => alarm.recorderId === site.recorder.recorderId;

  it('a source that goes and comes back: raised with its cause, ended, not closed by itself', async () => {
    const sourceId = site.addSource(organisation.counterA);
    site.saySources();
    site.say(sourceId, 'retrying', 'camera-unreachable');
    const raised = await alarmSoon(watcher(), 'source-down', ofRecorder);
    expect(raised).toMatchObject({
      state: 'raised',
      condition: 'standing',
      cause: 'camera-unreachable',
      siteId: organisation.siteA,
      counterId: organisation.counterA,
      sourceId,
    });
    expect(raised.from).toBe(site.sources.get(sourceId)?.since);
    site.say(sourceId, 'recording');
    await until(async () => (await watcher().call('GET', `/alarms/${raised.id}`)).body.condition === 'ended');
    expect((await watcher().call('POST', `/alarms/${raised.id}/close`, {})).status).toBe(200);
    site.say(sourceId, 'refused', 'camera-refused-login');
    const again = await alarmSoon(watcher(), 'source-down', ofRecorder);
    expect(again).toMatchObject({ id: raised.id, state: 'raised', count: 2, cause: 'camera-refused-login' });
  });

  it('a hiccup raises nothing; a stall and missing sound have kinds of their own', async () => {
    const [camera, stalled, sound] = [
      site.addSource(organisation.counterA),
      site.addSource(organisation.counterA),
      site.addSource(organisation.counterA, 'microphone'),
    ];
    site.saySources();
    site.say(camera, 'retrying', 'camera-closed');
    site.say(camera, 'recording');
    site.say(stalled, 'retrying', 'camera-stalled');
    site.say(sound, 'retrying', 'sound-missing');
    expect((await alarmSoon(watcher(), 'source-stalled', ofRecorder)).sourceId).toBe(stalled);
    expect((await alarmSoon(watcher(), 'sound-missing', ofRecorder)).sourceId).toBe(sound);
    expect((await openAlarms(watcher())).filter((alarm) => alarm.sourceId === camera)).toEqual([]);
  });

  it('a cut line is one alarm and not one for each source; what is back is known again', async () => {
    const sources = Array.from({ length: 180 }, () => site.addSource(organisation.counterA));
    site.saySources();
    const [down] = sources;
    if (down === undefined) throw new Error('no source');
    site.say(down, 'retrying', 'camera-unreachable');
    const before = await alarmSoon(watcher(), 'source-down', ofRecorder);
    await site.recorder.close();
    const silent = await alarmSoon(watcher(), 'recorder-silent', ofRecorder);
    expect(silent.condition).toBe('standing');
    const open = (await openAlarms(watcher())).filter(ofRecorder);
    expect(open.map(({ kind }) => kind).sort()).toEqual(['recorder-silent', 'source-down']);
    expect(open.find(({ id }) => id === before.id)?.condition).toBe('unknown');
    const counters = (await watcher().call('GET', '/counters?limit=500')).body.items;
    const shown = counters.find(({ id }: { id: string }) => id === organisation.counterA).sources;
    expect(
      shown.filter(({ id, state }: { id: string; state: string }) => id === down && state === 'recording'),
    ).toEqual([]);
    await site.recorder.connect();
    site.saySources();
    await until(async () => (await watcher().call('GET', `/alarms/${silent.id}`)).body.condition === 'ended');
    const known = await alarmSoon(
      watcher(),
      'source-down',
      ({ id, condition }) => id === before.id && condition === 'standing',
    );
    expect(known.count).toBe(1);
  });

  it.each([
    'disk',
    'spool-age',
    'archive',
    'clock',
    'fsync',
    'proof-failed',
    'identity',
    'picture-frozen',
  ] as const)(
    'the fault %s stands while the recorder names it and has ended when it does not',
    async (kind) => {
      site.saySources();
      site.sayFaults(kind);
      const raised = await alarmSoon(watcher(), kind, ofRecorder);
      expect(raised).toMatchObject({
        condition: 'standing',
        evidence: `${kind} seen`,
        siteId: organisation.siteA,
      });
      site.sayFaults(kind);
      site.sayFaults();
      await until(
        async () => (await watcher().call('GET', `/alarms/${raised.id}`)).body.condition === 'ended',
      );
      expect((await watcher().call('GET', `/alarms/${raised.id}`)).body.count).toBe(1);
    },
  );

  it('a dark picture and a silent microphone are no alarm where the office is closed', async () => {
    const { admin, people, siteA } = organisation;
    const always = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: '00:00', to: '24:00' }));
    const counterWith = async (name: string, weekly: readonly object[]): Promise<string> => {
      const { body } = await admin.call('POST', '/counters', { name, siteId: siteA });
      const path = `/counters/${body.id}/duty`;
      expect((await people.supervisor.call('PUT', path, { weekly, holidays: [] })).status).toBe(200);
      return body.id as string;
    };
    const closed = await counterWith('Quầy đóng cửa', []);
    const serving = await counterWith('Quầy đang mở', always);
    const faults = [closed, serving].flatMap((counterId) => [
      { kind: 'picture-blank', sourceId: site.addSource(counterId) } as const,
      { kind: 'sound-silent', sourceId: site.addSource(counterId, 'microphone') } as const,
    ]);
    site.saySources();
    const told = faults.map((fault) => ({ ...fault, since: utcMs(Date.now()), evidence: 'dark or still' }));
    site.recorder.say({ type: 'faults', faults: told });
    await alarmSoon(watcher(), 'sound-silent', ofRecorder);
    const open = (await openAlarms(watcher())).filter(ofRecorder);
    expect(open.map(({ kind, counterId }) => [kind, counterId]).sort()).toEqual([
      ['picture-blank', serving],
      ['sound-silent', serving],
    ]);
  });

  it('the ledger tells what happened while nobody listened', async () => {
    const sourceId = site.addSource(organisation.counterA);
    site.saySources();
    const span = { fromUtcMs: utcMs(1_000), toUtcMs: utcMs(2_000), evidence: 'EIO' };
    await site.state(
      { kind: 'clock', stepMs: 400, monotonicMs: 5 },
      { kind: 'gap', gapId: newId(gapIdSchema), sourceId, ...span, cause: 'camera-closed' },
    );
    await site.state(
      { kind: 'clock', stepMs: 3_600_000, monotonicMs: 5 },
      { kind: 'gap', gapId: newId(gapIdSchema), sourceId, ...span, cause: 'disk-failed' },
      { kind: 'segment-dropped', segmentId: newId(segmentIdSchema), from: 'spool', reason: 'lost' },
    );
    const open = (await openAlarms(watcher())).filter(ofRecorder);
    expect(open.map(({ kind, condition }) => `${kind} ${condition}`).sort()).toEqual([
      'clock ended',
      'footage-lost ended',
      'fsync ended',
    ]);
  });

  it('a camera that was swapped: told while it stands and by the ledger, as one alarm, and not to who may have done it', async () => {
    const sourceId = site.addSource(organisation.counterA);
    site.saySources();
    const [expected, found] = [{ serialNumber: 'A1' }, { serialNumber: 'B2' }];
    const evidence = 'serial number: expected A1, found B2';
    site.recorder.say({
      type: 'faults',
      faults: [{ kind: 'identity', sourceId, since: utcMs(Date.now()), evidence }],
    });
    const raised = await alarmSoon(watcher(), 'identity', ofRecorder);
    expect(raised).toMatchObject({
      ...{ severity: 'critical', condition: 'standing', evidence },
      ...{ counterId: organisation.counterA, sourceId },
    });
    const { deviceId } = site.sources.get(sourceId) ?? {};
    await site.state({ kind: 'device-identity', deviceId, sourceId, is: 'other', expected, identity: found });
    const open = (await openAlarms(watcher())).filter(ofRecorder);
    expect(open).toEqual([expect.objectContaining({ id: raised.id, condition: 'standing', count: 1 })]);
    const { technician, head } = organisation.people;
    for (const person of [technician, head])
      expect((await openAlarms(person)).map(({ kind }) => kind)).not.toContain('identity');
  });

  it('a camera that was swapped and put back while nobody listened is known by the ledger', async () => {
    const sourceId = site.addSource(organisation.counterA);
    site.saySources();
    const { deviceId } = site.sources.get(sourceId) ?? {};
    const [expected, found] = [{ serialNumber: 'A1' }, { serialNumber: 'B2' }];
    const place = { kind: 'device-identity', deviceId, sourceId };
    await site.state(
      { ...place, is: 'known', identity: expected },
      { ...place, is: 'other', expected, identity: found },
      { ...place, is: 'known', identity: expected },
    );
    const open = (await openAlarms(watcher())).filter(ofRecorder);
    expect(open).toEqual([
      expect.objectContaining({
        ...{ kind: 'identity', condition: 'ended', counterId: organisation.counterA, sourceId },
        evidence: 'serial number: expected A1, found B2',
      }),
    ]);
  });

  it('two recorders of one identity', async () => {
    const twin = new ScriptedRecorder(monitor.origin.replace('http', 'ws'), site.recorder);
    await expect(twin.connect()).rejects.toThrow('already-connected');
    expect(await alarmSoon(watcher(), 'recorder-identity-twice', ofRecorder)).toMatchObject({
      severity: 'critical',
    });
    const { technician, head } = organisation.people;
    for (const person of [technician, head]) {
      expect((await openAlarms(person)).map(({ kind }) => kind)).not.toContain('recorder-identity-twice');
    }
  });

  it('a clock that is off by more than allowed, as the monitor itself measures', async () => {
    site.recorder.clockOffsetMs = 60_000;
    await site.recorder.close();
    await site.recorder.connect();
    const status = {
      generation: 0,
      ledgerSize: 0,
      spoolBytes: 0,
      diskFreeBytes: 0,
      notYetProven: 0,
      version: 'test',
    };
    await until(async () => {
      site.recorder.say({ type: 'status', at: utcMs(Date.now()), ...status });
      return (await openAlarms(watcher(), '&kind=clock')).some(ofRecorder);
    });
  });

  it('a message of a kind this monitor does not know costs nothing', async () => {
    site.recorder.control?.send(JSON.stringify({ type: 'something-newer', figure: 5 }));
    site.sayFaults('archive');
    await alarmSoon(watcher(), 'archive', ofRecorder);
  });

  it('is listed by state, kind, site and owner, page after page, and told to those who see the site', async () => {
    const { supervisor, investigator, administrator } = organisation.people;
    const first = await supervisor.call('GET', '/alarms?limit=1');
    const second = await supervisor.call('GET', `/alarms?limit=1&cursor=${first.body.nextCursor}`);
    expect(second.body.items[0].id).not.toBe(first.body.items[0].id);
    const { id } = first.body.items[0];
    expect((await supervisor.call('POST', `/alarms/${id}/own`)).body).toMatchObject({ state: 'owned' });
    expect((await supervisor.call('GET', '/alarms?owner=me')).body.items.map((a: Alarm) => a.id)).toEqual([
      id,
    ]);
    expect(
      (await watcher().call('GET', '/alarms?owner=none')).body.items.map((a: Alarm) => a.id),
    ).not.toContain(id);
    expect((await supervisor.call('GET', `/alarms?siteId=${organisation.siteB}`)).body.items).toEqual([]);
    expect((await investigator.call('GET', '/alarms')).status).toBe(403);
    expect((await administrator.call('GET', '/alarms')).status).toBe(403);
    const bad = await supervisor.call('POST', `/alarms/${id}/explain`, { text: 'x' });
    expect(bad).toMatchObject({ status: 400, body: { errors: [{ pointer: '/text' }] } });
    expect((await supervisor.call('GET', '/alarms?state=loud')).status).toBe(400);
  });

  it('is another unit’s alarm to nobody', async () => {
    const { admin, unitBId } = organisation;
    const password = 'mật khẩu thử nghiệm';
    await admin.call('POST', '/people', {
      username: 'stranger',
      displayName: 'x',
      role: 'monitor',
      unitId: unitBId,
      password,
    });
    const stranger = await monitor.signIn('stranger');
    site.sayFaults('archive');
    const { id } = await alarmSoon(watcher(), 'archive', ofRecorder);
    expect((await stranger.call('GET', '/alarms')).body).toEqual({ items: [] });
    expect((await stranger.call('POST', `/alarms/${id}/own`)).status).toBe(404);
  });
});
