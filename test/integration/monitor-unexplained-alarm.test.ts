import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { gapIdSchema, newId, type SourceId } from '@minhbach/shared/units-of-measure';
import { AlarmSite, alarmSoon, openAlarms } from '../support/alarm-site.ts';
import {
  enrolledRecorder,
  makeOrganisation,
  RunningMonitor,
  testPassword,
  type Organisation,
} from '../support/running-monitor.ts';
import type { ScriptedRecorder } from '../support/scripted-recorder.ts';
import type { Caller } from '../support/signed-in.ts';
import { until } from '../support/until.ts';

const gapMs = 20_000;

describe('duty time that nobody explains', () => {
  let monitor: RunningMonitor;
  let organisation: Organisation;
  let recorder: ScriptedRecorder;
  let site: AlarmSite;
  let inspector: Caller;
  let camera: SourceId;
  let from: number;

  beforeAll(async () => {
    monitor = await RunningMonitor.start({ settings: { alarms: { unexplainedAfterMs: 0 } } });
    organisation = await makeOrganisation(monitor);
    const { admin, people, siteA, counterA, counterB } = organisation;
    const unitId = (await admin.call('POST', '/units', { name: 'Thanh tra', oversight: true })).body.id;
    const account = { username: 'inspector', displayName: 'i', role: 'supervisor', unitId };
    await admin.call('POST', '/people', { ...account, password: testPassword });
    inspector = await monitor.signIn('inspector');
    const weekly = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: '00:00', to: '24:00' }));
    await people.supervisor.call('PUT', `/counters/${counterA}/duty`, { weekly, holidays: [] });
    await people.supervisor.call('PUT', `/counters/${counterB}/duty`, { weekly: [], holidays: [] });
    recorder = await enrolledRecorder(monitor, admin, siteA);
    site = new AlarmSite(recorder);
    from = Date.now();
    camera = site.addSource(counterA);
    site.addSource(counterA, 'microphone');
    site.saySources();
    monitor.clock.forwardMs = gapMs + 5_000;
    await site.state(...[...site.sources.keys()].map((sourceId) => gapOf(sourceId, from)));
  }, 60_000);
  afterAll(async () => {
    await recorder.close();
    await monitor.stop();
  });

  const gapOf = (sourceId: SourceId, fromUtcMs: number) => ({
    kind: 'gap',
    gapId: newId(gapIdSchema),
    sourceId,
    fromUtcMs,
    toUtcMs: fromUtcMs + gapMs,
    cause: 'power-lost',
    evidence: 'the boot id changed',
  });

  it('is one alarm for a counter and day, with an owner; a cause alone does not end it', async () => {
    const { supervisor, head } = organisation.people;
    const alarm = await alarmSoon(supervisor, 'unexplained-gap');
    expect(alarm).toMatchObject({ counterId: organisation.counterA, condition: 'standing', state: 'raised' });
    expect((await supervisor.call('POST', `/alarms/${alarm.id}/own`)).body.state).toBe('owned');
    await site.state(gapOf(camera, from + gapMs));
    expect((await openAlarms(head, '&kind=unexplained-gap')).map(({ id }) => id)).toEqual([alarm.id]);
  });

  it('is closed in the name of who accepted what explains all of it', async () => {
    const { technician, auditor } = organisation.people;
    // The sources go on; what is still missing ends with what was told of.
    await recorder.close();
    const [open] = await openAlarms(auditor, '&kind=unexplained-gap');
    const input = {
      counterId: organisation.counterA,
      from: from - 60_000,
      to: Date.now() + monitor.clock.forwardMs,
      reason: 'Cúp điện toàn khu',
      evidence: 'Công văn điện lực',
    };
    const accept = { decision: 'accept', evidence: 'Đã đối chiếu' };
    const asked = await technician.call('POST', '/gaps/explanations', input);
    expect(asked.status).toBe(201);
    await inspector.call('POST', `/gaps/explanations/${asked.body.id}/decision`, accept);
    await until(async () => {
      const { body } = await auditor.call('GET', `/alarms/${open?.id ?? ''}`);
      return body.state === 'closed' && body.closed.displayName === 'i';
    }, 20_000);
  });
});
