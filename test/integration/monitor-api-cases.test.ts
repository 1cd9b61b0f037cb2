import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  makeOrganisation,
  RunningMonitor,
  testPassword,
  type Organisation,
} from '../support/running-monitor.ts';
import type { Caller } from '../support/signed-in.ts';
import { until } from '../support/until.ts';

const hour = 3_600_000;

describe('cases', () => {
  let monitor: RunningMonitor;
  let organisation: Organisation;
  let inspector: Caller;
  let second: { readonly id: string; readonly caller: Caller };
  const now = Date.now();

  beforeAll(async () => {
    monitor = await RunningMonitor.start();
    organisation = await makeOrganisation(monitor);
    const { admin, oversightUnitId } = organisation;
    const unit = await admin.call('POST', '/units', { name: 'Thanh tra', oversight: true });
    const account = (username: string, role: string, unitId: string) =>
      admin.call('POST', '/people', {
        ...{ username, displayName: username, role, unitId, password: testPassword },
        staffNumber: `TT-${username}`,
      });
    await account('inspector', 'supervisor', unit.body.id);
    await account('admin2', 'administrator', oversightUnitId);
    const made = await account('second', 'investigator', oversightUnitId);
    inspector = await monitor.signIn('inspector');
    second = { id: made.body.id, caller: await monitor.signIn('second') };
  }, 60_000);
  afterAll(async () => monitor.stop());

  const complain = async (more: object = {}) => {
    const told = { channel: 'hotline', counterId: organisation.counterA, text: 'Bị đòi tiền' };
    const answer = await organisation.people.investigator.call('POST', '/complaints', {
      ...{ ...told, happenedFrom: now - 5 * hour },
      ...more,
    });
    expect(answer.status).toBe(201);
    return answer.body as { id: string; receiptCode: string; holdId: string };
  };
  const open = async (more: object = {}) => {
    const complaint = await complain();
    const { investigator } = organisation.people;
    const answer = await investigator.call('POST', '/cases', {
      ...{ complaintIds: [complaint.id], title: 'Vòi vĩnh ở quầy A' },
      ...more,
    });
    expect(answer.status).toBe(201);
    return { complaint, file: answer.body };
  };

  it('gather complaints, incidents, footage, marks, notes and tasks, and say who did what', async () => {
    const { investigator, monitor: watcher } = organisation.people;
    const { counterA, counterB } = organisation;
    const { complaint, file } = await open();
    expect(file).toMatchObject({
      number: expect.stringMatching(/^\d{4}-0001$/),
      state: 'open',
      isMember: true,
    });
    const incident = await watcher.call('POST', '/incidents', {
      ...{ counterId: counterA, from: now - 5 * hour, to: now - 5 * hour + 60_000, category: 'envelope' },
    });
    const add = async (what: string, body: object) => {
      const answer = await investigator.call('POST', `/cases/${file.id}/${what}`, body);
      expect([what, answer.status, answer.body]).toEqual([what, 201, expect.anything()]);
      return answer.body;
    };
    await add('incidents', { incidentIds: [incident.body.id] });
    await add('footage', {
      counterId: counterB,
      from: now - 2 * hour,
      to: now - hour,
      label: 'quầy bên cạnh',
    });
    await add('marks', { counterId: counterA, at: now - 5 * hour, text: 'đưa phong bì' });
    await add('notes', { text: 'Đã gọi người khiếu nại.' });
    const withTask = await add('tasks', { text: 'Xin sổ trực', dueAt: now + 24 * hour });
    const task = withTask.tasks[0].id;
    const done = await investigator.call('POST', `/cases/${file.id}/tasks/${task}/done`);
    expect(done.body.tasks).toMatchObject([{ text: 'Xin sổ trực', doneBy: { displayName: 'investigator' } }]);
    expect((await investigator.call('POST', `/cases/${file.id}/tasks/${task}/done`)).status).toBe(404);
    const read = (await investigator.call('GET', `/cases/${file.id}`)).body;
    expect(read).toMatchObject({
      complaintIds: [complaint.id],
      incidentIds: [incident.body.id],
      footage: [{ counterId: counterB, label: 'quầy bên cạnh', holdId: expect.any(String) }],
      marks: [{ markedAt: now - 5 * hour, text: 'đưa phong bì' }],
      notes: [{ text: 'Đã gọi người khiếu nại.' }],
    });
    const far = { counterId: counterA, at: now - 400 * hour, text: 'ngoài vụ việc' };
    expect((await investigator.call('POST', `/cases/${file.id}/marks`, far)).status).toBe(400);
    const custody = (await investigator.call('GET', `/cases/${file.id}/custody`)).body.items;
    expect(custody.map(({ kind }: { kind: string }) => kind)).toEqual(
      expect.arrayContaining(['hold-placed', 'case-opened']),
    );
  });

  it('are what an investigator plays footage for, and nothing else', async () => {
    const { investigator } = organisation.people;
    const { file } = await open();
    const span = { from: now - 5 * hour, to: now - 5 * hour + 60_000, reason: 'xem lại' };
    const play = (by: Caller, more: object) => by.call('POST', '/playbacks', { ...span, ...more });
    const { counterA, counterB } = organisation;
    expect((await play(investigator, { counterId: counterA })).body.code).toBe('case-needed');
    expect((await play(investigator, { counterId: counterA, caseId: file.id })).status).toBe(201);
    expect((await play(investigator, { counterId: counterB, caseId: file.id })).body.code).toBe(
      'outside-case',
    );
    expect((await play(second.caller, { counterId: counterA, caseId: file.id })).body.code).toBe(
      'outside-case',
    );
    const added = await investigator.call('POST', `/cases/${file.id}/members`, { personId: second.id });
    expect(added.body.members).toHaveLength(2);
    expect((await play(second.caller, { counterId: counterA, caseId: file.id })).status).toBe(201);
    const asked = { counterId: counterB, ...span, caseId: file.id };
    expect((await investigator.call('POST', '/exports', asked)).body.errors).toMatchObject([
      { pointer: '/caseId' },
    ]);
    const exported = await investigator.call('POST', '/exports', { ...asked, counterId: counterA });
    expect(exported.status).toBe(202);
    expect((await investigator.call('GET', `/cases/${file.id}`)).body.exportIds).toEqual([exported.body.id]);
    const kinds = (await investigator.call('GET', `/cases/${file.id}/custody`)).body.items.map(
      ({ kind }: { kind: string }) => kind,
    );
    expect(kinds).toEqual(expect.arrayContaining(['play-granted', 'export-asked']));
  });

  it('are seen by those who work on them and by supervisors, and by nobody of the unit concerned', async () => {
    const { people, admin, unitAId } = organisation;
    const { file } = await open();
    expect((await second.caller.call('GET', `/cases/${file.id}`)).status).toBe(404);
    expect((await second.caller.call('POST', `/cases/${file.id}/notes`, { text: 'x' })).status).toBe(404);
    expect((await people.supervisor.call('GET', `/cases/${file.id}`)).body.isMember).toBe(false);
    expect((await people.supervisor.call('POST', `/cases/${file.id}/notes`, { text: 'x' })).status).toBe(404);
    for (const role of ['technician', 'monitor', 'auditor', 'administrator', 'head'] as const) {
      expect((await people[role].call('GET', `/cases/${file.id}`)).status).toBe(403);
      expect((await people[role].call('GET', '/cases')).status).toBe(403);
    }
    for (const personId of [
      (await admin.call('GET', '/me')).body.person.id,
      (await people.head.call('GET', '/me')).body.person.id,
      unitAId,
    ]) {
      const refused = await people.investigator.call('POST', `/cases/${file.id}/members`, { personId });
      expect(refused.body).toMatchObject({ status: 400, errors: [{ pointer: '/personId' }] });
    }
  });

  it('end with an outcome, and the answer is read by the receipt code; what is held stays held', async () => {
    const { investigator } = organisation.people;
    const { complaint, file } = await open();
    await investigator.call('POST', `/cases/${file.id}/refer`, {
      to: 'Thanh tra tỉnh',
      text: 'Chuyển hồ sơ',
    });
    const closed = await investigator.call('POST', `/cases/${file.id}/close`, {
      ...{ outcome: 'founded', text: 'Có hình', answer: 'Khiếu nại của ông bà là đúng.' },
    });
    expect(closed.body).toMatchObject({
      state: 'closed',
      closing: { outcome: 'founded' },
      referral: { to: 'Thanh tra tỉnh' },
    });
    const { receiptCode } = complaint;
    const followed = await monitor.anonymous.call('POST', '/public/complaints/follow', { receiptCode });
    expect(followed.body).toMatchObject({ state: 'closed', answer: 'Khiếu nại của ông bà là đúng.' });
    expect((await investigator.call('GET', `/holds/${complaint.holdId}`)).body).not.toHaveProperty(
      'releasedFrom',
    );
    const late = await investigator.call('POST', `/cases/${file.id}/notes`, { text: 'muộn' });
    expect(late).toMatchObject({ status: 409, body: { code: 'case-closed' } });
    const play = {
      counterId: organisation.counterA,
      from: now - 5 * hour,
      to: now - 4 * hour,
      reason: 'xem lại',
    };
    expect((await investigator.call('POST', '/playbacks', { ...play, caseId: file.id })).status).toBe(403);
  });

  it('take a complaint once, in sight, and begin with something', async () => {
    const { investigator } = organisation.people;
    const { complaint } = await open();
    const again = await investigator.call('POST', '/cases', {
      complaintIds: [complaint.id],
      title: 'Lần nữa',
    });
    expect(again).toMatchObject({ status: 409, body: { code: 'complaint-in-case' } });
    expect((await investigator.call('POST', '/cases', { title: 'Không có gì' })).status).toBe(400);
  });

  it('once footage is held, accounts, roles and passwords take two people and time', async () => {
    await complain();
    const { admin, oversightUnitId, people } = organisation;
    const account = {
      ...{ username: 'late', displayName: 'late', role: 'supervisor', unitId: oversightUnitId },
      ...{ password: testPassword, staffNumber: 'NV-late' },
    };
    expect((await admin.call('POST', '/people', account)).body.errors).toMatchObject([
      { pointer: '/reason' },
    ]);
    const reason = 'thay người nghỉ hưu';
    const made = await admin.call('POST', '/people', { ...account, reason });
    expect(made).toMatchObject({
      status: 201,
      body: { active: false, pending: { approvalId: expect.any(String) } },
    });
    await expect(monitor.signIn('late')).rejects.toThrow(/401/);
    const { approvalId } = made.body.pending;
    const give = { decision: 'give', reason: 'đã gặp người này' };
    expect((await admin.call('POST', `/approvals/${approvalId}`, give)).body.code).toBe('own-request');
    expect((await people.supervisor.call('POST', `/approvals/${approvalId}`, give)).body.code).toBe(
      'same-unit',
    );
    expect((await inspector.call('POST', `/approvals/${approvalId}`, give)).body.personName).toBe('late');
    await expect(monitor.signIn('late')).rejects.toThrow(/401/);

    const recovered = await admin.call('PATCH', `/people/${second.id}`, {
      password: 'mật khẩu mới tinh',
      reason,
    });
    expect(recovered.body.pending).toBeDefined();
    const taken = await admin.call('PATCH', `/people/${second.id}`, { role: 'administrator', reason });
    expect(taken.body).toMatchObject({ role: 'investigator' });
    const own = await inspector.call('GET', '/me');
    const promoted = await admin.call('PATCH', `/people/${own.body.person.id}`, {
      role: 'administrator',
      reason,
    });
    const ownId = promoted.body.pending.approvalId;
    expect((await inspector.call('POST', `/approvals/${ownId}`, give)).body.code).toBe('own-request');
    // What takes rights away takes one.
    const watcher = (await people.monitor.call('GET', '/me')).body.person.id;
    expect((await admin.call('PATCH', `/people/${watcher}`, { active: false })).body).toMatchObject({
      active: false,
    });
    const back = await admin.call('PATCH', `/people/${watcher}`, { active: true, reason });
    expect(back.body).toMatchObject({ active: false, pending: { approvalId: expect.any(String) } });
    const flip = await admin.call('PATCH', `/units/${organisation.unitAId}`, { oversight: true });
    expect(flip).toMatchObject({ status: 409, body: { code: 'unit-stays' } });

    monitor.clock.forwardMs += hour;
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect((await (await monitor.signIn('late')).call('GET', '/complaints')).status).toBe(200);
  }, 30_000);

  it('what was agreed to and is not possible any more ends, and says so', async () => {
    const [admin, other] = [await monitor.signIn('admin'), await monitor.signIn('admin2')];
    const idOf = async (by: Caller) => (await by.call('GET', '/me')).body.person.id;
    const [adminId, otherId] = [await idOf(admin), await idOf(other)];
    const reason = 'chuyển công tác';
    const asked = await other.call('PATCH', `/people/${adminId}`, { role: 'auditor', reason });
    const { approvalId } = asked.body.pending;
    const again = await monitor.signIn('inspector');
    const give = { decision: 'give', reason: 'đã có quyết định' };
    expect((await again.call('POST', `/approvals/${approvalId}`, give)).status).toBe(200);
    expect((await admin.call('PATCH', `/people/${otherId}`, { active: false })).body.active).toBe(false);
    monitor.clock.forwardMs += hour;
    await until(async () => {
      const { items } = (await (await monitor.signIn('auditor')).call('GET', '/audit?kind=role-changed'))
        .body;
      return items[0]?.subject.refused === 'last-administrator';
    });
    const still = await monitor.signIn('admin');
    expect((await still.call('GET', '/me')).body.person).toMatchObject({ role: 'administrator' });
    expect((await still.call('GET', `/people/${adminId}`)).body).not.toHaveProperty('pending');
  }, 30_000);
});
