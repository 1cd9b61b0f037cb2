import Database from 'better-sqlite3';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Alarm } from '@minhbach/shared/protocol';
import { alarmSoon, AlarmSite, openAlarms } from '../support/alarm-site.ts';
import {
  enrolledRecorder,
  makeOrganisation,
  RunningMonitor,
  type Organisation,
} from '../support/running-monitor.ts';
import { until } from '../support/until.ts';

const settings = {
  alarms: { sourceGraceMs: 300, recorderGraceMs: 300, startGraceMs: 300 },
  retention: { everyMs: 200 },
};

describe('alarms about what is kept', () => {
  let monitor: RunningMonitor;
  let organisation: Organisation;
  let site: AlarmSite;
  const watcher = () => organisation.people.supervisor;
  const ofRecorder = (alarm: Alarm) => alarm.recorderId === site.recorder.recorderId;

  beforeAll(async () => {
    monitor = await RunningMonitor.start({ settings });
    organisation = await makeOrganisation(monitor);
    site = new AlarmSite(await enrolledRecorder(monitor, organisation.admin, organisation.siteA));
  }, 60_000);
  afterAll(async () => {
    await site.recorder.close();
    await monitor.stop();
  });

  it('an index that was made again, and a ledger that goes on in a new generation', async () => {
    const started = { kind: 'recorder-started', version: 'test', boot: newBoot() };
    await site.state({ ...started, found: ['index-rebuilt'] });
    expect(await alarmSoon(watcher(), 'index-rebuilt', ofRecorder)).toMatchObject({
      severity: 'medium',
      condition: 'ended',
    });
    await site.state({ ...started, previous: { generation: 3, size: 17, why: 'disk-restored' } });
    const alarm = await alarmSoon(watcher(), 'ledger-restarted', ofRecorder);
    expect(alarm).toMatchObject({ severity: 'critical', condition: 'ended', siteId: organisation.siteA });
    expect(alarm.evidence).toMatch(/generation 3 ended at entry 17: disk-restored/);
    const { technician, head } = organisation.people;
    for (const person of [technician, head])
      expect((await openAlarms(person)).map(({ kind }) => kind)).not.toContain('ledger-restarted');
  });

  it('asks for the footage around an alarm, of every source of its counter, at its begin and at its end', async () => {
    const [broken, beside] = [
      site.addSource(organisation.counterA),
      site.addSource(organisation.counterA, 'microphone'),
    ];
    site.saySources();
    site.say(broken, 'retrying', 'camera-unreachable');
    const alarm = await alarmSoon(watcher(), 'source-down', ofRecorder);
    for (const sourceId of [broken, beside]) {
      const wanted = await site.recorder.next('footage-wanted', (asked) => asked.sourceId === sourceId);
      expect(wanted).toMatchObject({ from: alarm.from - 60_000, to: alarm.from + 600_000 });
    }
    site.say(broken, 'recording');
    const end = site.sources.get(broken)?.since ?? 0;
    await site.recorder.next(
      'footage-wanted',
      (asked) => asked.sourceId === beside && asked.from === end - 60_000 && asked.to === end + 60_000,
    );
  });

  it('holds that are not as they were placed: an alarm of those who oversee, over when they are restored', async () => {
    const { investigator } = organisation.people;
    const to = Date.now();
    const span = { counterId: organisation.counterA, from: to - 60_000, to };
    const placed = await investigator.call('POST', '/holds', { ...span, reason: 'đang xem xét khiếu nại' });
    expect(placed.status).toBe(201);
    const database = new Database(join(monitor.directory, 'data', 'monitor.db'));
    // Whoever may write the file may also take away what guards the table.
    const guards = database
      .prepare<[], string>("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'hold'")
      .pluck()
      .all();
    for (const name of guards) database.exec(`DROP TRIGGER ${name}`);
    const move = database.prepare('UPDATE hold SET to_ms = to_ms + ? WHERE id = ?');
    move.run(1, placed.body.id);
    const raised = await alarmSoon(watcher(), 'holds-differ');
    expect(raised).toMatchObject({ severity: 'critical', condition: 'standing' });
    expect(raised.unitId).toBe(organisation.oversightUnitId);
    expect(raised.evidence).not.toContain(placed.body.id);
    move.run(-1, placed.body.id);
    database.close();
    await until(async () => (await watcher().call('GET', `/alarms/${raised.id}`)).body.condition === 'ended');
    expect((await watcher().call('GET', `/alarms/${raised.id}`)).body.count).toBe(1);
  });
});

const newBoot = () => crypto.randomUUID();
