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

/** Counters without any source: all of their duty is missing, and nothing a machine says explains it. */
describe('work orders and explanations', () => {
  let monitor: RunningMonitor;
  let organisation: Organisation;
  let inspector: Caller;
  let ownHead: Caller;

  beforeAll(async () => {
    monitor = await RunningMonitor.start();
    // Local noon (05:00Z): no day ends while this runs.
    const hourMs = 3_600_000;
    monitor.clock.forwardMs = (29 * hourMs - (Date.now() % (24 * hourMs))) % (24 * hourMs);
    organisation = await makeOrganisation(monitor);
    const { admin, unitAId, counterA, counterB, people } = organisation;
    const inspectorate = (await admin.call('POST', '/units', { name: 'Thanh tra', oversight: true })).body.id;
    const make = async (username: string, role: string, unitId: string) => {
      const body = { username, displayName: username, role, unitId, password: testPassword };
      expect((await admin.call('POST', '/people', body)).status).toBe(201);
      return monitor.signIn(username);
    };
    inspector = await make('inspector', 'supervisor', inspectorate);
    ownHead = await make('supervisor-a', 'supervisor', unitAId);
    const weekly = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: '00:00', to: '24:00' }));
    for (const counter of [counterA, counterB]) {
      await people.supervisor.call('PUT', `/counters/${counter}/duty`, { weekly, holidays: [] });
    }
    monitor.clock.forwardMs += 60_000;
  }, 60_000);
  afterAll(async () => monitor.stop());

  const now = () => Date.now() + monitor.clock.forwardMs;
  const completeness = async (counterId: string, from: number, to: number) =>
    (await inspector.call('GET', `/counters/${counterId}/completeness?from=${from}&to=${to}`)).body;
  const asking = () => ({
    counterId: organisation.counterA,
    from: now() - 40_000,
    to: now() - 20_000,
    reason: 'Mất điện cả phường',
    evidence: 'Thông báo của điện lực số 12',
  });
  const accept = { decision: 'accept', evidence: 'Đã gọi điện lực, đúng' };

  it('what is missing is unexplained until somebody of another unit accepts, with evidence', async () => {
    const { technician, auditor, supervisor, head } = organisation.people;
    const input = asking();
    const before = await completeness(input.counterId, input.from, input.to);
    expect(before).toMatchObject({ dutyMs: 20_000, unexplainedMs: 20_000, explainedMs: 0 });
    const asked = await technician.call('POST', '/gaps/explanations', input);
    expect(asked.status).toBe(201);
    expect(asked.body).toMatchObject({ ...input, state: 'waiting', gaps: 1, gapMs: 20_000 });
    const path = `/gaps/explanations/${asked.body.id}`;
    expect(await completeness(input.counterId, input.from, input.to)).toMatchObject({
      unexplainedMs: 20_000,
    });

    expect((await technician.call('POST', `${path}/decision`, accept)).status).toBe(403);
    expect((await supervisor.call('POST', `${path}/decision`, accept)).body.code).toBe('same-unit');
    expect((await ownHead.call('POST', `${path}/decision`, accept)).body.code).toBe('own-office');
    expect((await inspector.call('POST', `${path}/decision`, { decision: 'accept' })).status).toBe(400);
    expect((await inspector.call('POST', `${path}/decision`, accept)).body).toMatchObject({
      state: 'accepted',
    });
    expect((await inspector.call('POST', `${path}/decision`, accept)).body.code).toBe('already-decided');

    const after = await completeness(input.counterId, input.from - 5_000, input.to + 5_000);
    expect(after).toMatchObject({
      dutyMs: 30_000,
      explainedMs: 20_000,
      unexplainedMs: 10_000,
      recordedMs: 0,
    });
    const [entry] = (await auditor.call('GET', '/audit?kind=gap-explained')).body.items;
    expect(entry.subject).toMatchObject({ counterId: input.counterId, from: input.from, to: input.to });
    expect(entry.shielded).toEqual({ text: accept.evidence });
    const seenByHead = (await head.call('GET', path)).body;
    expect(seenByHead).toMatchObject({ state: 'accepted', gapMs: 20_000 });
    for (const hidden of ['reason', 'evidence', 'askedBy', 'decidedBy', 'decision']) {
      expect(seenByHead).not.toHaveProperty(hidden);
    }
    const again = await technician.call('POST', '/gaps/explanations', input);
    expect(again.body.code).toBe('nothing-to-explain');
  });

  it('a refusal explains nothing', async () => {
    const input = { ...asking(), from: now() - 15_000, to: now() - 10_000 };
    const asked = await organisation.admin.call('POST', '/gaps/explanations', input);
    const refusal = { decision: 'refuse', reason: 'Không có giấy tờ nào' };
    const decided = await inspector.call('POST', `/gaps/explanations/${asked.body.id}/decision`, refusal);
    expect(decided.body).toMatchObject({ state: 'refused', decision: refusal.reason });
    expect(await completeness(input.counterId, input.from, input.to)).toMatchObject({ explainedMs: 0 });
    const refused = (await inspector.call('GET', '/gaps/explanations?state=refused')).body.items;
    expect(refused.map(({ id }: { id: string }) => id)).toEqual([asked.body.id]);
  });

  it('is not decided by who asked, also after moving to another unit', async () => {
    const { admin, people, oversightUnitId } = organisation;
    const unit = (await admin.call('POST', '/units', { name: 'Nơi khác', oversight: true })).body.id;
    const body = { username: 'mover', displayName: 'm', role: 'technician', unitId: oversightUnitId };
    const id = (await admin.call('POST', '/people', { ...body, password: testPassword })).body.id;
    const asked = await (
      await monitor.signIn('mover')
    ).call('POST', '/gaps/explanations', {
      ...asking(),
      from: now() - 8_000,
      to: now() - 7_000,
    });
    expect(asked.status).toBe(201);
    const moved = await admin.call('PATCH', `/people/${id}`, { role: 'supervisor', unitId: unit });
    expect(moved.status).toBe(200);
    const path = `/gaps/explanations/${asked.body.id}/decision`;
    expect((await (await monitor.signIn('mover')).call('POST', path, accept)).body.code).toBe(
      'own-explanation',
    );
    expect((await people.supervisor.call('POST', path, accept)).body.code).toBe('same-unit');
  });

  it('a work order explains what is missing while it stands, and nothing that began before it', async () => {
    const { technician, supervisor, auditor, head } = organisation.people;
    const { siteB, counterB, counterA } = organisation;
    const past = { siteId: siteB, from: now() - 1_000, to: now() + 60_000, reason: 'Thay camera' };
    const late = await technician.call('POST', '/work-orders', past);
    expect(late.status).toBe(400);
    expect(late.body.errors).toHaveLength(1);
    expect((await supervisor.call('POST', '/work-orders', past)).status).toBe(403);

    const from = now() + 10_000;
    const order = { siteId: siteB, from, to: from + 60_000, reason: 'Thay camera' };
    const opened = await technician.call('POST', '/work-orders', order);
    expect(opened.body).toMatchObject(order);
    monitor.clock.forwardMs += 40_000;
    expect(await completeness(counterB, from - 5_000, from + 5_000)).toMatchObject({
      explainedMs: 5_000,
      unexplainedMs: 5_000,
    });
    expect(await completeness(counterA, from, from + 5_000)).toMatchObject({ unexplainedMs: 5_000 });

    const ended = await technician.call('POST', `/work-orders/${opened.body.id}/end`);
    const { endedAt } = ended.body;
    expect(endedAt).toBeGreaterThan(from);
    expect((await technician.call('POST', `/work-orders/${opened.body.id}/end`)).body.code).toBe(
      'work-order-over',
    );
    monitor.clock.forwardMs += 40_000;
    expect(await completeness(counterB, from, from + 60_000)).toMatchObject({
      explainedMs: endedAt - from,
      unexplainedMs: from + 60_000 - endedAt,
    });
    const listed = (await head.call('GET', `/work-orders?counterId=${counterB}`)).body.items;
    expect(listed).toHaveLength(1);
    expect(listed[0]).not.toHaveProperty('openedBy');
    expect((await auditor.call('GET', '/audit?kind=work-order-opened')).body.items).toHaveLength(1);
  });

  it('shows each day, and what is missing of it', async () => {
    const { counterB } = organisation;
    const date = new Date(now() + 7 * 3_600_000).toISOString().slice(0, 10);
    const days = await inspector.call(
      'GET',
      `/counters/${counterB}/completeness/days?from=${date}&to=${date}`,
    );
    expect(days.body.items).toHaveLength(1);
    const [day] = days.body.items;
    expect(day.recordedMs + day.explainedMs + day.unexplainedMs + day.pendingMs).toBe(day.dutyMs);
    const { body } = await inspector.call('GET', `/counters/${counterB}/completeness/days/${date}`);
    const states = body.holes.map(({ state }: { state: string }) => state);
    expect(states).toEqual(expect.arrayContaining(['unexplained', 'explained', 'pending']));
    const missing = body.holes.filter(({ state }: { state: string }) => state === 'unexplained');
    const sum = missing.reduce(
      (all: number, hole: { from: number; to: number }) => all + hole.to - hole.from,
      0,
    );
    expect(sum).toBe(body.unexplainedMs);
  });

  it('what was stated cannot be changed or widened in the database', () => {
    const database = new Database(join(monitor.directory, 'data', 'monitor.db'));
    for (const statement of [
      'UPDATE work_order SET to_ms = to_ms + 1',
      'DELETE FROM work_order_end',
      "UPDATE gap_decision SET decision = 'accept'",
      'DELETE FROM gap_decision',
      'UPDATE gap_explanation_span SET to_ms = to_ms + 1',
      'INSERT INTO gap_explanation_span SELECT gap_explanation_id, source_id, to_ms, to_ms + 1 FROM gap_explanation_span',
      'INSERT OR REPLACE INTO gap_explanation SELECT * FROM gap_explanation',
    ]) {
      expect(() => database.prepare(statement).run()).toThrow(/rows are never|never widened/);
    }
    database.close();
  });

  it.each([
    ['nowhere', () => ({ counterId: undefined }), ''],
    ['two places', () => ({ siteId: organisation.siteA }), '/siteId'],
    ['longer than a week', () => ({ to: now() + 8 * 86_400_000 }), '/to'],
    ['times reversed', () => ({ to: now() + 500 }), '/to'],
    ['no reason', () => ({ reason: ' ' }), '/reason'],
  ])('a work order of %s is refused in one sentence', async (_name, change, pointer) => {
    const { technician } = organisation.people;
    const good = {
      counterId: organisation.counterA,
      from: now() + 5_000,
      to: now() + 9_000,
      reason: 'Bảo trì',
    };
    const refused = await technician.call('POST', '/work-orders', { ...good, ...change() });
    expect(refused.status).toBe(400);
    expect(refused.body.errors[0].pointer).toBe(pointer);
  });

  it('what lies out of sight is not there', async () => {
    const { counterB, siteB } = organisation;
    const { technician } = organisation.people;
    const input = { ...asking(), counterId: counterB };
    const asked = await technician.call('POST', '/gaps/explanations', input);
    expect(asked.status).toBe(201);
    expect((await ownHead.call('GET', `/gaps/explanations/${asked.body.id}`)).status).toBe(404);
    expect((await ownHead.call('POST', `/gaps/explanations/${asked.body.id}/decision`, accept)).status).toBe(
      404,
    );
    expect((await ownHead.call('GET', `/work-orders?counterId=${counterB}`)).status).toBe(404);
    expect((await ownHead.call('GET', `/work-orders?siteId=${siteB}`)).body.items).toEqual([]);
  });
});
