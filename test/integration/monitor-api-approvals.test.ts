import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import {
  makeOrganisation,
  RunningMonitor,
  testPassword,
  type Organisation,
} from '../support/running-monitor.ts';
import type { Caller } from '../support/signed-in.ts';

const day = 86_400_000;

describe('the second key', () => {
  let monitor: RunningMonitor;
  let organisation: Organisation;
  /** A supervisor of another oversight unit. */
  let inspector: Caller;
  let inspectorateId: string;
  let others: Record<'colleague' | 'twin' | 'nameless' | 'local', Caller>;

  const account = async (username: string, unitId: string, staffNumber?: string): Promise<Caller> => {
    const made = await organisation.admin.call('POST', '/people', {
      ...{ username, displayName: username, role: 'supervisor', unitId, password: testPassword },
      ...(staffNumber === undefined ? {} : { staffNumber }),
    });
    expect(made.status).toBe(201);
    return monitor.signIn(username);
  };
  const hold = async (by: Caller = organisation.people.investigator): Promise<string> => {
    const now = Date.now();
    const span = { from: now - 3_600_000, to: now - 1_800_000, reason: 'Khiếu nại về quầy A' };
    const { counterA: counterId } = organisation;
    return (await by.call('POST', '/holds', { counterId, ...span })).body.id;
  };
  const asked = async (by: Caller, holdId: string): Promise<string> => {
    const answer = await by.call('POST', `/holds/${holdId}/release`, { reason: 'không cần giữ nữa' });
    expect(answer).toMatchObject({ status: 202, body: { approvalId: expect.any(String) } });
    return answer.body.approvalId;
  };
  const decide = async (by: Caller, id: string, decision: 'give' | 'refuse') =>
    by.call('POST', `/approvals/${id}`, { decision, reason: 'đã xem hồ sơ' });
  const audited = async (kind: string) =>
    (await organisation.people.auditor.call('GET', `/audit?kind=${kind}`)).body.items;

  beforeAll(async () => {
    monitor = await RunningMonitor.start();
    organisation = await makeOrganisation(monitor);
    const unit = await organisation.admin.call('POST', '/units', { name: 'Thanh tra', oversight: true });
    inspectorateId = unit.body.id;
    inspector = await account('inspector', inspectorateId, 'TT-01');
    // One administrator makes accounts alone only until something is held.
    const { oversightUnitId, unitBId } = organisation;
    others = {
      colleague: await account('colleague', oversightUnitId, 'NV-99'),
      twin: await account('twin', inspectorateId, 'nv-supervisor'),
      nameless: await account('nameless', inspectorateId),
      local: await account('local', unitBId, 'B-01'),
    };
  }, 60_000);
  afterAll(async () => monitor.stop());

  it('of another unit gives, once, and the effect, the decision and its entries stand together', async () => {
    const { supervisor, investigator } = organisation.people;
    const holdId = await hold();
    const id = await asked(investigator, holdId);
    expect(
      await investigator.call('POST', `/holds/${holdId}/release`, { reason: 'hỏi lại lần nữa' }),
    ).toMatchObject({
      ...{ status: 409, body: { code: 'approval-waiting' } },
    });
    const seen = (await inspector.call('GET', '/approvals?state=waiting')).body.items;
    expect(seen).toEqual([
      expect.objectContaining({
        ...{ id, kind: 'hold-release', subjectId: holdId, state: 'waiting', mayDecide: true },
        askedBy: expect.objectContaining({ displayName: 'investigator' }),
      }),
    ]);
    expect((await supervisor.call('GET', `/approvals/${id}`)).body.mayDecide).toBe(false);
    const given = await decide(inspector, id, 'give');
    expect(given).toMatchObject({
      status: 200,
      body: { state: 'given', decidedBy: { displayName: 'inspector' }, mayDecide: false },
    });
    expect((await supervisor.call('GET', `/holds/${holdId}`)).body.releasedFrom).toBe(
      given.body.decidedAt + day,
    );
    expect(await decide(inspector, id, 'refuse')).toMatchObject({
      status: 409,
      body: { code: 'approval-decided' },
    });
    expect(await audited('approval-given')).toEqual([
      expect.objectContaining({ subject: { approvalId: id, what: 'hold-release', subjectId: holdId } }),
    ]);
    expect(await audited('hold-released')).toHaveLength(1);
    const again = await investigator.call('POST', `/holds/${holdId}/release`, { reason: 'thêm lần nữa' });
    expect(again).toMatchObject({ status: 409, body: { code: 'hold-released' } });
    const database = new Database(join(monitor.directory, 'data', 'monitor.db'));
    for (const statement of [
      "UPDATE approval SET decision_reason = 'khác' WHERE state = 'given'",
      'DELETE FROM approval',
      'DELETE FROM hold_release',
      'UPDATE hold_release SET released_from = 1',
    ]) {
      expect(() => database.prepare(statement).run()).toThrow(/never/);
    }
    database.close();
  });

  it('refuses, and that is kept', async () => {
    const { supervisor } = organisation.people;
    const holdId = await hold();
    const id = await asked(supervisor, holdId);
    expect((await decide(inspector, id, 'refuse')).body).toMatchObject({
      ...{ state: 'refused', decisionReason: 'đã xem hồ sơ' },
    });
    expect((await supervisor.call('GET', `/holds/${holdId}`)).body).not.toHaveProperty('releasedFrom');
    expect(await audited('approval-refused')).toHaveLength(1);
    expect(await asked(supervisor, holdId)).not.toBe(id);
  });

  it('is never the person who asked, another account of theirs, their unit, or somebody nobody can tell apart', async () => {
    const { supervisor } = organisation.people;
    const { oversightUnitId } = organisation;
    const id = await asked(supervisor, await hold());
    const { colleague, twin, nameless } = others;
    const tries: readonly (readonly [Caller, number, string])[] = [
      [supervisor, 403, 'own-request'],
      [colleague, 403, 'same-unit'],
      [twin, 403, 'same-person'],
      [nameless, 409, 'staff-number-missing'],
    ];
    for (const [person, status, code] of tries) {
      expect(await decide(person, id, 'give')).toMatchObject({ status, body: { code } });
    }
    // Moving the one who asked to another unit makes no second key of the colleagues left behind.
    const supervisorId = (await supervisor.call('GET', '/me')).body.person.id;
    const move = (unitId: string) => {
      const database = new Database(join(monitor.directory, 'data', 'monitor.db'));
      database.prepare('UPDATE person SET unit_id = ? WHERE id = ?').run(unitId, supervisorId);
      database.close();
    };
    move(inspectorateId);
    expect(await decide(colleague, id, 'give')).toMatchObject({ status: 403, body: { code: 'same-unit' } });
    expect(await decide(inspector, id, 'give')).toMatchObject({ status: 403, body: { code: 'same-unit' } });
    move(oversightUnitId);
    expect((await inspector.call('GET', `/approvals/${id}`)).body.state).toBe('waiting');
    const denied = (await audited('approval-denied')).map(
      ({ subject }: { subject: { because: string } }) => subject.because,
    );
    expect([...new Set(denied)].sort()).toEqual([
      'own-request',
      'same-person',
      'same-unit',
      'staff-number-missing',
    ]);
    const hidden = await nameless.call('POST', `/holds/${await hold()}/release`, { reason: 'không cần nữa' });
    expect(hidden).toMatchObject({ status: 409, body: { code: 'staff-number-missing' } });
  });

  it('is not seen by those who may not know of what it is about, nor out of sight', async () => {
    const { investigator, administrator, monitor: watcher, head } = organisation.people;
    const id = await asked(investigator, await hold());
    expect((await administrator.call('GET', '/approvals')).body).toEqual({ items: [] });
    expect((await administrator.call('GET', `/approvals/${id}`)).status).toBe(404);
    for (const person of [watcher, head]) expect((await person.call('GET', '/approvals')).status).toBe(403);
    const { local } = others;
    expect((await local.call('GET', `/approvals/${id}`)).status).toBe(404);
    expect((await decide(local, id, 'give')).status).toBe(404);
  });

  it('comes too late once the approval has expired', async () => {
    const { investigator } = organisation.people;
    const holdId = await hold();
    const id = await asked(investigator, holdId);
    monitor.clock.forwardMs += 3 * day + 1;
    const late = await monitor.signIn('inspector');
    expect(await decide(late, id, 'give')).toMatchObject({ status: 409, body: { code: 'approval-expired' } });
    const again = await monitor.signIn('investigator');
    expect((await again.call('GET', `/approvals/${id}`)).body.state).toBe('expired');
    await asked(again, holdId);
  });

  it.each([
    ['no reason', { decision: 'give', reason: '  ' }],
    ['another word', { decision: 'perhaps', reason: 'một lý do' }],
    ['more than it takes', { decision: 'give', reason: 'một lý do', force: true }],
  ])('is refused with %s, and nothing changes', async (_name, body) => {
    const investigator = await monitor.signIn('investigator');
    const id = await asked(investigator, await hold(investigator));
    const late = await monitor.signIn('inspector');
    expect((await late.call('POST', `/approvals/${id}`, body)).status).toBe(400);
    expect((await late.call('GET', `/approvals/${id}`)).body.state).toBe('waiting');
  });

  it('less duty is asked for by one and given by another, and holds from the next day', async () => {
    // Sessions of before ended with the time that was moved on.
    const supervisor = await monitor.signIn('supervisor');
    const technician = await monitor.signIn('technician');
    const auditor = await monitor.signIn('auditor');
    const second = await monitor.signIn('inspector');
    const path = `/counters/${organisation.counterA}/duty`;
    const weekly = [1, 2, 3, 4, 5].map((weekday) => ({ weekday, from: '07:00', to: '17:00' }));
    const reason = 'quầy nghỉ chiều thứ sáu';
    const calendar = { weekly, holidays: [] };
    expect((await supervisor.call('PUT', path, calendar)).status).toBe(200);
    const less = { weekly: weekly.slice(1), holidays: [] };
    expect(await supervisor.call('PUT', path, less)).toMatchObject({ status: 409 });
    const more = { weekly: [...weekly, { weekday: 6, from: '07:00', to: '11:00' }], holidays: [] };
    expect(await supervisor.call('POST', `${path}/reductions`, { calendar: more, reason })).toMatchObject({
      status: 409,
      body: { code: 'no-reduction' },
    });
    const ask = await supervisor.call('POST', `${path}/reductions`, { calendar: less, reason });
    expect(ask.status).toBe(202);
    const id = ask.body.approvalId as string;
    expect((await supervisor.call('GET', path)).body.weekly).toEqual(weekly);
    expect((await decide(supervisor, id, 'give')).status).toBe(403);
    expect((await decide(technician, id, 'give')).status).toBe(403);
    expect((await decide(second, id, 'give')).status).toBe(200);
    const after = await supervisor.call('GET', path);
    expect(after.body.weekly).toEqual(less.weekly);
    const today = new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 10);
    expect(after.body.effectiveFrom > today).toBe(true);
    const { items } = (await auditor.call('GET', '/audit?kind=calendar-changed')).body;
    expect(items[0].subject.approvalId).toBe(id);
  });
});
