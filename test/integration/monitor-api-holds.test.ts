import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import {
  makeOrganisation,
  RunningMonitor,
  testPassword,
  type Organisation,
} from '../support/running-monitor.ts';

describe('holds', () => {
  let monitor: RunningMonitor;
  let organisation: Organisation;
  const now = Date.now();

  beforeAll(async () => {
    monitor = await RunningMonitor.start();
    organisation = await makeOrganisation(monitor);
    const local = { role: 'investigator', unitId: organisation.unitAId, password: testPassword };
    await organisation.admin.call('POST', '/people', { ...local, username: 'own-unit', displayName: 'own' });
  }, 60_000);
  afterAll(async () => monitor.stop());

  const span = () => ({
    counterId: organisation.counterA,
    from: now - 3_600_000,
    to: now - 1_800_000,
    reason: 'Khiếu nại về quầy A',
  });

  it('are placed by investigator and supervisor, read back, listed, and stated in the audit', async () => {
    const { investigator, supervisor, auditor } = organisation.people;
    const incident = {
      counterId: organisation.counterA,
      from: now - 3_600_000,
      to: now - 3_590_000,
      category: 'rude',
    };
    const bookmarked = await organisation.people.monitor.call('POST', '/incidents', incident);
    const opened = await investigator.call('POST', '/cases', {
      ...{ incidentIds: [bookmarked.body.id], title: 'Quầy A' },
    });
    const caseId = opened.body.id;
    const strange = await supervisor.call('POST', '/holds', { ...span(), caseId });
    expect(strange.body).toMatchObject({ status: 400, errors: [{ pointer: '/caseId' }] });
    const placed = await investigator.call('POST', '/holds', { ...span(), caseId });
    expect(placed.status).toBe(201);
    expect(placed.body).toMatchObject({ ...span(), caseId, placedBy: { displayName: 'investigator' } });
    expect((await supervisor.call('GET', `/holds/${placed.body.id}`)).body).toEqual(placed.body);
    const second = await supervisor.call('POST', '/holds', { ...span(), counterId: organisation.counterB });
    const { body } = await auditor.call('GET', '/holds?limit=1');
    expect(body.items.map(({ id }: { id: string }) => id)).toEqual([second.body.id]);
    const rest = await auditor.call('GET', `/holds?limit=1&cursor=${body.nextCursor}`);
    expect(rest.body.items).toEqual([placed.body]);
    const ofA = await auditor.call('GET', `/holds?counterId=${organisation.counterA}`);
    // What is in a case is held by itself.
    expect(ofA.body.items).toMatchObject([placed.body, { origin: 'complaint', caseId, reason: '' }]);

    const [entry] = (await auditor.call('GET', '/audit?kind=hold-placed')).body.items.slice(1, 2);
    expect(entry.subject).toEqual({
      holdId: placed.body.id,
      counterId: organisation.counterA,
      from: span().from,
      to: span().to,
    });
    expect(JSON.stringify(entry.subject)).not.toContain(caseId);
  });

  it('cannot be released by one person, nor changed or deleted in the database', async () => {
    const { investigator, supervisor, auditor } = organisation.people;
    const { id } = (await investigator.call('POST', '/holds', span())).body;
    const asked = await investigator.call('POST', `/holds/${id}/release`, { reason: 'không cần nữa' });
    expect(asked.status).toBe(202);
    for (const [person, code] of [
      [supervisor, 'same-unit'],
      [investigator, 'forbidden'],
    ] as const) {
      const decision = { decision: 'give', reason: 'không cần nữa' };
      const refused = await person.call('POST', `/approvals/${asked.body.approvalId}`, decision);
      expect(refused).toMatchObject({ status: 403, body: { code } });
    }
    expect((await auditor.call('GET', `/holds/${id}`)).body).not.toHaveProperty('releasedFrom');
    const database = new Database(join(monitor.directory, 'data', 'monitor.db'));
    for (const statement of [
      'UPDATE hold SET to_ms = to_ms - 1',
      'DELETE FROM hold',
      'INSERT OR REPLACE INTO hold SELECT id, counter_id, from_ms, from_ms + 1, reason, case_id, placed_at, placed_by, origin FROM hold',
    ]) {
      expect(() => database.prepare(statement).run()).toThrow(/holds are never/);
    }
    database.close();
    expect((await supervisor.call('GET', `/holds/${id}`)).body.to).toBe(span().to);
  });

  it('are hidden from the office, its technology and everybody out of sight', async () => {
    const { people } = organisation;
    const { id } = (await people.supervisor.call('POST', '/holds', span())).body;
    for (const role of ['technician', 'monitor', 'administrator', 'head'] as const) {
      expect((await people[role].call('GET', '/holds')).status).toBe(403);
      expect((await people[role].call('GET', `/holds/${id}`)).status).toBe(403);
      expect((await people[role].call('POST', '/holds', span())).status).toBe(403);
    }
    const blind = await monitor.signIn('own-unit');
    expect((await blind.call('POST', '/holds', span())).status).toBe(404);
    expect((await blind.call('GET', `/holds/${id}`)).status).toBe(404);
    expect((await blind.call('GET', '/holds')).body).toEqual({ items: [] });
  });

  it.each([
    ['times reversed', () => ({ ...span(), to: span().from }), '/to'],
    ['too far ahead', () => ({ ...span(), to: now + 25 * 3_600_000 }), '/to'],
    ['longer than a month', () => ({ ...span(), from: now - 40 * 86_400_000 }), '/from'],
    ['no reason', () => ({ ...span(), reason: '    ' }), '/reason'],
    ['unknown field', () => ({ ...span(), until: 5 }), ''],
  ])('refuse %s in one sentence and change nothing', async (_name, input, pointer) => {
    const { supervisor } = organisation.people;
    const before = (await supervisor.call('GET', '/holds')).body;
    const refused = await supervisor.call('POST', '/holds', input());
    expect(refused.status).toBe(400);
    expect(refused.body.errors[0].pointer.startsWith(pointer)).toBe(true);
    expect((await supervisor.call('GET', '/holds')).body).toEqual(before);
  });
});
